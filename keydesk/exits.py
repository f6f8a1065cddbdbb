"""Exit codes, and the one place where what went wrong becomes a sentence and one of them.

Everything that is not in the catalogue is a defect and crashes with Python's own traceback, which shows no values.
"""

from collections.abc import Callable

from core.rules.errors import Refusal, UnfitPlace
from keydesk.streams import OutputLost, flush, narrate

DONE = 0
REFUSED = 1
"""Refused, or something was found; the sentence stands on stderr."""
WRONG_USAGE = 2
UNFIT_PLACE = 3
INTERRUPTED = 130
"""What a shell reports of a program that ended by Ctrl-C."""


class WrongUsage(Exception):
    """The command line cannot mean anything, whatever the database holds."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_CODES: dict[type[Refusal | WrongUsage | UnfitPlace], int] = {
    Refusal: REFUSED,
    WrongUsage: WRONG_USAGE,
    UnfitPlace: UNFIT_PLACE,
}


def guarded(work: Callable[[], int]) -> int:
    """Do *work* and return its exit code, or that of what it raised, once all that it wrote is out."""
    try:
        code = _answered(work)
        flush()
    except OutputLost as lost:
        if lost.sentence:
            narrate(lost.sentence)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _answered(work: Callable[[], int]) -> int:
    try:
        return work()
    except tuple(_CODES) as error:
        narrate(error.sentence)
        return next(code for kind, code in _CODES.items() if isinstance(error, kind))
