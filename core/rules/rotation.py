"""How long a rotated client secret goes on working beside its twin."""

from datetime import datetime, timedelta
from enum import StrEnum


class Grace(StrEnum):
    """The choices of the grace period; the value is the word on the command line."""

    NOW = "now"
    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"

    @property
    def label(self) -> str:
        """The words of the form."""
        return {"now": "now", "1h": "1 hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}[self.value]

    def end(self, start: datetime) -> datetime:
        """Return when a grace period that begins at *start* is over."""
        return start + _SPANS[self]


PRESELECTED = Grace.DAY

_SPANS = {
    Grace.NOW: timedelta(0),
    Grace.HOUR: timedelta(hours=1),
    Grace.DAY: timedelta(hours=24),
    Grace.WEEK: timedelta(days=7),
    Grace.MONTH: timedelta(days=30),
}


def retires_at(now: datetime, grace: Grace, expires_at: datetime | None) -> datetime:
    """Return when a secret that is rotated at *now* ends: a grace never outlives the secret's own expiry."""
    return min(grace.end(now), expires_at) if expires_at else grace.end(now)
