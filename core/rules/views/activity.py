"""The activity: its rows, and what checking their hash chain has shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One change, or one refused logon, as a link of the hash chain. `before` and `after` hold what differs."""

    id: int
    at: datetime
    actor: str
    claimed: str | None
    action: str
    object: str
    object_id: str
    application_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    source: str | None
    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How many rows the activity's hash chain says that it has, and the hash of the last one."""

    rows: int
    hash: str


class ChainBreak(StrEnum):
    """Where the activity's hash chain is broken."""

    ROW = "row"
    END = "end"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The outcome of checking the activity's hash chain: how many rows fit, and the hash of the last of them."""

    ok: bool
    rows: int
    head: str
    first_bad_id: int | None
    broken: ChainBreak | None = None

    @property
    def sentence(self) -> str:
        """Say how it went, to an operator."""
        if self.broken is None:
            return f"The chain holds: {self.rows} rows, head {self.head}"
        return {
            ChainBreak.ROW: f"Row {self.first_bad_id} is the first that does not fit: altered, cut or reordered.",
            ChainBreak.END: f"Row {self.first_bad_id} does not follow: the end was cut off, or the head altered.",
            ChainBreak.NOTED: "The rows fit each other, but that head is none of theirs: "
            "the end was cut off, or all was written anew.",
        }[self.broken]
