"""The far end of a program's pseudo-terminal: it presses keys, reads what is drawn, and notes when it came."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

LINES, COLUMNS = 24, 80
QUIET = 0.1
"""Seconds without a byte after which nothing more is drawn: several frames of Textual's 60 a second."""
FIRST_FRAME = f"\x1b[{LINES};1H".encode()
"""Stands where the bottom line is drawn, which no program does again before something happens there."""
_PATIENCE = 60.0
_QUIT = b"\x11"


class Drawn(NamedTuple):
    """What keys brought to the terminal: how many bytes, and the seconds from the keys to the last of them."""

    size: int
    seconds: float


class Terminal:
    """Reads one program; times are those of the monotonic clock, in seconds."""

    def __init__(self, process: int, descriptor: int, began: float) -> None:
        self.process = process
        self.began = began
        self._descriptor = descriptor
        self._seen = bytearray()
        self._last = began

    def until(self, words: bytes) -> float:
        """Read until *words* stand among what came since the last keys; return when they came."""
        end = time.monotonic() + _PATIENCE
        while words not in self._seen:
            if not self._read(end - time.monotonic()):
                raise TimeoutError(f"{words!r} did not come, but {bytes(self._seen[-400:])!r}")
        return self._last

    def rest(self, quiet: float = QUIET) -> None:
        """Read until nothing has come for *quiet* seconds."""
        while self._read(quiet):
            pass

    def idle(self, seconds: float) -> int:
        """Read for so long, and return how many bytes came."""
        self._seen.clear()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return len(self._seen)

    def press(self, keys: bytes) -> float:
        """Press keys, all at once; return when."""
        self._seen.clear()
        when = time.monotonic()
        os.write(self._descriptor, keys)
        return when

    def drawn(self, keys: bytes, words: bytes = b"") -> Drawn:
        """Press keys and read until *words*, or else anything, has come and the screen is quiet."""
        when = self.press(keys)
        if words:
            self.until(words)
        else:
            self._read(_PATIENCE)
        self.rest()
        return Drawn(len(self._seen), self._last - when)

    def quit(self) -> None:
        """Let the program end in order, and wait for it."""
        self.press(_QUIT)
        self.rest(_PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Read once, waiting no longer than *seconds*; return whether anything came."""
        if not select.select([self._descriptor], [], [], max(0.0, seconds))[0]:
            return False
        try:
            came = os.read(self._descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            return False
        self._last = time.monotonic()
        self._seen += came
        return bool(came)


@contextmanager
def terminal(program: Sequence[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a Python module with its arguments in a pseudo-terminal of 80x24, and end it in the end."""
    began = time.monotonic()
    process, descriptor = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        os.execve(sys.executable, [sys.executable, "-m", *program], dict(environ))
    try:
        screen = Terminal(process, descriptor, began)
        yield screen
        screen.quit()
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(descriptor)


def resident_megabytes(process: int) -> float:
    """Return how much memory a process holds at this moment, as Linux tells it."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
