"""A private tmux or screen with its default settings, in a terminal that keeps every byte."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from tests.terminal.harness import Terminal, until
from tests.terminal.room import Room


@dataclass(frozen=True)
class Tmux:
    """A tmux server on a socket of its own, without anybody's configuration."""

    room: Room

    def __call__(self, *command: str) -> str:
        """Give a tmux command and return what it says."""
        argv = [*self._argv, *command]
        return subprocess.run(argv, env=self.room.environment(), check=True, capture_output=True, text=True).stdout

    def session(self, argv: Sequence[str]) -> list[str]:
        """Return the command line that runs a program in a new session; its window stays when it ends."""
        return [*self._argv, "new-session", f"{shlex.join(argv)}; echo ended; exec cat"]

    @property
    def _argv(self) -> list[str]:
        return ["tmux", "-f", os.devnull, "-S", str(self.room.path / "tmux")]


@dataclass(frozen=True)
class Screen:
    """A GNU screen with its sockets in a place of its own, and one session."""

    room: Room

    def __call__(self, *command: str) -> None:
        """Give the session a command; it answers nothing."""
        subprocess.run(["screen", "-S", "keydesk", "-X", *command], env=self._environment(), check=True)

    def run(self, argv: Sequence[str]) -> Terminal:
        """Run a program in the session, in a new terminal; its window stays when it ends."""
        configuration = self.room.path / "screenrc"
        configuration.write_text("zombie qr\nstartup_message off\n")
        command = ["screen", "-U", "-S", "keydesk", "-c", str(configuration), *argv]
        return Terminal(command, self._environment(), self.room.path)

    def history(self) -> str:
        """Return everything that the window remembers, by screen's own command."""
        file = self.room.path / "history"
        self("hardcopy", "-h", str(file))
        until(lambda: file.exists() and file.read_bytes().endswith(b"\n"))
        return file.read_text(errors="replace")

    def _environment(self) -> dict[str, str]:
        sockets = self.room.path / "sockets"
        sockets.mkdir(mode=0o700, exist_ok=True)
        return self.room.environment(SCREENDIR=str(sockets))
