"""What an examination comes to: one finding a line."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much it matters: a *problem* needs somebody to act, a *warning* somebody to know."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is what to do, empty where all is well.

    `unfit` says that keydesk cannot work with this database at all: exit code 3.
    """

    subject: str
    level: Level
    what: str
    remedy: str = ""
    unfit: bool = False


def ok(subject: str, what: str) -> Finding:
    """All is well."""
    return Finding(subject, Level.OK, what)


def warning(subject: str, what: str, remedy: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(subject, Level.WARNING, what, remedy)


def problem(subject: str, what: str, remedy: str, *, unfit: bool = False) -> Finding:
    """Somebody has to act."""
    return Finding(subject, Level.PROBLEM, what, remedy, unfit)
