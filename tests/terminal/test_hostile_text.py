"""Stored text that would command a terminal or Textual, put in by plain SQL: every screen draws it as text."""

import re
from collections.abc import Iterator

import pytest

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from tests.terminal.harness import CTRL_P, CTRL_Q, ENTER, ESC, Terminal
from tests.terminal.room import Room
from tests.terminal.steps import agree, close_unkept

pytestmark = pytest.mark.slow

HOSTILE = {
    "colour": "\x1b[31;5mred",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "string": "\x1bPq#0\x1b\\\x1b_x\x1b\\",
    "erase": "\x1b[2J\x1b[9;9H\x1b[?1049l",
    "single": "\x9b31;5m\x9d52;c;ZXZpbA==\x9c",
    "lines": "\r\n\x0b\x0c\t\x08\x00\x7f",
    "closing": "[/]",
    "click": "[@click=app.quit]x[/]",
    "bold": "[bold red]x[/bold red]",
    "broken": "[$x [[ ]] \\[",
    "wide": "請求書発行",
    "family": "👩‍👩‍👧‍👦🏳️‍🌈",
    "marks": "e\u0301\u0323\u0310",
    "bidi": "\u202egpj.exe\u202c\u2066\u200f\u200b",
}
"""What follows the word that must be seen in the end."""
WORST = "worst[/][@click=app.quit]\x1b[31;5m\x1b]52;c;ZXZpbA==\x07\x9b31m\x9d52;c;ZXZpbA==\x9c\u202ex\u202c👩‍👧"
"""Everything in one, within the 100 characters of a name."""

OURS = re.compile(
    r"\x1b\[(?!5m|[0-9;]*;5m)[0-9;]*[mH]"  # styles but for blinking, positions
    r"|\x1b\[\?[0-9]+(?:h|l|\$p)|\x1b\[[<>][0-9]*u"  # modes of screen, mouse and keys
    r"|\x1b\]22;[a-z]*\x07|\x1b\[2K"  # the shape of the pointer, and lines erased at the end
)
"""What Textual and we send."""
COMMANDS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufe0f]")


@pytest.fixture(
    params=[pytest.param((80, 24), id="80x24"), pytest.param((200, 50), id="200x50", marks=pytest.mark.slow)]
)
def terminal(room: Room, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    texts = {"worst": WORST, **{word: word + text for word, text in HOSTILE.items()}}
    with room.services() as services:
        for word in texts:
            services.applications.create(NewApplication(word))
        worst = services.applications.resolve("worst")
        used, *_ = [services.client_secrets.add(worst.id, NewSecret(word)) for word in texts]
        services.authentication.by_secret(worst.client_id, used.value, ApiScope.OPENID, "127.0.0.1")
    for word, text in texts.items():
        room.sql("UPDATE applications SET name = ?, description = ? WHERE name = ?", text, text, word)
        room.sql("UPDATE client_secrets SET description = ? WHERE description = ?", text, word)
    room.sql("UPDATE client_secrets SET created_by = ?, last_used_from = ? WHERE last_used_at NOT NULL", WORST, WORST)
    room.sql("UPDATE audit_events SET actor = ?, claimed = ?, object = ?, reason = ?, source = ?", *[WORST] * 5)
    room.sql("UPDATE audit_events SET action = ?, after = json_object('description', ?) WHERE id > 20", WORST, WORST)
    with room.console(size=request.param) as terminal:
        yield terminal


def test_every_screen_and_dialog_draws_hostile_text_as_text(terminal: Terminal) -> None:
    walk_the_list(terminal)
    walk_the_secrets(terminal)
    walk_the_other_tabs(terminal)
    walk_what_finds_things(terminal)
    terminal.press(CTRL_Q)
    assert terminal.finish() == 0
    drawn = OURS.sub("", terminal.raw.decode())
    assert [drawn[found.start() - 20 : found.end() + 20] for found in COMMANDS.finditer(drawn)] == []
    assert "]52;c;ZXZpbA==" in drawn


def walk_the_list(terminal: Terminal) -> None:
    """See every name, and the dialogs of the list over one; open it."""
    terminal.wait_for("enter open", *HOSTILE, "請求書発行", "closing[/]")
    find(terminal, "worst")
    terminal.press("e").wait_for("Edit worst[/]").press(ENTER).wait_for("worst[/][@click=app.quit]").wait_gone("Edit w")
    terminal.press("x").wait_for("Delete worst[/]").press("w", ENTER).wait_for("! This is not the name")
    terminal.press(ESC).wait_gone("Delete worst").press(ENTER).wait_for("Applications › worst[/]", "Secrets 15/20")


def walk_the_secrets(terminal: Terminal) -> None:
    """See every description, and every dialog over one secret."""
    terminal.wait_for("n new secret", "single", "[$x [[ ]] \\[")
    find(terminal, "worst", "n new secret")
    terminal.press(ENTER).wait_for("Client secret kd_", "Uses", "worst[/]")
    terminal.press(ESC).wait_gone("Client secret kd_")
    terminal.press("e").wait_for("Edit kd_", "worst[/]").press(ENTER).wait_gone("Edit kd_")
    terminal.press("r").wait_for("Rotate kd_", "(worst[/]").press(ESC).wait_gone("Rotate kd_")
    agree(terminal.press("x").wait_for("Revoke kd_", "(worst[/]")).wait_for("is revoked", "14/20")
    terminal.press("n").wait_for("Add a client secret to worst[/]").press(ENTER)
    terminal.wait_for("New secret for worst[/]", "[ Done ]").press("t").wait_for("CLIENT_SECRET")
    close_unkept(terminal)


def walk_the_other_tabs(terminal: Terminal) -> None:
    """See overview and activity, and a row of it in full."""
    terminal.press("1").wait_for("Token lifetime", "Description", "worst[/]")
    terminal.press("3").wait_for("worst[/]", "secret.added", "enter open")
    find(terminal, "worst")
    terminal.press("G", ENTER).wait_for("Activity ", "Hash", "worst[/]").press(ESC).wait_gone("Hash")


def walk_what_finds_things(terminal: Terminal) -> None:
    """See the help over hostile text, and go by the palette to an application that it finds."""
    terminal.press("?").wait_for("Keys that are valid here").press(ESC).wait_gone("Keys that are valid here")
    terminal.press(CTRL_P).wait_for("Commands").press("click").wait_for("Go to application click[@click")
    terminal.press(ENTER).wait_for("Applications › click[@click=app.quit]x", "› Trust › Client Authentication")


def find(terminal: Terminal, text: str, hint: str = "enter open") -> None:
    """Filter by a text, and keep that."""
    terminal.press("/").wait_gone(hint).press(text, ENTER).wait_for(f"/ {text}", hint)
