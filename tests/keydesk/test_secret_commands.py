"""`keydesk secret`: the value comes out once, and in by stdin only."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from tests.staging import log_on

KEYS = [
    "id",
    "hint",
    "description",
    "scopes",
    "state",
    "created_at",
    "created_by",
    "expires_at",
    "retires_at",
    "replaced_by",
    "last_used_at",
    "last_used_from",
    "use_count",
    "revoked_at",
    "revoked_reason",
]
VERIFICATION_KEYS = ["matches", "works", "state", "hint", "scopes", "application", "client_id", "reason"]
VALUE = re.compile(r"kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}")
Keydesk = Callable[..., Any]


@pytest.fixture
def issued(services: Services, application: ApplicationView) -> IssuedSecret:
    return services.client_secrets.add(application.id, NewSecret("ci", Lifetime.NEVER))


def test_add_prints_the_value_alone_on_stdout_and_tells_the_rest_on_stderr(
    keydesk: Keydesk, application: ApplicationView, services: Services
) -> None:
    ran = keydesk("secret", "add", "billing-api", "--description", "ci")
    value = ran.out.removesuffix("\n")
    (secret,) = services.client_secrets.list(application.id)
    assert ran.code == 0
    assert VALUE.fullmatch(value)
    assert services.verification.verify(application.id, value).works
    assert application.client_id in ran.err
    assert secret.hint in ran.err
    assert not VALUE.search(ran.err)


def test_json_of_add_is_the_secret_with_its_client_id_and_value(keydesk: Keydesk, application: ApplicationView) -> None:
    ran = keydesk("secret", "add", "billing-api", "--expires", "2y", "--scope", "openid", "--json")
    made = ran.document
    assert list(made) == [*KEYS, "client_id", "client_secret"]
    assert made["client_id"] == application.client_id
    assert made["client_secret"].startswith(made["hint"])
    assert (made["scopes"], made["state"], made["use_count"]) == (["openid"], "active", 0)
    assert made["client_secret"] not in ran.err


def test_the_value_is_nowhere_but_in_the_answer(keydesk: Keydesk, application: ApplicationView, path: Path) -> None:
    value = keydesk("secret", "add", "billing-api").out.strip()
    said = [
        keydesk("secret", "list", "billing-api", "--all"),
        keydesk("activity", "list"),
        keydesk("activity", "export"),
    ]
    assert not any(value in ran.out + ran.err for ran in said)
    assert not any(value.encode() in file.read_bytes() for file in path.parent.iterdir())


def test_list_hides_the_revoked_unless_asked_for_all(
    keydesk: Keydesk, application: ApplicationView, services: Services, issued: IssuedSecret
) -> None:
    kept = services.client_secrets.add(application.id, NewSecret())
    services.client_secrets.revoke(application.id, issued.secret.id)
    hints = [each["hint"] for each in keydesk("secret", "list", "billing-api", "--json").document]
    everything = keydesk("secret", "list", "billing-api", "--all", "--json").document
    assert hints == [kept.secret.hint]
    assert [list(each) for each in everything] == [KEYS, KEYS]
    assert [each["state"] for each in everything] == ["active", "revoked"]
    assert everything[1]["revoked_at"] == "2026-05-02T12:00:00Z"


def test_the_table_names_state_and_end_in_words(keydesk: Keydesk, issued: IssuedSecret) -> None:
    ran = keydesk("secret", "list", "billing-api")
    heading, line = ran.out.splitlines()
    assert heading.startswith("HINT")
    assert "Application, Application Users, OpenID" in line
    assert "never" in line
    assert line.endswith("active")
    assert ran.err == "1 of 20 client secrets.\n"


def test_edit_changes_what_is_given(keydesk: Keydesk, issued: IssuedSecret) -> None:
    argv = ["--description", "laptop", "--expires", "1y", "--scope", "application", "--json"]
    edited = keydesk("secret", "edit", "billing-api", issued.secret.hint, *argv).document
    assert (edited["description"], edited["scopes"]) == ("laptop", ["application"])
    assert edited["expires_at"] is not None
    again = keydesk("secret", "edit", "billing-api", issued.secret.id, "--description", "", "--json").document
    assert (again["description"], again["scopes"]) == (None, ["application"])


def test_revoke_is_done_once_and_said_twice(keydesk: Keydesk, issued: IssuedSecret, services: Services) -> None:
    hint = issued.secret.hint
    first, second = (keydesk("secret", "revoke", "billing-api", hint) for _ in range(2))
    none = "No live secret remains: “billing-api” can no longer authenticate by secret.\n"
    assert (first.code, first.err) == (0, f"{hint} is revoked.\n{none}")
    assert (second.code, second.err) == (0, f"{hint} is already revoked.\n{none}")
    assert keydesk("secret", "revoke", "billing-api", hint, "--json").document["state"] == "revoked"
    assert not services.verification.find(issued.value).works


def test_verify_takes_the_value_on_stdin(keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView) -> None:
    ran = keydesk("secret", "verify", "billing-api", "--json", given=f"  {issued.value}\r\n")
    assert ran.code == 0
    assert list(ran.document) == VERIFICATION_KEYS
    assert ran.document | {"scopes": None} == {
        "matches": True,
        "works": True,
        "state": "active",
        "hint": issued.secret.hint,
        "scopes": None,
        "application": "billing-api",
        "client_id": application.client_id,
        "reason": None,
    }
    assert issued.value not in keydesk("secret", "verify", "billing-api", given=issued.value).out


def test_verify_of_a_strange_value_is_exit_code_1(keydesk: Keydesk, issued: IssuedSecret) -> None:
    ran = keydesk("secret", "verify", "billing-api", "--json", given="kd_nothing")
    assert ran.code == 1
    assert ran.document == dict.fromkeys(VERIFICATION_KEYS) | {
        "matches": False,
        "works": False,
        "reason": "It matches no client secret of this application.",
    }


def test_verify_says_why_a_matching_secret_does_not_work(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    ran = keydesk("secret", "verify", "billing-api", given=issued.value)
    assert (ran.code, ran.err) == (1, "The application is disabled.\n")
    assert issued.secret.hint in ran.out


def test_verify_does_not_know_another_applications_secret(
    keydesk: Keydesk, issued: IssuedSecret, services: Services
) -> None:
    services.applications.create(NewApplication("other"))
    assert keydesk("secret", "verify", "other", given=issued.value).code == 1
    assert keydesk("secret", "find", given=issued.value).code == 0


def test_find_takes_a_value_or_a_hint(keydesk: Keydesk, issued: IssuedSecret) -> None:
    for given in (issued.value, issued.secret.hint):
        ran = keydesk("secret", "find", "--json", given=given)
        assert (ran.code, ran.document["application"]) == (0, "billing-api")
    nothing = keydesk("secret", "find", given="kd_00000000")
    assert (nothing.code, nothing.out, nothing.err) == (1, "", "It matches no client secret.\n")


def test_asking_counts_as_no_logon(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    for _ in range(6):
        keydesk("secret", "verify", "billing-api", given="kd_wrong")
    assert services.locks.show(application.id).failed_logons == 0
    assert services.client_secrets.list(application.id)[0].use_count == 0


def test_use_is_shown_with_its_source(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    log_on(services, application.client_id, issued.value)
    (secret,) = keydesk("secret", "list", "billing-api", "--json").document
    assert (secret["last_used_from"], secret["use_count"]) == ("10.0.0.7", 1)
    assert secret["last_used_at"] == "2026-05-02T12:00:00Z"


def test_nothing_on_stdin_is_refused(keydesk: Keydesk, issued: IssuedSecret) -> None:
    for argv in (["verify", "billing-api"], ["find"]):
        ran = keydesk("secret", *argv, given="\n")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == "No secret came on standard input: pipe it in, or paste it at the prompt.\n"


def test_a_value_on_the_command_line_is_not_repeated(keydesk: Keydesk, issued: IssuedSecret) -> None:
    surplus = keydesk("secret", "verify", "billing-api", issued.value)
    instead = keydesk("secret", "revoke", "billing-api", issued.value)
    assert (surplus.code, instead.code) == (2, 1)
    assert issued.secret.hint in surplus.err
    assert "take it as leaked" in instead.err
    assert not VALUE.search(surplus.err + instead.err)


def test_the_21st_secret_is_refused_with_the_sentence(
    keydesk: Keydesk, application: ApplicationView, services: Services
) -> None:
    for _ in range(20):
        services.client_secrets.add(application.id, NewSecret())
    ran = keydesk("secret", "add", "billing-api")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("“billing-api” has 20 of 20 client secrets: revoke one")


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["add", "billing-api", "--description", "x" * 201], "A description has at most 200 characters; this has 201."),
        (
            ["add", "billing-api", "--description", "a\u202eb"],
            "The description holds an invisible or direction-changing character (U+202E); use visible characters only.",
        ),
        (
            ["edit", "billing-api", "kd_00000000", "--description", "x"],
            "This application has no client secret with this hint or id; see: keydesk secret list.",
        ),
        (
            ["revoke", "billing-api", "nothing"],
            "This application has no client secret with this hint or id; see: keydesk secret list.",
        ),
        (["list", "nowhere"], "No application has this client ID, id or name; see: keydesk application list."),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(
    keydesk: Keydesk, application: ApplicationView, argv: list[str], sentence: str
) -> None:
    ran = keydesk("secret", *argv)
    assert (ran.code, ran.out, ran.err) == (1, "", f"{sentence}\n")


def test_a_revoked_secret_cannot_be_edited(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    services.client_secrets.revoke(application.id, issued.secret.id)
    ran = keydesk("secret", "edit", "billing-api", issued.secret.hint, "--description", "x")
    assert (ran.code, ran.err) == (1, "A revoked secret is history and cannot be edited; add a new one.\n")
