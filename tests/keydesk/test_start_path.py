"""What is imported: on the way to the first frame nothing that draws nothing, by the server nothing for others."""

import base64
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

import pytest

from core.rules.views import IssuedSecret
from tests.processes import ROOT
from tests.web.shell import Client

# The services are composed behind the first frame: what is imported when they are asked for was in its way.
_START = """
import sys
from datetime import UTC, datetime
from keydesk import __main__, console
from core.rules.errors import UnfitPlace
from tui.app import KeydeskApp

def compose():
    print(*sys.modules, file=sys.__stdout__, flush=True)
    raise UnfitPlace("This is far enough.")

app = KeydeskApp(compose, now=lambda: datetime.now(UTC), clipboard=lambda terminal: None)
app.run(headless=True)
sys.exit(app.return_code)
"""

_OF_OTHERS = (
    "alembic",
    "argon2",
    "click",
    "cryptography",
    "jwt",
    "mako",
    "markdown_it",
    "pydantic",
    "pygments",
    "pyperclip",
    "rich.markdown",
    "rich.traceback",
    "sqlalchemy",
    "sqlmodel",
    "tomllib",
    "typer",
)
_OF_OURS = (
    "core.rules.views",
    "core.services",
    "keydesk.commands",
    "keydesk.compose",
    "keydesk.demo",
    "store.database",
    "tui.clipboard",
    "tui.errands",
    "tui.modals.chooser",
    "tui.modals.issued_secret",
    "tui.screens.application",
    "tui.screens.expiring",
    "tui.sources",
)


@cache
def imported() -> frozenset[str]:
    """Start the console in a process of its own; return what is imported when its first frame is out."""
    command = [sys.executable, "-c", _START]
    start = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert start.returncode == 3, start.stderr
    return frozenset(start.stdout.split())


def test_the_first_frame_needs_the_app_and_its_table() -> None:
    assert {"keydesk.console", "tui.app", "tui.widgets.table"} <= imported()


@pytest.mark.parametrize("module", [*_OF_OTHERS, *_OF_OURS])
def test_the_first_frame_does_not_wait_for(module: str) -> None:
    assert module not in imported()


def test_services_are_put_together_without_what_reads_certificates() -> None:
    looking = "import sys, core.services; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", looking], capture_output=True, text=True, cwd=ROOT, check=True)
    assert {"core.certificates", "core.x509", "cryptography"} & set(told.stdout.split()) == {"core.certificates"}


_SERVING = """
import os, sys
from keydesk.__main__ import run

code = run(["serve", "--port", "0"], os.environ)
print(*sys.modules)
sys.exit(code)
"""
_NOT_OF_THE_SERVER = {
    "alembic",
    "core.assertions",
    "core.mutual_tls",
    "core.sending",
    "core.x509",
    "cryptography.x509",
    "jwt",
    "keydesk.commands",
    "keydesk.console",
    "rich",
    "textual",
    "tui",
    "typer",
    "urllib.request",
}


def test_a_server_that_gives_tokens_holds_nothing_else_in_memory(
    environ: Mapping[str, str], issued: IssuedSecret
) -> None:
    seen = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ}
    command = [sys.executable, "-c", _SERVING]
    with subprocess.Popen(
        command, cwd=ROOT, env=seen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        found = re.match(r"Listening on http://[^ ]+:(\d+)\. ", server.stderr.readline())
        assert found
        with Client(int(found[1])) as client:
            assert client.say(_token_request(issued)).answer().status == 200
        server.send_signal(signal.SIGTERM)
        out, _ = server.communicate(timeout=30)
    loaded = set(out.splitlines()[-1].split())
    assert server.returncode == 0
    assert {"core.access_tokens", "web.app"} <= loaded
    assert loaded & _NOT_OF_THE_SERVER == set()


def _token_request(issued: IssuedSecret) -> str:
    basic = base64.b64encode(f"{issued.client_id}:{issued.value}".encode()).decode()
    form = "Content-Type: application/x-www-form-urlencoded"
    body = "grant_type=client_credentials"
    head = f"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\n{form}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}"
