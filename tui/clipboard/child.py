"""A process of its own around pyperclip: `python child.py copy|clear|expire BACKEND`, started by `native`.

It is run as a file and imports nothing of ours: it starts in some 40 ms, and holds no more than it needs.
Exit code 0 means *seen to work*; anything else, a crash of pyperclip included, means *not known*.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from hashlib import sha256

import pyperclip  # type: ignore[import-untyped]  # it ships no types

_READS = 5
_PAUSE = 0.05  # seconds; a clipboard manager may take the copy over just now


def copy() -> bool:
    """Copy what stands on stdin, and read it back."""
    value = sys.stdin.buffer.read().decode()
    pyperclip.copy(value)
    return _holds(value)


def clear() -> bool:
    """Empty the clipboard: first overwrite it, because an empty answer is also what a dead display gives."""
    pyperclip.copy(" ")
    overwritten = _holds(" ")
    pyperclip.copy("")
    return overwritten


def expire() -> bool:
    """Read a digest and a delay, and go; the process that stays clears the clipboard if it then holds the value."""
    digest, seconds = os.read(sys.stdin.fileno(), 128).split()
    if os.fork():
        return True
    if _called_back(float(seconds)):
        return True
    if sha256(pyperclip.paste().encode()).hexdigest() == digest.decode():
        pyperclip.copy("")
    return True


def _holds(value: str) -> bool:
    for _ in range(_READS):
        if pyperclip.paste() == value:
            return True
        time.sleep(_PAUSE)
    return False


def _called_back(seconds: float) -> bool:
    """Wait; a byte on stdin ends the wait, its end only means that the console has gone: wait on."""
    until = time.monotonic() + seconds
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if ready and os.read(sys.stdin.fileno(), 1):
        return True
    time.sleep(max(0.0, until - time.monotonic()))
    return False


_VERBS: dict[str, Callable[[], bool]] = {"copy": copy, "clear": clear, "expire": expire}


def main(verb: str, backend: str) -> int:
    """Do one thing with one of pyperclip's backends."""
    # wl-copy passes its input through a private file. From 2.3 on it can be told to do so in memory.
    if "XDG_RUNTIME_DIR" in os.environ:
        os.environ["TMPDIR"] = os.environ["XDG_RUNTIME_DIR"]
    pyperclip.set_clipboard(backend)
    return 0 if _VERBS[verb]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
