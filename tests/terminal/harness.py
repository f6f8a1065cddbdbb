"""A real pseudo-terminal around a program: every byte that came out of it, and the screen that these draw.

The program leads its session and has the terminal for its controlling one, as under sshd or in a window of a
desktop: closing the terminal hangs it up.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ENTER, ESC, TAB, CTRL_C, CTRL_P, CTRL_Q = "\r", "\x1b", "\t", "\x03", "\x10", "\x11"
SECONDS = 30.0
"""How long anything may take before a test gives it up: a slow machine is no defect."""

# Done by a program of its own, between fork and exec: in a fork of ours, a lock of another thread might be held.
_LOG_IN = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"


class Terminal:
    """A terminal of so many columns and rows with a program in it, which ends with the `with` block."""

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], directory: Path, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.raw = bytearray()
        """Every byte that ever came out."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._outer, inner = pty.openpty()
        self.resize(*size)
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LOG_IN, *argv],
            env=dict(environment), cwd=directory, stdin=inner, stdout=inner, stderr=inner,
        )  # fmt: skip
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()
        self.process.kill()
        self.process.wait()

    # What the operator does

    def press(self, *keys: str) -> Self:
        """Send keys, or a text to type. After a key that opens or closes something, wait for that before the next.

        Esc with a key close behind it is another key.
        """
        for key in keys:
            os.write(self._outer, key.encode())
        return self

    def resize(self, columns: int, rows: int) -> Self:
        """Give the terminal another size; the kernel tells the program."""
        fcntl.ioctl(self._outer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        return self

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed or the connection is lost."""
        if self._outer >= 0:
            os.close(self._outer)
            self._outer = -1

    # What the operator sees

    @property
    def text(self) -> str:
        """The screen as it stands."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def echoes(self) -> bool:
        """Whether the terminal is in the mode that a shell leaves it in: it echoes, and gives whole lines."""
        modes = termios.tcgetattr(self._outer)[3]
        return bool(modes & termios.ECHO and modes & termios.ICANON)

    def wait_for(self, *texts: str) -> Self:
        """Read until all of these stand on the screen together."""
        return self.wait_until(lambda: all(text in self.text for text in texts), f"never showed {texts}")

    def wait_gone(self, text: str) -> Self:
        """Read until this stands on the screen no more."""
        return self.wait_until(lambda: text not in self.text, f"always showed {text!r}")

    def wait_until(self, true: Callable[[], object], complaint: str = "never made it true") -> Self:
        """Read until something is true, here or elsewhere; fail with the screen when it takes too long."""
        deadline = time.monotonic() + SECONDS
        while not true():
            alive = self._read()
            if not alive or time.monotonic() > deadline:
                assert true(), f"the program {complaint}{'' if alive else ' before its end'}:\n{self.text}"
        return self

    def wait_silent(self, seconds: float = 0.3) -> Self:
        """Read until nothing has come for so long: only for what shows in nothing but silence."""
        deadline, before = time.monotonic() + seconds, len(self.raw)
        give_up = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self._read():
            if len(self.raw) > before:
                deadline, before = time.monotonic() + seconds, len(self.raw)
            assert time.monotonic() < give_up, f"the program never stopped drawing:\n{self.text}"
        return self

    def finish(self) -> int:
        """Read to the end and return the exit code, or minus the signal that was the end."""
        deadline = time.monotonic() + SECONDS
        while self._outer >= 0 and self._read():
            assert time.monotonic() < deadline, f"the program did not end:\n{self.text}"
        return self.process.wait(SECONDS)

    def _read(self) -> bool:
        """Take what comes within a moment; False once nobody holds the program's side any more."""
        if not select.select([self._outer], [], [], 0.02)[0]:
            return True
        try:
            fresh = os.read(self._outer, 65536)
        except OSError:  # Linux's way to say so
            return False
        self.raw += fresh
        self._stream.feed(fresh)
        return bool(fresh)


def until(true: Callable[[], object]) -> None:
    """Wait for something to become true outside of any terminal; fail when it does not."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.05)
