"""What may be asked of the services. A request with a bad value cannot be built: it refuses by itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final

from core.rules import limits
from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.scopes import ApiScope, api_scopes, oauth_scopes
from core.rules.text import folded, is_visible, normalised, refused_character
from core.rules.trust_urls import issuer_url, jwks_url

# What is left of a UUID in any spelling once only letters and digits count.
_UUID_LIKE = re.compile(r"(urnuuid|uuid)?[0-9a-f]{32}")
_SEPARATORS = re.compile(r"[\W_]+")


class Unchanged:
    """The type of `UNCHANGED`: a value that was not given, where None means *take it away*."""

    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = Unchanged()


@dataclass(frozen=True, slots=True)
class NewApplication:
    """An application to be made."""

    name: str
    description: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.name))
        object.__setattr__(self, "description", _description(self.description, limits.DESCRIPTION_LENGTH))


@dataclass(frozen=True, slots=True)
class ApplicationChanges:
    """What to change about an application; what is not given stays. `token_lifetime` is in minutes."""

    name: str | Unchanged = UNCHANGED
    description: str | Unchanged | None = UNCHANGED
    enabled: bool | Unchanged = UNCHANGED
    locking_enabled: bool | Unchanged = UNCHANGED
    introspects: bool | Unchanged = UNCHANGED
    token_lifetime: int | Unchanged = UNCHANGED
    scopes: Iterable[str] | Unchanged = UNCHANGED

    def __post_init__(self) -> None:
        if not isinstance(self.name, Unchanged):
            object.__setattr__(self, "name", _name(self.name))
        if not isinstance(self.description, Unchanged):
            object.__setattr__(self, "description", _description(self.description, limits.DESCRIPTION_LENGTH))
        if not isinstance(self.token_lifetime, Unchanged):
            _check_token_lifetime(self.token_lifetime)
        if not isinstance(self.scopes, Unchanged):
            object.__setattr__(self, "scopes", oauth_scopes(self.scopes))


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client secret to be made."""

    description: str | None = None
    lifetime: Lifetime = Lifetime.ONE_YEAR
    scopes: Iterable[str] = field(default_factory=lambda: frozenset(ApiScope))

    def __post_init__(self) -> None:
        description = _description(self.description, limits.SECRET_DESCRIPTION_LENGTH)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "lifetime", _lifetime(self.lifetime))
        object.__setattr__(self, "scopes", api_scopes(self.scopes))


