"""What may be asked about certificates that are made here."""

from dataclasses import dataclass, field

from core.rules import limits
from core.rules.errors import Refusal
from core.rules.requests.fields import Checks, check
from core.rules.requests.texts import check_characters, credential_description
from core.rules.text import is_visible, normalised, refused_character


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A self-signed certificate to be made; its key goes into a file under `password`."""

    common_name: str
    password: str = field(repr=False)
    description: str | None = None

    def __post_init__(self) -> None:
        check(self, _CHECKS)


def _common_name(text: str) -> str:
    name, length = normalised(text), limits.COMMON_NAME_LENGTH
    if not name:
        raise Refusal(f"Give the certificate a common name of 1 to {length} characters.", field="common_name")
    check_characters("common name", text, field="common_name")
    if not is_visible(name):
        raise Refusal("This common name shows nothing; use letters or digits that can be seen.", field="common_name")
    size = len(name.encode())
    if size > length:
        beyond = "" if name.isascii() else ", for letters beyond ASCII count as several"
        said = f"A common name has at most {length} characters; this has {size}{beyond}."
        raise Refusal(said, field="common_name")
    return name


def _password(password: str) -> str:
    """Refuse what protects nothing, or what another program would encode in another way."""
    allowed = limits.PKCS12_PASSWORD_LENGTH
    if len(password) not in allowed:
        raise Refusal(
            f"The password of the file has {allowed[0]} to {allowed[-1]} characters; choose another.", field="password"
        )
    if refused_character(password):
        raise Refusal("The password holds an invisible character; use visible ones only.", field="password")
    return password


_CHECKS: Checks = {
    "common_name": _common_name,
    "password": _password,
    "description": credential_description,
}
