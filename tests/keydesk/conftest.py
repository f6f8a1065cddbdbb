"""Running keydesk: in this process for breadth, and as a program of its own where streams and exits are the point."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keydesk.__main__ import run
from keydesk.exits import guarded
from tests.processes import ROOT


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Keydesk = Callable[..., Ran]


@pytest.fixture
def environ(path: Path) -> dict[str, str]:
    """What keydesk sees: no configuration of this machine, and the test's database."""
    return {"KEYDESK_CONFIG": os.devnull, "KEYDESK_DATABASE": str(path)}


@pytest.fixture
def keydesk(environ: Mapping[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Keydesk:
    """Run a command line in this process, with *given* on its stdin."""

    def ran(*argv: str, given: str = "", **variables: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        capsys.readouterr()
        code = guarded(lambda: run(argv, {**environ, **variables}))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture
def program(environ: Mapping[str, str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run `python -m keydesk` as a process; the keywords are those of `subprocess.run`, *variables* its environment."""

    def ran(*argv: str, variables: Mapping[str, str] | None = None, **how: Any) -> subprocess.CompletedProcess[bytes]:
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if "input" in how:
            del streams["stdin"]
        seen = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ, **(variables or {})}
        command = [sys.executable, "-m", "keydesk", *argv]
        return subprocess.run(command, cwd=ROOT, env=seen, timeout=60, check=False, **{**streams, **how})

    return ran
