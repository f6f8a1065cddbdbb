"""The installed console rotates a secret by keys, while a script lives on it at the real server and loses nothing."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.installed import Credential, Installed
from tests.terminal.harness import ENTER, TAB, Terminal
from tests.terminal.room import Room
from tests.terminal.steps import ONCE

pytestmark = pytest.mark.slow

SEEKER = Path(__file__).with_name("token_seeker.py")
MANY = 60


@contextmanager
def seeking(room: Path, url: str) -> Iterator[Path]:
    """Let the script run in *room*, and give the file of its lines."""
    answers = room / "answers"
    with answers.open("w") as out:
        process = subprocess.Popen([sys.executable, str(SEEKER), url], cwd=room, stdout=out)
    try:
        yield answers
        (room / "stop").touch()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def told(answers: Path) -> Counter[str]:
    return Counter(answers.read_text().splitlines())


def rotate_by_keys(terminal: Terminal, name: str) -> None:
    """Open the application, rotate its one secret, write the new one into a file, and close."""
    terminal.wait_for(name, "enter open").press(ENTER).wait_for("Secrets 1/20", "r rotate", "just now")
    terminal.press("r").wait_for("Rotate kd_", "(•) 24 hours", "[ Rotate ]").press(ENTER).wait_for(ONCE, "[ Done ]")
    terminal.press("w").wait_for("Written to").press(ENTER).wait_gone(ONCE)


def complete_by_keys(terminal: Terminal, old: Credential) -> None:
    """End the grace: the twin is used, so that there is nothing to undo."""
    terminal.press("j").wait_until(lambda: f"> –                      {old.secret[:11]}" in terminal.text)
    terminal.press("r").wait_for(f"{old.secret[:11]} is retiring", "this rotation can only be", "[ Complete now ]")
    terminal.press(TAB, ENTER).wait_for(f"The rotation is complete: {old.secret[:11]} is revoked.", "Secrets 1/20")


def test_a_rotation_by_keys_under_load_loses_not_one_request(home: Path) -> None:
    installed, room = Installed(home), Room(home)
    old = installed.credential("billing-api", "read")
    (home / "old.env").write_text(f"CLIENT_ID={old.client_id}\nCLIENT_SECRET={old.secret}\n")
    with (
        installed.serving() as server,
        seeking(home, f"{server.address}/oauth2/token") as answers,
        room.console(KEYDESK_DATABASE=str(home / "keydesk.db")) as terminal,
    ):
        terminal.wait_until(lambda: told(answers)["old 200"] > MANY)
        rotate_by_keys(terminal, "billing-api")
        terminal.wait_for("Secrets 2/20", f"Retiring    {old.secret[:11]} until", "still used")
        before = told(answers)
        terminal.wait_until(lambda: min((told(answers) - before)[each] for each in ("old 200", "new 200")) > MANY)
        used = {each["hint"]: each["last_used_at"] for each in installed.ran("secret", "list", "billing-api")}
        assert len(used) == 2
        assert None not in used.values()
        (home / "moved").touch()
        moved = told(answers)
        terminal.wait_until(lambda: (told(answers) - moved)["new 200"] > MANY)
        complete_by_keys(terminal, old)
        completed = told(answers)
        terminal.wait_until(lambda: (told(answers) - completed)["new 200"] > MANY)
    assert set(told(answers)) == {"old 200", "new 200"}
    assert (told(answers) - moved)["old 200"] <= 1, "one request may have been on its way"
    states = {each["hint"]: each["state"] for each in installed.ran("secret", "list", "billing-api", "--all")}
    assert states.pop(old.secret[:11]) == "revoked"
    assert set(states.values()) == {"active"}
    assert installed.ran("activity", "verify")["ok"]
