"""What an operator does at the keys on the way to what a test is about."""

import re

from core.rules.requests.applications import NewApplication
from tests.terminal.harness import CTRL_Q, ENTER, TAB, Terminal
from tests.terminal.room import Room

NAME = "billing-api"
ONCE = "This is the only time that it is shown."
_VALUE = re.compile(r"^kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$", re.MULTILINE)


def furnish(room: Room) -> None:
    """Put one application into the room's database."""
    with room.services() as services:
        services.applications.create(NewApplication(NAME))


def open_trust(terminal: Terminal) -> None:
    """Open the application from the list."""
    terminal.wait_for(NAME, "enter open").press(ENTER).wait_for("Client Authentication", "Secrets ")
    terminal.wait_for("n new secret")


def make_secret(terminal: Terminal, description: str = "") -> str:
    """Add a client secret and return the value, which is on the screen now."""
    terminal.press("n").wait_for("Add a client secret").press(description, ENTER).wait_for(ONCE, "[ Done ]")
    return secret_on(terminal)


def secret_on(terminal: Terminal) -> str:
    """Return the one value on the screen: unwrapped, flush left, nothing beside it."""
    (value,) = _VALUE.findall(terminal.text)
    return str(value)


def show_secret(terminal: Terminal) -> str:
    """Go from the list to a new secret on the screen."""
    open_trust(terminal)
    return make_secret(terminal)


def revoke(terminal: Terminal) -> None:
    """Revoke the secret under the cursor."""
    agree(terminal.press("x").wait_for("Revoke kd_")).wait_for("is revoked")


def quit_with_the_secret(terminal: Terminal) -> None:
    """Quit while a secret is on the screen, and answer the question whether that is meant."""
    agree(terminal.press(CTRL_Q).wait_for("while the secret is shown?"))


def close_unkept(terminal: Terminal) -> None:
    """Close a secret that was neither copied nor written, and answer the question whether that is meant."""
    agree(terminal.press(ENTER).wait_for("without keeping the secret?")).wait_gone(ONCE).wait_for("n new secret")


def agree(terminal: Terminal) -> Terminal:
    """Answer a question by the button beside Cancel, which has the focus."""
    return terminal.wait_for("[ Cancel ]").press(TAB, ENTER)
