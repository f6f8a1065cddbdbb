"""Programs that are run for the clipboard: each on its own pipes, away from the screen, with a time limit.

Textual draws on stderr, so nothing that is started here may inherit it (HOUSE.md, decision 16).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

NOT_FOUND = 127
TIMED_OUT = 124

Recall = Callable[[], None]
"""Calls a waiting process back: it ends without having done anything. Harmless when it has ended already."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code (127 not started, 124 took too long) and, if asked for, its output."""

    code: int
    output: str = ""


class Runner(Protocol):
    """Whatever runs programs; tests hand in one that only writes down what it was asked."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, capture: bool = False) -> Finished:
        """Run a program to its end, `stdin` on its standard input; `capture` keeps its output."""

    def leave(self, argv: Sequence[str], stdin: bytes) -> Recall | None:
        """Start a program that forks itself off to wait, and return at once; None when it did not start."""


class Subprocesses:
    """The real runner. `environment` is all that a program sees, `timeout` is in seconds."""

    def __init__(self, environment: Mapping[str, str], timeout: float = 5.0) -> None:
        self._environment = dict(environment)
        self._timeout = timeout

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, capture: bool = False) -> Finished:
        """Run a program to its end. No error leaves here: the exit code says what happened.

        Capturing is for programs that leave nobody behind: xclip stays to serve the clipboard and would
        hold the pipe open for as long.
        """
        try:
            process = self._start(argv, stdin=subprocess.PIPE, capture=capture)
        except OSError:
            return Finished(NOT_FOUND)
        return self._finish(process, stdin)

    def leave(self, argv: Sequence[str], stdin: bytes) -> Recall | None:
        """Start a program that reads `stdin` (below 4 KB, so that the pipe holds it), forks, and waits.

        The pipe stays open behind it: a byte calls it back, while a closed pipe only tells it that this
        process has ended. So neither a crash nor SIGKILL here keeps it from its work.
        """
        reading, writing = os.pipe()
        os.write(writing, stdin)
        try:
            ended = self._finish(self._start(argv, stdin=reading)).code
        except OSError:
            ended = NOT_FOUND
        finally:
            os.close(reading)
        if ended == 0:
            return lambda: _call_back(writing)
        os.close(writing)
        return None

    def _start(self, argv: Sequence[str], *, stdin: int, capture: bool = False) -> subprocess.Popen[bytes]:
        # A session of its own: closing the terminal must not take the clipboard's server with it. And its own
        # place: a relative name in this directory must not be run or imported.
        return subprocess.Popen(  # noqa: S603  # no shell, and argv is written in this room
            argv,
            stdin=stdin,
            stdout=subprocess.PIPE if capture else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            cwd="/",
            start_new_session=True,
        )

    def _finish(self, process: subprocess.Popen[bytes], stdin: bytes | None = None) -> Finished:
        with process:
            try:
                output, _ = process.communicate(stdin, self._timeout)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):  # it may end at this very moment
                    os.killpg(process.pid, signal.SIGKILL)  # with everything that it started
                return Finished(TIMED_OUT)
        return Finished(process.returncode, (output or b"").decode(errors="replace"))


def _call_back(writing: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # it has waited long enough, done its work and gone
        os.write(writing, b"x")
    os.close(writing)
