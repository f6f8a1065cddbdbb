"""Throw-away accounts of this machine: one that keeps the database, and operators who may work as it by sudo."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.harness import Terminal, until

_ROOT = Path(__file__).parents[2]
_INSTALLED = Path(pytest.__file__).parents[1]
_SUDOERS = Path("/etc/sudoers.d")


@dataclass(frozen=True)
class Desk:
    """A directory that every account may enter; in it the command, and the home of the service account."""

    path: Path
    service: str
    operators: tuple[str, str]

    @property
    def home(self) -> Path:
        """The service account's home, where by default the database is."""
        return self.path / "home"

    def as_service(self, operator: str) -> list[str]:
        """Return the command line by which *operator* opens the console as the service account."""
        return ["sudo", "-u", operator, "sudo", "-u", self.service, str(self.path / "keydesk")]

    def console(self, operator: str) -> Terminal:
        """Open the console as *operator* does, in a new terminal."""
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        return Terminal(self.as_service(operator), environment, self.path)

    def processes(self) -> list[Path]:
        """Return what runs as the service account now, by its directories in /proc."""
        service = pwd.getpwnam(self.service).pw_uid
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(FileNotFoundError, ProcessLookupError):
                if f"\nUid:\t{service}\t" in (process / "status").read_text():
                    found.append(process)
        return found


@contextmanager
def shared_desk() -> Iterator[Desk]:
    """Make accounts, rule and directory, and take them away at the end; skips where that cannot be."""
    if os.getuid() != 0:
        pytest.skip("only root can make accounts: nothing was tried through sudo")
    if not all(map(shutil.which, ("sudo", "useradd", "userdel"))) or not _SUDOERS.is_dir():
        pytest.skip("sudo or useradd is not installed: nothing was tried through sudo")
    with ExitStack() as made:
        directory = made.enter_context(tempfile.TemporaryDirectory(prefix="keydesk-", ignore_cleanup_errors=True))
        number = os.getpid()
        desk = Desk(Path(directory), f"kd-desk-{number}", (f"kd-alice-{number}", f"kd-bob-{number}"))
        desk.path.chmod(0o755)
        for account in (desk.service, *desk.operators):
            _make_account(account, desk.home if account == desk.service else desk.path)
            made.callback(subprocess.run, ["userdel", account], check=True, capture_output=True)
        desk.home.mkdir(mode=0o700)
        shutil.chown(desk.home, desk.service)
        made.callback(_allow(desk).unlink)
        made.callback(_end_processes, desk)
        _write_command(desk)
        yield desk


def _end_processes(desk: Desk) -> None:
    """End what a failed test left behind: an account in use cannot be taken away."""
    for process in desk.processes():
        os.kill(int(process.name), signal.SIGKILL)
    until(lambda: not desk.processes())


def _make_account(name: str, home: Path) -> None:
    subprocess.run(["useradd", "--system", "--no-create-home", "--home-dir", str(home), name], check=True)


def _allow(desk: Desk) -> Path:
    """Let the operators work as the service account."""
    rule = _SUDOERS / desk.service
    rule.write_text(f"{', '.join(desk.operators)} ALL = ({desk.service}) NOPASSWD: ALL\n")
    rule.chmod(0o440)
    return rule


def _write_command(desk: Desk) -> None:
    """Write the command, for a Python that is open to others: this one may live in root's home."""
    script = f'#!/bin/sh\nPYTHONPATH={_ROOT}:{_INSTALLED} KEYDESK_CONFIG=/dev/null exec {{}} -m keydesk "$@"\n'
    command = desk.path / "keydesk"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for python in (sys.executable, f"/usr/bin/{version}"):
        command.write_text(script.format(python))
        command.chmod(0o755)
        tried = subprocess.run(["sudo", "-u", desk.service, str(command), "--help"], check=False, capture_output=True)
        if tried.returncode == 0:
            return
    pytest.skip(f"no {version} here is open to other accounts: nothing was tried through sudo")
