"""`keydesk application`, on the same services as the console."""

from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from core.rules.requests.apis import NewApi
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import plain_sql

KEYS = [
    "id",
    "name",
    "description",
    "client_id",
    "enabled",
    "state",
    "locking_enabled",
    "locked_until",
    "failed_logons",
    "introspects",
    "token_lifetime",
    "scopes",
    "secrets",
    "next_expiry",
    "last_used_at",
    "created_at",
]
Keydesk = Callable[..., Any]


def test_create_makes_an_application_and_shows_its_client_id(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk("application", "create", "billing-api", "--description", "Invoices")
    made = services.applications.resolve("billing-api")
    assert ran.code == 0
    assert made.description == "Invoices"
    assert made.client_id in ran.out


def test_json_of_an_application_has_the_keys_of_the_interface(keydesk: Keydesk, application: ApplicationView) -> None:
    shown = keydesk("application", "show", "billing-api", "--json").document
    assert list(shown) == KEYS
    assert shown["secrets"] == {"live": 0, "counted": 0, "limit": 20}
    assert shown["state"] == "active"
    assert shown["scopes"] == []
    assert shown["created_at"] == "2026-05-02T12:00:00Z"
    assert shown["locked_until"] is None


def test_list_of_nothing_is_an_empty_array(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk("application", "list", "--json")
    assert (ran.code, ran.document) == (0, [])


def test_list_of_nothing_says_what_makes_one(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk("application", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "keydesk application create NAME" in ran.err


def test_list_comes_whole_over_its_pages(keydesk: Keydesk, services: Services, database: Database) -> None:
    columns = "name, name_key, client_id, enabled, locking_enabled, failed_logons, introspects, token_lifetime, scopes"
    plain_sql(
        database,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) "
        f"INSERT INTO applications (id, {columns}, created_at) SELECT 'id' || i, 'a' || i, 'a' || i, 'c' || i, "
        "1, 1, 0, 0, 60, '', '2026-05-02 12:00:00.000000' FROM n",
    )
    names = [each["name"] for each in keydesk("application", "list", "--json").document]
    assert names == sorted(f"a{i}" for i in range(1101))
    assert len(keydesk("application", "list").out.splitlines()) == 1102


def test_columns_stand_in_line_under_wide_and_combining_letters(keydesk: Keydesk, services: Services) -> None:
    for name in ("漢字", "plain", "q\N{COMBINING ACUTE ACCENT}q"):
        services.applications.create(NewApplication(name))
    lines = keydesk("application", "list").out.splitlines()[1:]
    assert len(lines) == 3
    assert len({cell_len(line.partition("active")[0]) for line in lines}) == 1


@pytest.mark.parametrize("named", ["name", "NAME", "client_id", "id"])
def test_an_application_goes_by_client_id_id_or_name(
    keydesk: Keydesk, application: ApplicationView, named: str
) -> None:
    text = {"name": "billing-api", "NAME": "Billing-API", "client_id": application.client_id, "id": application.id}
    assert keydesk("application", "show", text[named], "--json").document["id"] == application.id


def test_set_changes_what_is_given(keydesk: Keydesk, application: ApplicationView) -> None:
    options = "--name invoices --description= --disable --no-locking --introspects --token-lifetime 5"
    ran = keydesk("application", "set", "billing-api", *options.split(), "--scope", "a", "--scope", "b", "--json")
    assert ran.code == 0
    changed = ran.document
    assert (changed["name"], changed["description"], changed["enabled"]) == ("invoices", None, False)
    assert (changed["locking_enabled"], changed["introspects"]) == (False, True)
    assert (changed["token_lifetime"], changed["scopes"]) == (5, ["a", "b"])
    back = keydesk("application", "set", "invoices", "--enable", "--locking", "--no-introspects", "--json").document
    assert (back["enabled"], back["locking_enabled"], back["introspects"]) == (True, True, False)
    assert (back["token_lifetime"], back["scopes"]) == (5, ["a", "b"])


def test_scope_replaces_the_set_and_no_scopes_empties_it(
    keydesk: Keydesk, application: ApplicationView, services: Services
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["a", "b"]))
    assert keydesk("application", "set", "billing-api", "--scope", "c", "--json").document["scopes"] == ["c"]
    assert keydesk("application", "set", "billing-api", "--no-scopes", "--json").document["scopes"] == []


def test_delete_wants_a_yes(keydesk: Keydesk, application: ApplicationView, services: Services) -> None:
    ran = keydesk("application", "delete", "billing-api")
    assert (ran.code, ran.out) == (2, "")
    assert "add --yes" in ran.err
    assert services.applications.get(application.id)


def test_delete_takes_the_application_and_leaves_its_activity(
    keydesk: Keydesk, application: ApplicationView, services: Services
) -> None:
    services.client_secrets.add(application.id, NewSecret())
    for name in ("weather", "echo"):
        services.subscriptions.add(services.apis.create(NewApi(name, f"/{name}")).id, application.id)
    ran = keydesk("application", "delete", "billing-api", "--yes", "--json")
    assert (ran.code, ran.document["name"]) == (0, "billing-api")
    assert ran.err == "Deleted “billing-api” with 1 live client secrets.\nIt had subscribed to echo, weather.\n"
    assert keydesk("application", "list", "--json").document == []
    assert services.activity.page(None).rows[0].action == "application.deleted"


def test_next_expiry_is_written_in_utc(keydesk: Keydesk, application: ApplicationView, services: Services) -> None:
    services.client_secrets.add(application.id, NewSecret())
    shown = keydesk("application", "show", "billing-api", "--json").document
    assert shown["next_expiry"] == "2027-05-02T12:00:00Z"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["create", "Billing-API"], "There is already an application named “billing-api”."),
        (
            ["create", "\N{FULLWIDTH LATIN SMALL LETTER B}illing-api"],
            "There is already an application named “billing-api”.",
        ),
        (["create", ""], "Give the application a name of 1 to 100 characters."),
        (["create", "x" * 101], "A name has at most 100 characters; this has 101."),
        (["create", "a\x1bb"], "The name holds a control character (U+001B); use visible characters only."),
        (
            ["create", "9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2"],
            "A name that looks like a client ID would be mistaken for one; choose words.",
        ),
        (["show", "nowhere"], "No application has this client ID, id or name; see: keydesk application list."),
        (["set", "billing-api", "--token-lifetime", "0"], "The token lifetime is 1 to 720 minutes."),
        (
            ["set", "billing-api", "--scope", "a b"],
            "An OAuth scope is one word of printable ASCII without space, quote or backslash.",
        ),
        (
            ["delete", "nowhere", "--yes"],
            "No application has this client ID, id or name; see: keydesk application list.",
        ),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(
    keydesk: Keydesk, application: ApplicationView, argv: list[str], sentence: str
) -> None:
    ran = keydesk("application", *argv)
    assert (ran.code, ran.out, ran.err) == (1, "", f"{sentence}\n")


def test_hostile_stored_text_reaches_the_terminal_harmless(
    keydesk: Keydesk, application: ApplicationView, database: Database
) -> None:
    hostile = "\x1b]52;c;QQ==\x07\x9b31m\x7f\u202e[/][@click=app.quit]"
    plain_sql(database, "UPDATE applications SET name = :text, description = :text", text=hostile)
    for argv in (["list"], ["show", application.id], ["list", "--json"], ["show", application.id, "--json"]):
        out = keydesk("application", *argv).out
        assert not {"\x1b", "\x07", "\x9b", "\x7f", "\u202e"} & set(out), argv
        assert "[@click=app.quit]" in out
    assert keydesk("application", "show", application.id, "--json").document["name"] == hostile
    assert "\x1b" not in keydesk("lock", "unlock", application.id).err
