"""`keydesk activity`: the list, the chain, and the exports."""

import csv
import hashlib
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.rules.requests import ApplicationChanges, NewApplication, NewSecret
from core.rules.views import ApplicationView, IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, log_on, plain_sql

KEYS = ["id", "at", "actor", "claimed", "action", "object", "object_id", "application_id"]
KEYS += ["before", "after", "reason", "source", "count", "hash"]
COLUMNS = (
    "Date,Administrator ID,Administrator name,Resource type,Resource ID,Resource name,Action,Attribute,Old value,Value"
)
HEAD = ",".join(f'"{column}"' for column in COLUMNS.split(","))
Keydesk = Callable[..., Any]


@pytest.fixture
def history(services: Services, application: ApplicationView) -> IssuedSecret:
    """Five rows: created, another one created, changed, added, revoked."""
    services.applications.create(NewApplication("other"))
    services.applications.change(application.id, ApplicationChanges(description="Invoices", enabled=False))
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    services.client_secrets.revoke(application.id, issued.secret.id)
    return issued


def test_list_is_newest_first_with_the_keys_of_the_interface(keydesk: Keydesk, history: IssuedSecret) -> None:
    rows = keydesk("activity", "list", "--json").document
    assert [list(row) for row in rows] == [KEYS] * 5
    assert [row["id"] for row in rows] == [5, 4, 3, 2, 1]
    assert rows[2]["before"] == {"description": "Invoices and payments", "enabled": True}
    assert rows[2]["after"] == {"description": "Invoices", "enabled": False}
    assert (rows[0]["at"], rows[0]["actor"], rows[0]["claimed"]) == ("2026-05-02T12:00:00Z", "operator", None)


def test_list_of_one_application_leaves_out_the_others(keydesk: Keydesk, history: IssuedSecret) -> None:
    rows = keydesk("activity", "list", "billing-api", "--json").document
    assert [row["id"] for row in rows] == [5, 4, 3, 1]


@pytest.mark.parametrize("what", ["id", "client_id", "name"])
def test_the_activity_of_a_deleted_application_is_found_by_what_it_was_called(
    keydesk: Keydesk, history: IssuedSecret, application: ApplicationView, services: Services, what: str
) -> None:
    services.applications.delete(application.id, application.name)
    named = getattr(application, what).upper()
    assert [row["id"] for row in keydesk("activity", "list", named, "--json").document] == [6, 5, 4, 3, 1]
    assert len(keydesk("activity", "export", named).out.splitlines()) == 5


