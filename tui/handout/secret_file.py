"""A secret in the forms in which people need it, and in a file that only its owner can read."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from core.rules.endpoints import DEFAULT_ISSUER, urls
from core.rules.errors import Refusal
from core.rules.secret_format import VALUE_LENGTH
from tui.handout.curl import token_command
from tui.handout.new_file import write_new_file

if TYPE_CHECKING:
    from core.rules.views.client_secrets import IssuedSecret

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USUAL = urls(DEFAULT_ISSUER).token


class SecretForm(StrEnum):
    """How client ID and secret are written down; every line fits 80 columns."""

    PLAIN = "plain"
    ENV = "env"
    CURL = "curl"
    JSON = "json"

    def fits(self, width: int) -> bool:
        """Tell whether *width* cells have room for each of its lines, with the usual token endpoint."""
        return max(map(len, self.text(str(UUID(int=0)), "x" * VALUE_LENGTH).splitlines())) <= width

    def following(self, width: int) -> "SecretForm":
        """Return the form after this one that fits *width* cells, the first after the last."""
        forms = [form for form in SecretForm if form.fits(width)]
        return forms[(forms.index(self) + 1) % len(forms)]

    def text(self, client_id: str, value: str, endpoint: str = _USUAL) -> str:
        """Return the lines of this form; raises `Refusal` where the client ID would not be one word in each of them."""
        check_client_id(client_id)
        match self:
            case SecretForm.PLAIN:
                return f"{client_id}\n{value}"
            case SecretForm.ENV:
                return _environment(client_id, value)
            case SecretForm.CURL:
                return f"{_environment(client_id, value)}\n{token_command('$CLIENT_ID', endpoint)}"
            case SecretForm.JSON:
                return f'{{"client_id": "{client_id}",\n"client_secret":"{value}"\n}}'


def write_secret_file(name: str, directories: Iterable[Path], issued: "IssuedSecret") -> Path:
    """Write the environment form into a new file of mode 0600, in the first directory that takes it."""
    return write_new_file(name, directories, SecretForm.ENV.text(issued.client_id, issued.value) + "\n")


def _environment(client_id: str, value: str) -> str:
    return f"CLIENT_ID={client_id}\nCLIENT_SECRET={value}"


def check_client_id(client_id: str) -> None:
    """Raise `Refusal` where a client ID is none of ours, and so might be anything to a shell."""
    if not _UUID.fullmatch(client_id):
        raise Refusal("The client ID of this application is no UUID: somebody has changed it past keydesk.")
