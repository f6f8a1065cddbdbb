"""What may be asked about JWT trusts."""

from dataclasses import dataclass

from core.rules import limits
from core.rules.errors import Refusal
from core.rules.requests.fields import UNCHANGED, Checks, Unchanged, check
from core.rules.requests.texts import check_characters, credential_description
from core.rules.trust_urls import issuer_url, jwks_url


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
        check(self, {**_CHECKS, "issuer": lambda url: issuer_url(url) if url else None})
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
        check(self, _CHECKS)


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


def _claim(named: str, text: str | None) -> str | None:
    """Return a subject or audience as it is: assertions are compared with it letter by letter."""
    claim = (text or "").strip()
    check_characters(named, claim)
    if len(claim) > limits.CLAIM_LENGTH:
        sentence = f"The {named} has at most {limits.CLAIM_LENGTH} characters; this has {len(claim)}."
        raise Refusal(sentence, field=named)
    return claim or None


def _refresh_hours(hours: int) -> int:
    if hours not in limits.REFRESH_HOURS:
        allowed = " or ".join(map(str, limits.REFRESH_HOURS))
        raise Refusal(f"The keys are fetched every {allowed} hours: choose one of these.", field="refresh_hours")
    return hours


_CHECKS: Checks = {
    "issuer": issuer_url,
    "jwks_uri": lambda url: jwks_url(url) if url else None,
    "subject": lambda text: _claim("subject", text),
    "audience": lambda text: _claim("audience", text),
    "refresh_hours": _refresh_hours,
    "description": credential_description,
}
