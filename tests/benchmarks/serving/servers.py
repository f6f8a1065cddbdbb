"""The three servers, each started as its users start it: one process, on a free port of the loopback."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.serving.cores import Cores
from tests.benchmarks.serving.peers import NODE_SCRIPT, PYTHON_MODULE, SCRIPTS, Peers
from tests.benchmarks.serving.target import Credential, Target, introspection

_PATIENCE = 30.0
_SECRETS_EACH = 20


@dataclass(frozen=True)
class Server:
    """A running server; each of *once* is a credential that it has not seen yet."""

    name: str
    process: int
    token: Target
    introspection: Target | None
    once: tuple[Target, ...] = ()


@contextmanager
def keydesk(directory: Path, credentials: int, cores: Cores) -> Iterator[Server]:
    """Start `keydesk serve` on a new database, with all its defaults; nobody keeps its request log."""
    command = (str(Path(sys.executable).with_name("keydesk")), "--database", str(directory / "keydesk.db"))
    known, *unknown = _issued(command, credentials + 1)
    with _started(cores.server((*command, "serve", "--port", "0")), directory / "keydesk.log") as (process, address):
        token = Target(address, "/oauth2/token", known)
        once = tuple(Target(address, token.path, credential) for credential in unknown)
        yield Server("keydesk", process, token, introspection(token, "/oauth2/introspect"), once)


@contextmanager
def oidc_provider(peers: Peers, directory: Path, cores: Cores) -> Iterator[Server]:
    """Start npm oidc-provider: tokens that are JWTs for one client, looked up at introspection for the other."""
    jwt, opaque = (Credential(name, secrets.token_urlsafe(32)) for name in ("jwt", "opaque"))
    given = json.dumps({each.client_id: each.secret for each in (jwt, opaque)})
    command = cores.server(("node", str(peers.node / NODE_SCRIPT)))
    with _started(command, directory / "oidc-provider.log", given, NODE_ENV="production") as (process, address):
        looked_up = introspection(Target(address, "/token", opaque), "/token/introspection")
        yield Server("oidc-provider", process, Target(address, "/token", jwt), looked_up)


@contextmanager
def django_oauth_toolkit(peers: Peers, directory: Path, credentials: int, cores: Cores) -> Iterator[Server]:
    """Start PyPI django-oauth-toolkit: a process of threads, as hashing lets other threads run."""
    made = [Credential(secrets.token_hex(16), secrets.token_urlsafe(32)) for _ in range(credentials + 1)]
    given = json.dumps([(each.client_id, each.secret) for each in made])
    environ = {"BENCHMARK_DATABASE": str(directory / "toolkit.db"), "PYTHONDONTWRITEBYTECODE": "1"}
    fill = (str(peers.programs / "python"), str(SCRIPTS / f"{PYTHON_MODULE}.py"))
    subprocess.run(fill, input=given, text=True, env=os.environ | environ, check=True)
    gunicorn = (str(peers.programs / "gunicorn"), "--chdir", str(SCRIPTS), "--bind", "127.0.0.1:0")
    how = ("--workers", "1", "--worker-class", "gthread", "--threads", "4", "--no-control-socket")
    command = cores.server((*gunicorn, *how, f"{PYTHON_MODULE}:application"))
    with _started(command, directory / "toolkit.log", **environ) as (process, address):
        known, *once = (Target(address, "/token/", credential) for credential in made)
        yield Server("django-oauth-toolkit", process, known, None, tuple(once))


def _issued(command: Sequence[str], count: int) -> Iterator[Credential]:
    """Make as many client secrets by the command, in as few applications as hold them."""
    for number in range(count):
        name = f"bench-{number // _SECRETS_EACH + 1}"
        if number % _SECRETS_EACH == 0:
            _asked(command, "application", "create", name)
            _asked(command, "application", "set", name, "--scope", "read")
        issued = _asked(command, "secret", "add", name)
        yield Credential(issued["client_id"], issued["client_secret"])


def _asked(command: Sequence[str], *words: str) -> Any:
    done = subprocess.run((*command, *words, "--json"), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@contextmanager
def _started(command: Sequence[str], log: Path, given: str = "", **environ: str) -> Iterator[tuple[int, str]]:
    """Run a command that is *given* its input, until it says where it listens; end it in the end."""
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdin=pipe, stdout=nowhere, stderr=said, text=True, env=_environment(environ)
        )
    assert process.stdin
    with process.stdin as stdin:
        stdin.write(given)
    try:
        yield process.pid, _address(process, log)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what would change ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KEYDESK_")} | dict(more)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found[0]
        time.sleep(0.05)
    raise TimeoutError(f"{log.stem} does not listen, but says:\n{log.read_text()}")
