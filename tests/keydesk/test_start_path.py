"""What is imported on the way to the first frame: nothing that draws nothing."""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec

import pytest

from tests.processes import ROOT

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
    "tui.errands.applications",
    "tui.errands.secrets",
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
    assert find_spec(module), "it is there to be waited for"
    assert module not in imported()


def test_services_are_put_together_without_what_reads_certificates() -> None:
    looking = "import sys, core.services; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", looking], capture_output=True, text=True, cwd=ROOT, check=True)
    assert {"core.certificates.certificates", "core.certificates.x509", "cryptography"} & set(told.stdout.split()) == {
        "core.certificates.certificates"
    }


_SERVING = """
import sys
from core.rules.errors import UnfitPlace
from keydesk.__main__ import run
try:
    run(["--database", "/nowhere/keydesk.db", "serve", "--port", "0"], {"KEYDESK_CONFIG": "/dev/null"})
except UnfitPlace:
    print(*sys.modules)
"""


def test_a_server_starts_without_what_only_commands_need() -> None:
    told = subprocess.run([sys.executable, "-c", _SERVING], capture_output=True, text=True, cwd=ROOT, check=True)
    loaded = set(told.stdout.split())
    assert "keydesk.server" in loaded
    assert not {"typer", "keydesk.commands", "textual", "alembic"} & loaded
