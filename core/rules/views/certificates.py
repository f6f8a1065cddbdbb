"""Certificates as they stand at a moment."""

from dataclasses import dataclass
from datetime import datetime

from core.rules.expiry import CertificateState
from core.rules.limits import THUMBPRINT_HINT


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as it stands at the moment of reading.

    `subject` and `issuer` are distinguished names (RFC 4514) as whoever made it wrote them, to be cleaned when they are
    shown; `serial` and `thumbprint` (SHA-256 of its DER) are lower-case hexadecimal digits; `days_left` are whole
    days, negative once it has ended.
    """

    id: str
    description: str | None
    subject: str
    issuer: str
    serial: str
    thumbprint: str
    not_before: datetime
    not_after: datetime
    days_left: int
    state: CertificateState
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    last_used_from: str | None
    use_count: int

    @property
    def hint(self) -> str:
        """What names it in short: the first digits of its thumbprint."""
        return self.thumbprint[:THUMBPRINT_HINT]
