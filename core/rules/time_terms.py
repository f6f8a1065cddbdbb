"""Moments as people type them to bound a list: `2d`, `today`, `2026-11-01`, `2026-11-01T14:30`.

What is typed means all of it: from the first moment of a day on, up to and with the last moment of a minute.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.rules.errors import Refusal

_SPAN = re.compile(r"(\d{1,6})(min|[mhdw])", re.ASCII)
_UNITS = {"min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS_AGO = {"today": 0, "yesterday": 1}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?P<seconds>:\d\d(?P<exact>\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def since(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the first moment of what *text* names, in *zone* or else the system's own; raises `Refusal`."""
    return _bounds("since", text, now, zone)[0]


def until(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the first moment after what *text* names, in *zone* or else the system's own; raises `Refusal`."""
    return _bounds("until", text, now, zone)[1]


def _bounds(key: str, text: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    try:
        return _named(text.strip().upper(), now, zone)
    except (ValueError, OverflowError, OSError):  # a 30 February, a year that no clock here knows
        raise Refusal(
            f"{key}: wants a span (90min, 3h, 2d, 1w), a day (today, 2026-11-01) or a time (2026-11-01T14:30).",
            field=key,
        ) from None


def _named(text: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    span = _SPAN.fullmatch(text.lower())
    if span:
        moment = now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        return moment, moment
    if text.lower() in _DAYS_AGO:
        return _day(now.astimezone(zone).date() - timedelta(days=_DAYS_AGO[text.lower()]), zone)
    if _DAY.fullmatch(text):
        return _day(date.fromisoformat(text), zone)
    exact = _TIME.fullmatch(text)
    if not exact:
        raise ValueError(text)
    start = datetime.fromisoformat(text)
    length = timedelta(microseconds=1) if exact["exact"] else timedelta(seconds=1 if exact["seconds"] else 60)
    return _placed(start, zone), _placed(start + length, zone)


def _day(day: date, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Return its midnight and the next one, which is not always 24 hours later."""
    midnight = datetime.combine(day, time())
    return _placed(midnight, zone), _placed(midnight + timedelta(days=1), zone)


def _placed(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment in UTC; one without a zone of its own is in *zone*."""
    if moment.tzinfo is None and zone is not None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)
