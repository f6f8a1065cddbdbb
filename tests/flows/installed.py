"""The installed command as an operator runs it: an application, its secret, and a server that listens."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

KEYDESK = Path(sys.executable).with_name("keydesk")
_PATIENCE = 30.0


@dataclass(frozen=True)
class Credential:
    """What a client is given."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Installed:
    """keydesk on a database of its own, which lies in *directory*."""

    directory: Path
    configuration: Path | None = None
    """Holds the database's place too, where there is one."""
    surroundings: Mapping[str, str] = field(default_factory=dict)
    """More of the environment."""
    under: tuple[str, ...] = ()
    """The command that runs every other one."""

    @property
    def log(self) -> list[str]:
        """The lines of the request log so far."""
        return (self.directory / "requests.log").read_text().splitlines()

    def ran(self, *argv: str) -> Any:
        """Run one command and return its JSON document."""
        command = [*self.under, str(KEYDESK), *argv, "--json"]
        ended = subprocess.run(command, env=self._environ(), capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def credential(self, name: str, *scopes: str) -> Credential:
        """Make an application with these OAuth scopes, and a secret of it."""
        self.ran("application", "create", name)
        self.ran("application", "set", name, *(word for scope in scopes for word in ("--scope", scope)))
        made = self.ran("secret", "add", name)
        return Credential(made["client_id"], made["client_secret"])

    @contextmanager
    def serving(self, *options: str) -> Iterator["Server"]:
        """Start `keydesk serve` on a free port, and let it end in order."""
        command = [*self.under, str(KEYDESK), "serve", "--port", "0", *options]
        errors = self.directory / "errors.log"
        with (self.directory / "requests.log").open("w") as out, errors.open("w") as err:
            process = subprocess.Popen(command, env=self._environ(), stdout=out, stderr=err)
        try:
            yield Server(process, until(lambda: _address(errors), process))
            process.terminate()
            assert process.wait(_PATIENCE) == 0, errors.read_text()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _environ(self) -> Mapping[str, str]:
        environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "KEYDESK_CONFIG": os.devnull, **self.surroundings}
        if self.configuration is not None:
            return environ | {"KEYDESK_CONFIG": str(self.configuration)}
        return environ | {"KEYDESK_DATABASE": str(self.directory / "keydesk.db")}


@dataclass(frozen=True)
class Server:
    """A server that listens."""

    process: subprocess.Popen[bytes]
    address: str


def until(look: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    """Look until something is found, for as long as the process lives."""
    giving_up = time.monotonic() + _PATIENCE
    while time.monotonic() < giving_up and process.poll() is None:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"{process.args} has not come up; it ended with {process.poll()}")


def curl(*lines: str) -> subprocess.CompletedProcess[str]:
    """Run curl by a configuration on its standard input: its arguments could be read by anybody."""
    silent = ["silent", "show-error", "max-time = 30", 'write-out = "\\n%{http_code}"']
    given = "\n".join([*silent, *lines])
    return subprocess.run(
        ["curl", "--disable", "--config", "-"], input=given, capture_output=True, text=True, timeout=60, check=False
    )


def answered(*lines: str) -> tuple[int, Any]:
    """Return the status and the document that curl was answered with."""
    ended = curl(*lines)
    assert ended.returncode == 0, ended.stderr
    body, _, status = ended.stdout.rpartition("\n")
    return int(status), json.loads(body)


def _address(errors: Path) -> str | None:
    found = re.match(r"Listening on (http://[^ ]+:\d+)\. ", errors.read_text())
    return found[1] if found else None