@dataclass(frozen=True, slots=True)
class SecretChanges:
    """What to change about a secret; a given lifetime is counted from now. The value never changes."""

    description: str | Unchanged | None = UNCHANGED
    lifetime: Lifetime | Unchanged = UNCHANGED
    scopes: Iterable[str] | Unchanged = UNCHANGED

    def __post_init__(self) -> None:
        if not isinstance(self.description, Unchanged):
            description = _description(self.description, limits.SECRET_DESCRIPTION_LENGTH)
            object.__setattr__(self, "description", description)
        if not isinstance(self.lifetime, Unchanged):
            object.__setattr__(self, "lifetime", _lifetime(self.lifetime))
        if not isinstance(self.scopes, Unchanged):
            object.__setattr__(self, "scopes", api_scopes(self.scopes))


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A self-signed certificate to be made; its key goes into a file under `password`."""

    common_name: str
    password: str = field(repr=False)
    description: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "common_name", _common_name(self.common_name))
        _check_password(self.password)
        object.__setattr__(self, "description", credential_description(self.description))


def credential_description(text: str | None) -> str | None:
    """Return the description of a certificate or a JWT trust in its stored form; empty is none."""
    return _description(text, limits.SECRET_DESCRIPTION_LENGTH)


def _common_name(text: str) -> str:
    name, length = normalised(text), limits.COMMON_NAME_LENGTH
    if not name:
        raise Refusal(f"Give the certificate a common name of 1 to {length} characters.", field="common_name")
    refused = refused_character(text)
    if refused:
        raise Refusal(f"The common name holds {refused}; use visible characters only.", field="common_name")
    if not is_visible(name):
        raise Refusal("This common name shows nothing; use letters or digits that can be seen.", field="common_name")
    size = len(name.encode())
    if size > length:
        beyond = "" if name.isascii() else ", for letters beyond ASCII count as several"
        said = f"A common name has at most {length} characters; this has {size}{beyond}."
        raise Refusal(said, field="common_name")
    return name


def _check_password(password: str) -> None:
    """Refuse what protects nothing, or what another program would encode in another way."""
    allowed = limits.PKCS12_PASSWORD_LENGTH
    if len(password) not in allowed:
        raise Refusal(
            f"The password of the file has {allowed[0]} to {allowed[-1]} characters; choose another.", field="password"
        )
    if refused_character(password):
        raise Refusal("The password holds an invisible character; use visible ones only.", field="password")


@dataclass(frozen=True, slots=True)
class NewTrust:
    """A JWT trust to be made: by an issuer and its subject, or by a JWKS URI alone.

    Without a JWKS URI, the issuer's is discovered; without an audience it is our own issuer.
    """

    issuer: str | None = None
    jwks_uri: str | None = None
    subject: str | None = None
    audience: str | None = None
    refresh_hours: int = limits.REFRESH_HOURS[0]
    description: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "issuer", issuer_url(self.issuer) if self.issuer else None)
        object.__setattr__(self, "jwks_uri", jwks_url(self.jwks_uri) if self.jwks_uri else None)
        object.__setattr__(self, "subject", _claim("subject", self.subject))
        object.__setattr__(self, "audience", _claim("audience", self.audience))
        _check_refresh(self.refresh_hours)
        description = _description(self.description, limits.SECRET_DESCRIPTION_LENGTH)
        object.__setattr__(self, "description", description)
        check_trust(self.issuer, self.jwks_uri, self.subject, self.audience)


@dataclass(frozen=True, slots=True)
class TrustChanges:
    """What to change about a JWT trust, whose kind stays; without a JWKS URI (None), the issuer's is discovered."""

    issuer: str | Unchanged = UNCHANGED
    jwks_uri: str | Unchanged | None = UNCHANGED
    subject: str | Unchanged = UNCHANGED
    audience: str | Unchanged | None = UNCHANGED
    refresh_hours: int | Unchanged = UNCHANGED
    description: str | Unchanged | None = UNCHANGED

    def __post_init__(self) -> None:
        if not isinstance(self.issuer, Unchanged):
            object.__setattr__(self, "issuer", issuer_url(self.issuer))
        if not isinstance(self.jwks_uri, Unchanged):
            object.__setattr__(self, "jwks_uri", jwks_url(self.jwks_uri) if self.jwks_uri else None)
        if not isinstance(self.subject, Unchanged):
            object.__setattr__(self, "subject", _claim("subject", self.subject))
        if not isinstance(self.audience, Unchanged):
            object.__setattr__(self, "audience", _claim("audience", self.audience))
        if not isinstance(self.refresh_hours, Unchanged):
            _check_refresh(self.refresh_hours)
        if not isinstance(self.description, Unchanged):
            description = _description(self.description, limits.SECRET_DESCRIPTION_LENGTH)
            object.__setattr__(self, "description", description)

    def given(self) -> dict[str, str | int | None]:
        """Return what is to be changed, by its name."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not UNCHANGED}


def check_trust(issuer: str | None, jwks_uri: str | None, subject: str | None, audience: str | None) -> None:
    """Refuse what makes no JWT trust when it is taken together."""
    if issuer is None and jwks_uri is None:
        raise Refusal("Give the issuer, or the JWKS URI alone.", field="issuer")
    if issuer is not None and subject is None:
        raise Refusal("Give the subject: by an issuer, one of its subjects is trusted, and no other.", field="subject")
    if issuer is None and (subject or audience):
        raise Refusal(
            "By JWKS URI alone, issuer and subject are the client ID: leave out subject and audience, "
            "or give an issuer.",
            field="subject" if subject else "audience",
        )


def _name(text: str) -> str:
    name = normalised(text)
    if not name:
        raise Refusal(f"Give the application a name of 1 to {limits.NAME_LENGTH} characters.", field="name")
    _check_characters("name", text)
    if not is_visible(name):
        raise Refusal("This name shows nothing; use letters, digits or signs that can be seen.", field="name")
    if len(name) > limits.NAME_LENGTH:
        raise Refusal(f"A name has at most {limits.NAME_LENGTH} characters; this has {len(name)}.", field="name")
    if _UUID_LIKE.fullmatch(_SEPARATORS.sub("", folded(name))):
        raise Refusal("A name that looks like a client ID would be mistaken for one; choose words.", field="name")
    return name


def _description(text: str | None, length: int) -> str | None:
    description = normalised(text or "")
    _check_characters("description", text or "")
    if len(description) > length:
        raise Refusal(
            f"A description has at most {length} characters; this has {len(description)}.",
            field="description",
        )
    return description or None


def _check_characters(field_name: str, text: str) -> None:
    refused = refused_character(text)
    if refused:
        raise Refusal(f"The {field_name} holds {refused}; use visible characters only.", field=field_name)


def _lifetime(word: str) -> Lifetime:
    try:
        return Lifetime(word)
    except ValueError:
        raise Refusal(f"A secret expires in {', '.join(Lifetime)}: choose one of these.", field="lifetime") from None


def _check_token_lifetime(minutes: int) -> None:
    if minutes not in limits.TOKEN_LIFETIME_MINUTES:
        allowed = limits.TOKEN_LIFETIME_MINUTES
        raise Refusal(f"The token lifetime is {allowed[0]} to {allowed[-1]} minutes.", field="token_lifetime")


def _claim(named: str, text: str | None) -> str | None:
    """Return a subject or audience as it is: assertions are compared with it letter by letter."""
    claim = (text or "").strip()
    _check_characters(named, claim)
    if len(claim) > limits.CLAIM_LENGTH:
        sentence = f"The {named} has at most {limits.CLAIM_LENGTH} characters; this has {len(claim)}."
        raise Refusal(sentence, field=named)
    return claim or None


def _check_refresh(hours: int) -> None:
    if hours not in limits.REFRESH_HOURS:
        allowed = " or ".join(map(str, limits.REFRESH_HOURS))
        raise Refusal(f"The keys are fetched every {allowed} hours: choose one of these.", field="refresh_hours")
