"""Whatever is typed wrongly gets a sentence and an exit code, never a traceback, and changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.rules.views.applications import ApplicationView

Keydesk = Callable[..., Any]

WRONG_USAGE = [
    ["applications", "list"],
    ["application"],
    ["application", "create"],
    ["application", "create", "a", "b"],
    ["application", "list", "--all"],
    ["application", "set", "billing-api"],
    ["application", "set", "billing-api", "--scope", "a", "--no-scopes"],
    ["application", "set", "billing-api", "--token-lifetime", "an hour"],
    ["application", "set", "billing-api", "--name"],
    ["application", "delete", "billing-api"],
    ["--json", "application", "list"],
    ["application", "--json", "list"],
    ["application", "list", "--database", "x"],
    ["--theme", "neon"],
    ["--theme", "neon", "doctor"],
    ["--database"],
    ["--demo", "--database", "x"],
    ["--demo", "--database", "x", "application", "list"],
    ["--demo", "doctor"],
    ["--no-such-option"],
    ["secret", "add"],
    ["secret", "add", "billing-api", "--expires", "3y"],
    ["secret", "add", "billing-api", "--scope", "everything"],
    ["secret", "add", "billing-api", "--scope", ""],
    ["secret", "add", "billing-api", "--value", "kd_x"],
    ["secret", "edit", "billing-api"],
    ["secret", "edit", "billing-api", "kd_00000000"],
    ["secret", "rotate", "billing-api"],
    ["secret", "rotate", "billing-api", "kd_00000000", "--grace", "2h"],
    ["secret", "rotate", "billing-api", "kd_00000000", "--value", "kd_x"],
    ["secret", "verify"],
    ["secret", "find", "kd_00000000"],
    ["lock"],
    ["lock", "lock", "billing-api"],
    ["activity", "export", "--format", "xml"],
    ["activity", "export", "--since", "2026-02-30"],
    ["activity", "list", "--until", "soon"],
    ["activity", "list", "--result", "maybe"],
    ["activity", "list", "--search", "who:alice"],
    ["activity", "list", "--search", "actor:alice", "--actor", "bob"],
    ["activity", "verify", "--head"],
    ["backup"],
    ["doctor", "now"],
    ["\x1b]52;c;QQ==\x07"],
    ["application", "list", "--\x1b[31m"],
    ["application", "list", "\x9b31m"],
    ["activity", "verify", "--head", "\udcff"],
]

REFUSED = [
    ["application", "create", " "],
    ["application", "create", "\udcff"],
    ["application", "show", ""],
    ["application", "show", "' OR 1=1 --"],
    ["application", "show", "\udcff"],
    ["application", "show", "x" * 100_000],
    ["application", "set", "billing-api", "--token-lifetime", "99999999999999999999999"],
    ["application", "set", "billing-api", "--scope", ""],
    ["application", "set", "billing-api", "--description", "x" * 501],
    ["secret", "list", "%"],
    ["secret", "revoke", "billing-api", ""],
    ["secret", "rotate", "billing-api", "kd_00000000"],
    ["secret", "complete-rotation", "billing-api", "kd_00000000"],
    ["secret", "undo-rotation", "billing-api", "kd_00000000"],
    ["secret", "find"],
    ["lock", "unlock", "billing-api"],
    ["activity", "list", "nowhere"],
    ["backup", ""],
    ["backup", "/"],
    ["backup", "/nowhere/at/all"],
    ["backup", "x" * 5000],
]


def written(ran: Any) -> str:
    assert "Traceback" not in ran.err
    assert ran.out == ""
    assert ran.err.endswith("\n")
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.err)
    return str(ran.err)


@pytest.mark.parametrize("argv", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_exit_code_2(keydesk: Keydesk, application: ApplicationView, argv: list[str]) -> None:
    ran = keydesk(*argv)
    assert ran.code == 2
    assert len(written(ran).splitlines()) == 1


@pytest.mark.parametrize("argv", REFUSED, ids=lambda argv: " ".join(argv)[:40])
def test_what_cannot_be_done_is_exit_code_1(keydesk: Keydesk, application: ApplicationView, argv: list[str]) -> None:
    ran = keydesk(*argv)
    assert ran.code == 1
    assert len(written(ran).splitlines()) == 1


@pytest.mark.parametrize("argv", [*WRONG_USAGE, *REFUSED], ids=lambda argv: " ".join(argv)[:40])
def test_none_of_it_leaves_a_row(keydesk: Keydesk, application: ApplicationView, argv: list[str], path: Path) -> None:
    keydesk(*argv)
    assert len(keydesk("activity", "list", "--json").document) == 1


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["applicatio", "list"], "No such command 'applicatio'. Did you mean 'application'? See: keydesk --help"),
        (["secret", "add"], "Missing argument 'APP'. See: keydesk secret add --help"),
        (
            ["secret", "add", "x", "--expires", "3y"],
            "Invalid value for '--expires': '3y' is not one of '1y', '2y', 'never'. See: keydesk secret add --help",
        ),
        (["application", "set", "x"], "Nothing to set; see: keydesk application set --help."),
        (["secret", "edit", "x", "y"], "Nothing to edit; give --description, --expires or --scope."),
        (["--demo", "--database", "x"], "--demo works on a database of its own; leave out --database."),
    ],
)
def test_the_sentence_says_what_would_be_right(keydesk: Keydesk, argv: list[str], sentence: str) -> None:
    assert keydesk(*argv).err == f"{sentence}\n"
