"""What became of a copy, in words that claim no more than is known.

Only a clipboard that was read back earns *Copied*. OSC 52 has no acknowledgement, so whatever went to the
terminal is *Sent*, and the sentence asks for the one test there is: to paste.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.clipboard.routes import Way


class Outcome(StrEnum):
    """How far it got: the first three answer `copy`, `SENT` and the last two answer `clear`."""

    COPIED = "copied"
    SENT = "sent"
    NOT_COPIED = "not copied"
    CLEARED = "cleared"
    NOT_CLEARED = "not cleared"


@dataclass(frozen=True, slots=True)
class Report:
    """An outcome, its sentence for one line of an 80-column screen, and the reason where there is one.

    `clears_after` is in seconds: when a process that outlives the console clears the value; 0 when none does.
    """

    outcome: Outcome
    sentence: str
    why: str = ""
    clears_after: int = 0


_SENT = {
    Way.TMUX: "Sent to your terminal through tmux. It cannot be confirmed: paste to test.",
    Way.NESTED_TMUX: "Sent through tmux to another tmux, which by default drops it: paste to test.",
    Way.SCREEN: "Sent to your terminal through screen. It cannot be confirmed: paste to test.",
    Way.OSC52: "Sent to your terminal. It cannot be confirmed: paste to test.",
}


def copied(clears_after: int) -> Report:
    """It was read back; it leaves the clipboard after so many seconds (0: it stays)."""
    promise = f" It will be cleared in {clears_after} s." if clears_after else ""
    return Report(Outcome.COPIED, f"Copied.{promise}", clears_after=clears_after)


def sent(way: Way) -> Report:
    """It went to the terminal by a way that answers nothing."""
    return Report(Outcome.SENT, _SENT[way])


def not_copied(why: str, *, writable: bool) -> Report:
    """It got nowhere, and this is the way out; `w` writes a file, where there is one to write."""
    way_out = "select it, or press w" if writable else "select it"
    return Report(Outcome.NOT_COPIED, f"Not copied: {way_out}.", why)


def cleared() -> Report:
    """The clipboard was overwritten, read back, and emptied."""
    return Report(Outcome.CLEARED, "Cleared.")


def asked_to_clear() -> Report:
    """A blank went to the terminal over the value."""
    return Report(Outcome.SENT, "A blank was sent over it. It cannot be confirmed: paste to test.")


def not_cleared() -> Report:
    """The clipboard may still hold the value."""
    return Report(Outcome.NOT_CLEARED, "Not cleared: copy something else over it.")


def nothing_to_clear() -> Report:
    """Nothing went out, so what the clipboard holds is the operator's own and stays."""
    return Report(Outcome.NOT_CLEARED, "Nothing was copied from here, so nothing was cleared.")
