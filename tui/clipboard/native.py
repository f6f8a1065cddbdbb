"""The local desktop's clipboard: pyperclip does it, in a process of its own (`child`).

Called in here, pyperclip would choose by this process's environment, let xclip write on stderr (Textual's
screen), wait for ever on a display that hangs, and report success on one that is dead. In a child it has pipes
of its own and a time limit, and the child's exit code says whether the value was read back.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from tui.clipboard.routes import Way
from tui.clipboard.running import Recall, Runner

_CHILD = str(Path(__file__).with_name("child.py"))


def copy(runner: Runner, way: Way, value: bytes) -> bool:
    """Put the value on the desktop's clipboard; True only when it was read back from there."""
    return runner.run(_command("copy", way), value).code == 0


def clear(runner: Runner, way: Way) -> bool:
    """Empty the desktop's clipboard; True only when that was seen to work."""
    return runner.run(_command("clear", way)).code == 0


def clear_later(runner: Runner, way: Way, value: bytes, seconds: int) -> Recall | None:
    """Leave a process behind that clears the clipboard after so many seconds, if it still holds the value then.

    It is told the value's SHA-256, never the value (a client secret has 256 random bits: the hash tells nothing).
    None when it could not be started.
    """
    return runner.leave(_command("expire", way), f"{sha256(value).hexdigest()} {seconds}\n".encode())


def _command(verb: str, way: Way) -> tuple[str, ...]:
    # -P: beside the child lie modules of this room, which must not stand in for anyone else's.
    return (sys.executable, "-P", _CHILD, verb, way.value)
