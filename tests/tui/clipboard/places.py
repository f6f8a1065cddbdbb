"""A runner that writes down what it was asked, terminals that keep what they were sent, a private tmux."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pexpect

from tui.clipboard.running import Finished, Recall


@dataclass(repr=False)
class Notebook:
    """A runner that runs nothing: it notes each command with its stdin and answers as `answers` says."""

    answers: Callable[[Sequence[str]], Finished] = lambda argv: Finished(0)
    leaves: bool = True
    ran: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    left: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    recalls: int = 0

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, capture: bool = False) -> Finished:
        self.ran.append((tuple(argv), stdin))
        return self.answers(argv)

    def leave(self, argv: Sequence[str], stdin: bytes) -> Recall | None:
        self.left.append((tuple(argv), stdin))
        return self._recall if self.leaves else None

    def _recall(self) -> None:
        self.recalls += 1


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something to become true; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class OuterTerminal:
    """A pseudo-terminal in which tmux or screen runs: it keeps every byte that reaches the outside."""

    def __init__(self, argv: list[str], term: str, environment: dict[str, str]) -> None:
        self._screen = pexpect.spawn(
            argv[0], argv[1:], env={**environment, "TERM": term}, dimensions=(24, 80), timeout=10
        )
        self.received = b""

    def read(self, seconds: float = 0.3) -> bytes:
        """Read until nothing has come for so long; return everything that ever came."""
        while True:
            try:
                self.received += self._screen.read_nonblocking(65536, timeout=seconds)
            except (pexpect.TIMEOUT, pexpect.EOF):
                return self.received

    def close(self) -> None:
        self._screen.close(force=True)


class TmuxServer:
    """A private tmux server with default settings, on a socket of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._terminals: list[OuterTerminal] = []

    def __call__(self, *command: str) -> str:
        """Run a tmux command on this server and return its output."""
        argv = ["tmux", "-f", "/dev/null", "-S", str(self._socket), *command]
        return subprocess.run(argv, env=clean_environment(), capture_output=True, text=True, check=False).stdout

    def attach(self, term: str) -> OuterTerminal:
        """Open a terminal of this type with the session in it."""
        before = len(self("list-clients").splitlines())
        argv = ["tmux", "-f", "/dev/null", "-S", str(self._socket), "new-session", "-A", "-s", "keydesk", "sh"]
        terminal = OuterTerminal(argv, term, clean_environment())
        self._terminals.append(terminal)
        until(lambda: len(self("list-clients").splitlines()) > before)
        terminal.read()
        return terminal

    def environment(self) -> dict[str, str]:
        """What a program inside the session sees."""
        inside = self("display-message", "-p", "#{socket_path},#{pid},0 #{pane_id}").split()
        return {**clean_environment(), "TERM": "tmux-256color", "TMUX": inside[0], "TMUX_PANE": inside[1]}

    def end(self) -> None:
        self("kill-server")
        for terminal in self._terminals:
            terminal.close()


def clean_environment() -> dict[str, str]:
    """An environment outside of any multiplexer, desktop or SSH session."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/"}
