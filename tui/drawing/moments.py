"""Times in the words of the screens: a date where the day matters, a distance where that is the question."""

from datetime import datetime, timedelta

_SOON = timedelta(days=30)
_STEPS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)


def date(moment: datetime) -> str:
    """Return the local date, as 2026-05-02."""
    return moment.astimezone().strftime("%Y-%m-%d")


def stamp(moment: datetime) -> str:
    """Return local date and time with the zone, as 2026-05-02 14:00:00 CEST."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def minute(moment: datetime) -> str:
    """Return local date and time to the minute with the zone, as 2026-05-02 14:00 CEST."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def ago(now: datetime, moment: datetime | None) -> str:
    """Return how long ago *moment* was, as *2 h ago*; never is a dash."""
    if moment is None:
        return "–"
    passed = now - moment
    return "just now" if passed < timedelta(seconds=10) else f"{distance(passed)} ago"


def until(now: datetime, moment: datetime | None) -> str:
    """Return when something ends: a date, or *in 12 d* within 30 days, or *3 d ago*; never is *never*."""
    if moment is None:
        return "never"
    left = moment - now
    if left > _SOON:
        return date(moment)
    return f"in {distance(left)}" if left > timedelta(0) else f"{distance(-left)} ago"


def distance(span: timedelta) -> str:
    """Return a span in its largest unit, rounded down: *12 d*, *3 h*, *5 min*, *40 s*."""
    for unit, name in _STEPS:
        if span >= unit:
            return f"{span // unit} {name}"
    return "0 s"


def days(number: int) -> str:
    """Return a number of days in words, as *30 days* or *1 day*."""
    return f"{number} day{'' if number == 1 else 's'}"


def countdown(span: timedelta) -> str:
    """Return a span to the second, as *42:07*, or *1:02:07*; never below zero."""
    seconds = max(0, round(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