def test_an_application_that_is_there_goes_before_a_deleted_one_of_the_same_name(
    keydesk: Keydesk, history: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    services.applications.delete(application.id, application.name)
    services.applications.create(NewApplication("Billing-API"))
    assert [row["id"] for row in keydesk("activity", "list", "billing-api", "--json").document] == [7]


def test_the_table_says_what_became_of_what(keydesk: Keydesk, history: IssuedSecret) -> None:
    out = keydesk("activity", "list").out
    assert "description: Invoices and payments -> Invoices; enabled: true -> false" in out
    assert "state: active -> revoked" in out
    assert f"billing-api {history.secret.hint}" in out


def test_list_comes_whole_over_its_pages(keydesk: Keydesk, services: Services, application: ApplicationView) -> None:
    for number in range(505):
        services.applications.change(application.id, ApplicationChanges(description=f"{number}"))
    listed = [row["id"] for row in keydesk("activity", "list", "--json").document]
    exported = [json.loads(line)["id"] for line in keydesk("activity", "export").out.splitlines()]
    assert listed == list(range(506, 0, -1))
    assert exported == list(range(1, 507))


def test_commands_leave_their_own_rows_with_the_person_who_gave_them(keydesk: Keydesk, services: Services) -> None:
    keydesk("application", "create", "x", SUDO_USER="alice", SSH_CONNECTION="10.0.0.9 50000 10.0.0.1 22")
    (row,) = keydesk("activity", "list", "--json").document
    assert row["claimed"] == "alice from 10.0.0.9"


def test_verify_of_a_whole_chain_names_its_head(keydesk: Keydesk, history: IssuedSecret) -> None:
    head = keydesk("activity", "list", "--json").document[0]["hash"]
    ran = keydesk("activity", "verify", "--json")
    assert (ran.code, ran.document) == (0, {"ok": True, "rows": 5, "head": head, "first_bad_id": None})
    assert keydesk("activity", "verify").out == f"The chain holds: 5 rows, head {head}\n"
    assert keydesk("activity", "verify", "--head", head.upper()).code == 0


def test_verify_names_the_first_row_that_was_altered(
    keydesk: Keydesk, history: IssuedSecret, database: Database
) -> None:
    plain_sql(database, "UPDATE audit_events SET object = 'x' WHERE id = 3")
    ran = keydesk("activity", "verify", "--json")
    assert (ran.code, ran.document["ok"], ran.document["first_bad_id"]) == (1, False, 3)
    assert ran.err == "The activity was altered, cut or reordered: row 3 is the first that does not fit.\n"


def test_verify_against_a_head_of_no_row_says_so(keydesk: Keydesk, history: IssuedSecret) -> None:
    ran = keydesk("activity", "verify", "--head", "f" * 64)
    assert (ran.code, ran.out) == (1, "")
    assert "that head is none of theirs" in ran.err


def test_the_chain_can_be_walked_again_from_an_export_alone(
    keydesk: Keydesk, services: Services, application: ApplicationView, clock: Clock
) -> None:
    for step in range(4):
        clock.advance(microseconds=1 + step)
        log_on(services, application.client_id)
        services.applications.change(application.id, ApplicationChanges(description=f"Rücknahme {step}"))
    clock.advance(minutes=6)
    covered = ("id", "at", "actor", "claimed", "action", "object", "object_id", "application_id")
    previous = "0" * 64
    for line in keydesk("activity", "export").out.splitlines():
        row = json.loads(line)
        texts = [None if row[key] is None else json.dumps(row[key], sort_keys=True) for key in ("before", "after")]
        content = [previous, *(row[key] for key in covered), *texts, row["reason"], row["source"], row["count"]]
        previous = hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
        assert previous == row["hash"]
    assert previous == services.activity.verify().head


def test_export_to_csv_has_a_line_for_each_attribute(
    keydesk: Keydesk, history: IssuedSecret, application: ApplicationView
) -> None:
    out = keydesk("activity", "export", "--format", "csv").out
    assert out.splitlines()[0] == HEAD
    rows = list(csv.DictReader(io.StringIO(out)))
    changed = [row for row in rows if row["Action"] == "application.changed"]
    assert [(row["Attribute"], row["Old value"], row["Value"]) for row in changed] == [
        ("description", "Invoices and payments", "Invoices"),
        ("enabled", "true", "false"),
    ]
    assert changed[0]["Date"] == "2026-05-02T12:00:00Z"
    assert changed[0]["Administrator ID"] == "operator"
    assert (changed[0]["Resource type"], changed[0]["Resource name"]) == ("Application", "billing-api")
    revoked = next(row for row in rows if row["Action"] == "secret.revoked")
    assert (revoked["Resource type"], revoked["Resource ID"]) == ("Client secret", history.secret.id)
    assert (revoked["Resource name"], revoked["Value"]) == (f"billing-api {history.secret.hint}", "revoked")


def test_export_tells_of_refused_logons_with_reason_and_source(
    keydesk: Keydesk, application: ApplicationView, services: Services, clock: Clock
) -> None:
    for _ in range(3):
        log_on(services, application.client_id, source="10.0.0.7")
    clock.advance(minutes=6)
    rows = list(csv.DictReader(io.StringIO(keydesk("activity", "export", "--format", "csv").out)))
    told = {(row["Attribute"], row["Value"]) for row in rows if row["Action"] == "logon.refused"}
    assert {("reason", "wrong secret"), ("source", "10.0.0.7"), ("count", "2")} <= told


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe62", "\ufe63", "\ufe66", "\ufe6b"]
)
def test_a_spreadsheet_gets_no_formula_and_no_control_character(
    keydesk: Keydesk, application: ApplicationView, database: Database, sign: str
) -> None:
    plain_sql(database, "UPDATE audit_events SET object = :text", text=f'{sign}HYPERLINK("x")\x1b[2J')
    out = keydesk("activity", "export", "--format", "csv").out
    assert "\x1b" not in out
    assert next(csv.DictReader(io.StringIO(out)))["Resource name"].startswith(f"'{sign}HYPERLINK")


def test_every_cell_is_quoted_so_that_no_spreadsheet_takes_another_separator(
    keydesk: Keydesk, application: ApplicationView
) -> None:
    for line in keydesk("activity", "export", "--format", "csv").out.splitlines():
        assert line.count('","') == 9
        assert (line[0], line[-1]) == ('"', '"')


def test_export_to_a_file_is_for_the_owner_alone_and_never_over_another(
    keydesk: Keydesk, history: IssuedSecret, tmp_path: Path
) -> None:
    target = tmp_path / "activity.jsonl"
    assert keydesk("activity", "export", "--output", str(target)).code == 0
    assert len(target.read_text().splitlines()) == 5
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    again = keydesk("activity", "export", "--output", str(target))
    assert (again.code, again.err) == (1, f"{target} exists already; name a new file.\n")
    missing = tmp_path / "no" / "file"
    nowhere = keydesk("activity", "export", "--output", str(missing))
    assert (nowhere.code, nowhere.err) == (1, f"{missing} cannot be written: No such file or directory.\n")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_that_fails_halfway_leaves_no_file(
    keydesk: Keydesk, history: IssuedSecret, database: Database, tmp_path: Path, form: str
) -> None:
    plain_sql(database, "UPDATE audit_events SET after = 'nojson' WHERE id = 5")
    target = tmp_path / "activity"
    ran = keydesk("activity", "export", "--format", form, "--output", str(target))
    assert (ran.code, ran.err) == (1, "The activity holds a row that cannot be read; see: keydesk activity verify.\n")
    assert not target.exists()


def test_nothing_has_happened_yet(keydesk: Keydesk, services: Services) -> None:
    assert keydesk("activity", "list").err == "Nothing has happened yet.\n"
    assert keydesk("activity", "list", "--json").document == []
    assert keydesk("activity", "export").out == ""
    assert keydesk("activity", "export", "--format", "csv").out == f"{HEAD}\n"
    assert keydesk("activity", "verify", "--json").document["rows"] == 0
