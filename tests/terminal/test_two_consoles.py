"""Several operators on one database: what one of them changes, the others see within two seconds."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from core.rules.requests.applications import NewApplication
from tests.terminal.harness import ENTER, ESC, Terminal
from tests.terminal.room import KEYDESK, Room
from tests.terminal.steps import NAME, ONCE, furnish, make_secret, open_trust, revoke

WITHIN = 2.0
"""Seconds, and some more for the terminals to be read in turn."""
READING = 0.5


@pytest.fixture
def watcher(room: Room) -> Iterator[Terminal]:
    """A console that has just drawn a client secret, and which nobody touches any more."""
    furnish(room)
    with room.console() as terminal:
        open_trust(terminal)
        make_secret(terminal)
        terminal.press("c").wait_for("Sent").press(ENTER).wait_gone(ONCE).wait_for("Secrets 1/20", "Active")
        yield terminal


def test_secret_revoked_in_one_console_goes_from_the_other(room: Room, watcher: Terminal) -> None:
    with room.console() as terminal:
        open_trust(terminal)
        revoke(terminal.wait_for("Secrets 1/20"))
        revoked = time.monotonic()
        watcher.wait_for("Secrets 0/20", "Every client secret is revoked")
        assert time.monotonic() - revoked < WITHIN + READING


def test_secret_revoked_by_command_goes_from_the_console(room: Room, watcher: Terminal) -> None:
    with room.services() as services:
        (secret,) = services.client_secrets.list(services.applications.resolve(NAME).id)
    command = [*KEYDESK, "secret", "revoke", NAME, secret.hint]
    subprocess.run(command, env=room.environment(), check=True, capture_output=True)
    revoked = time.monotonic()
    watcher.wait_for("Secrets 0/20", "Every client secret is revoked")
    assert time.monotonic() - revoked < WITHIN + READING


def test_list_shows_an_application_that_another_process_made(room: Room, watcher: Terminal) -> None:
    watcher.press(ESC).wait_gone("Client Authentication").wait_for(NAME)
    with room.services() as services:
        services.applications.create(NewApplication("made elsewhere"))
    made = time.monotonic()
    watcher.wait_for("made elsewhere")
    assert time.monotonic() - made < WITHIN + READING


def test_application_deleted_elsewhere_leads_back_to_the_list(room: Room, watcher: Terminal) -> None:
    with room.services() as services:
        services.applications.delete(services.applications.resolve(NAME).id, NAME)
    watcher.wait_for("No applications yet", "somebody has deleted it")
    assert NAME not in watcher.text.splitlines()[0], "the crumbs name it no more"
