"""A real sshd of the test's own: a loopback port, throw-away keys, nobody's configuration."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.terminal.harness import Terminal, until
from tests.terminal.room import Room

_PRIVILEGE_SEPARATION = Path("/run/sshd")
_SERVER = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {directory}/host_key
AuthorizedKeysFile {directory}/user_key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserEnvironment no
PrintMotd no
SetEnv {variables}
"""


@dataclass(frozen=True)
class SshServer:
    """A running server, and how to log in to it."""

    room: Room
    port: int

    def log_in(self, *command: str) -> Terminal:
        """Log in by the throw-away key, in a new terminal, and run a command there."""
        keys = self.room.path / "ssh"
        options = [
            "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "LogLevel=ERROR", "ControlPath=none",
            f"UserKnownHostsFile={keys / 'known_hosts'}", f"IdentityFile={keys / 'user_key'}",
        ]  # fmt: skip
        user = pwd.getpwuid(os.getuid()).pw_name
        argv = ["ssh", "-tt", "-F", os.devnull, "-p", str(self.port), "-l", user]
        argv += [word for option in options for word in ("-o", option)]
        return Terminal([*argv, "127.0.0.1", shlex.join(command)], self.room.environment(), self.room.path)


@contextmanager
def ssh_server(room: Room) -> Iterator[SshServer]:
    """Run sshd for the account of this process; whoever logs in finds the room's places."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if not program or not shutil.which("ssh"):
        pytest.skip("sshd or ssh is not installed: nothing was tried over SSH")
    if os.getuid() == 0 and not _PRIVILEGE_SEPARATION.exists():
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755)
    keys = room.path / "ssh"
    keys.mkdir(mode=0o700)
    port = free_port()
    _make_keys(keys, port)
    passed = ("XDG_", "KEYDESK_", "LANG")
    variables = " ".join(f"{name}={value}" for name, value in room.environment().items() if name.startswith(passed))
    configuration = keys / "sshd_config"
    configuration.write_text(_SERVER.format(port=port, directory=keys, variables=variables))
    with (keys / "log").open("wb") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", str(configuration)], stderr=log)
    try:
        until(lambda: server.poll() is not None or _answers(port))
        assert server.poll() is None, f"sshd has ended:\n{(keys / 'log').read_text()}"
        yield SshServer(room, port)
    finally:
        server.terminate()
        server.wait()


def _make_keys(keys: Path, port: int) -> None:
    for name in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(keys / name)], check=True)
    (keys / "known_hosts").write_text(f"[127.0.0.1]:{port} {(keys / 'host_key.pub').read_text()}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
