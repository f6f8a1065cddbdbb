"""When a client secret ends, and the word for the state that it is in. All times are UTC."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.limits import EXPIRING_WITHIN


class Lifetime(StrEnum):
    """The choices of *Expires in*; the value is the word on the command line."""

    ONE_YEAR = "1y"
    TWO_YEARS = "2y"
    NEVER = "never"

    @property
    def label(self) -> str:
        """The words of the form."""
        return {"1y": "1 year", "2y": "2 years", "never": "Never"}[self.value]

    def end(self, start: datetime) -> datetime | None:
        """Return when a secret of this lifetime ends, calendar years after *start*; None is never."""
        match self:
            case Lifetime.ONE_YEAR:
                return _years_after(start, 1)
            case Lifetime.TWO_YEARS:
                return _years_after(start, 2)
            case Lifetime.NEVER:
                return None

    @classmethod
    def between(cls, start: datetime, end: datetime | None) -> "Lifetime":
        """Return the lifetime that leads from *start* to *end*, or comes nearest to it."""
        if end is None:
            return cls.NEVER
        return cls.ONE_YEAR if end - start < _A_YEAR_AND_A_HALF else cls.TWO_YEARS


_A_YEAR_AND_A_HALF = timedelta(days=548)


class CredentialKind(StrEnum):
    """What kinds of credentials end; the value is the word in JSON."""

    SECRET = "secret"  # noqa: S105 - a word
    CERTIFICATE = "certificate"

    @property
    def label(self) -> str:
        """The words of a sentence, for one of them."""
        return {"secret": "client secret", "certificate": "certificate"}[self.value]


class SecretState(StrEnum):
    """What a secret is at a moment; on screens the word is capitalised, in JSON it is not."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    RETIRING = "retiring"
    EXPIRING = "expiring"
    ACTIVE = "active"

    @property
    def works(self) -> bool:
        """Whether a secret in this state is accepted."""
        return self not in (SecretState.REVOKED, SecretState.EXPIRED)


def secret_state(
    now: datetime, *, revoked_at: datetime | None, expires_at: datetime | None, retires_at: datetime | None
) -> SecretState:
    """Return the first state that applies; a secret ends at its very moment, not after it."""
    if revoked_at or (retires_at and retires_at <= now):
        return SecretState.REVOKED
    if expires_at and expires_at <= now:
        return SecretState.EXPIRED
    if retires_at:
        return SecretState.RETIRING
    if expires_at and expires_at - now <= EXPIRING_WITHIN:
        return SecretState.EXPIRING
    return SecretState.ACTIVE


class CertificateState(StrEnum):
    """What a certificate is at a moment."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    EXPIRING = "expiring"
    ACTIVE = "active"

    @property
    def works(self) -> bool:
        """Whether a certificate in this state is accepted."""
        return self in (CertificateState.EXPIRING, CertificateState.ACTIVE)


def certificate_state(now: datetime, not_before: datetime, not_after: datetime) -> CertificateState:
    """Return the first state that applies; like a secret, a certificate ends at its very moment."""
    if not_after <= now:
        return CertificateState.EXPIRED
    if now < not_before:
        return CertificateState.NOT_YET_VALID
    if not_after - now <= EXPIRING_WITHIN:
        return CertificateState.EXPIRING
    return CertificateState.ACTIVE


def days_left(now: datetime, end: datetime) -> int:
    """Return the whole days from *now* to *end*, negative once it has passed."""
    return (end - now) // timedelta(days=1)


def threshold(now: datetime, end: datetime, thresholds: Iterable[int]) -> int | None:
    """Return the smallest number of days among *thresholds* within which *end* lies; None beyond all of them."""
    return min((days for days in thresholds if end - now <= timedelta(days=days)), default=None)


def _years_after(start: datetime, years: int) -> datetime:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February of a year that has none
        return start.replace(year=start.year + years, day=28)
