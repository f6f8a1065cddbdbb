"""What may stand in a log: text without what could be a secret that somebody put in the wrong place."""

import sys
import traceback
from contextlib import suppress

from core.rules.discretion import discreet
from core.rules.text import shown

_LONGEST_TARGET = 200
_FRAME = '  File "'


def discreet_target(target: bytes) -> str:
    """Return the path of a request, without its query, as plain ASCII of limited length."""
    # A run that begins before the limit is seen whole, or long enough.
    path = target[: 2 * _LONGEST_TARGET].partition(b"?")[0]
    plain = "".join(chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in path)
    return discreet(plain)[:_LONGEST_TARGET]


def report(error: BaseException) -> None:
    """Tell the operator of a defect, on standard error, discreetly."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(discreet_traceback(error), file=sys.stderr, flush=True)


def discreet_traceback(error: BaseException) -> str:
    """Return Python's own traceback; the error's words, which may quote what it was raised about, are cut."""
    parts = traceback.TracebackException.from_exception(error).format()
    told = "".join(part if part.startswith(_FRAME) else discreet(part) for part in parts)
    return "\n".join(map(shown, told.splitlines()))
