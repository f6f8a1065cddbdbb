"""`keydesk activity`: the list, the chain, and the exports."""

import csv
import hashlib
import io
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, log_on, plain_sql

KEYS = ["id", "at", "actor", "claimed", "action", "object", "object_id", "application_id"]
KEYS += ["before", "after", "reason", "source", "count", "hash"]
COLUMNS = (
    "Date,Administrator ID,Administrator name,Resource type,Resource ID,Resource name,Action,Attribute,Old value,Value"
)
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


@pytest.mark.slow
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
    assert ran.err == "Row 3 is the first that does not fit: altered, cut or reordered.\n"


@pytest.mark.parametrize("head", ["abc", "g" * 64, "0" * 63, "", "\u0660" * 64])
def test_a_head_that_is_no_hash_is_wrong_usage(keydesk: Keydesk, history: IssuedSecret, head: str) -> None:
    ran = keydesk("activity", "verify", "--head", head)
    assert (ran.code, ran.out) == (2, "")
    assert "A head is 64 hexadecimal digits" in ran.err


def test_the_head_of_an_empty_chain_is_told_to_show_nothing(keydesk: Keydesk, history: IssuedSecret) -> None:
    ran = keydesk("activity", "verify", "--head", "0" * 64)
    assert (ran.code, ran.err) == (0, "That is the head of an empty chain: it shows nothing about these rows.\n")


def test_verify_against_a_head_of_no_row_says_so(keydesk: Keydesk, history: IssuedSecret) -> None:
    ran = keydesk("activity", "verify", "--head", "f" * 64)
    assert (ran.code, ran.out) == (1, "")
    assert "that head is none of theirs" in ran.err


CUT = "DELETE FROM audit_events WHERE id > {0}"
HEAD_AT = "UPDATE audit_head SET count = {0}, hash = (SELECT hash FROM audit_events WHERE id = {0})"


@pytest.mark.parametrize(
    ("statements", "bad", "noticed"),
    [
        (["UPDATE audit_events SET actor = 'mallory' WHERE id = 2"], 2, True),
        (["DELETE FROM audit_events WHERE id = 1"], 1, True),
        (["DELETE FROM audit_events WHERE id = 4"], 4, True),
        (["DELETE FROM audit_events WHERE id = 5"], 5, True),
        ([f"UPDATE audit_events SET id = {new} WHERE id = {old}" for old, new in ((2, 9), (4, 2), (9, 4))], 2, True),
        (["UPDATE audit_head SET hash = 'x'"], 6, True),
        ([CUT.format(3)], 4, True),
        ([CUT.format(3), HEAD_AT.format(3)], 4, False),
    ],
    ids=["altered", "first removed", "one removed", "last removed", "swapped", "head", "cut", "cut with its head"],
)
def test_verify_names_the_first_bad_row_and_only_a_noted_head_shows_a_tail_that_was_cut_with_the_head(
    keydesk: Keydesk, history: IssuedSecret, database: Database, statements: list[str], bad: int, noticed: bool
) -> None:
    noted = keydesk("activity", "verify", "--json").document["head"]
    for statement in statements:
        plain_sql(database, statement)
    alone = keydesk("activity", "verify", "--json")
    assert (alone.code, alone.document["ok"]) == ((1, False) if noticed else (0, True))
    ran = keydesk("activity", "verify", "--head", noted, "--json")
    assert list(ran.document) == ["ok", "rows", "head", "first_bad_id"]
    assert (ran.code, ran.document["ok"], ran.document["rows"]) == (1, False, bad - 1)
    assert ran.document["first_bad_id"] == bad
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--actor", "OPERATOR"], [5, 4, 3, 2, 1]),
        (["--action", "secret", "--search", "added"], [4]),
        (["--object", "other"], [2]),
        (["--result", "refused"], [6]),
        (["--result", "done", "--object", "billing-api"], [5, 4, 3, 1]),
        (["--reason", "application disabled"], [6]),
        (["--since", "1h"], [6]),
        (["--until", "2026-05-02T12:00Z"], [5, 4, 3, 2, 1]),
        (["--search", "actor:client 10.0.0.7"], [6]),
        (["--actor", "nobody"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_list_and_export_take_the_terms_of_the_filter_line(
    keydesk: Keydesk,
    history: IssuedSecret,
    services: Services,
    clock: Clock,
    options: list[str],
    ids: list[int],
) -> None:
    clock.time = datetime.now(UTC) - timedelta(minutes=1)  # the command goes by the clock on the wall
    log_on(services, history.client_id)
    assert [row["id"] for row in keydesk("activity", "list", *options, "--json").document] == ids
    exported = keydesk("activity", "export", *options).out.splitlines()
    assert [json.loads(line)["id"] for line in exported] == ids[::-1]


def test_a_filter_of_the_list_holds_within_one_application_and_says_that_nothing_matches(
    keydesk: Keydesk, history: IssuedSecret
) -> None:
    found = keydesk("activity", "list", "other", "--action", "created", "--json").document
    assert [row["id"] for row in found] == [2]
    nothing = keydesk("activity", "list", "other", "--action", "secret")
    assert nothing.err == "No action here has “secret” in it; there are: application.created.\n"
    assert keydesk("activity", "list", "other", "--search", "secret").err == "Nothing matches.\n"
    wrong = keydesk("activity", "list", "--since", "soon")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("since: wants a span (90min, 3h, 2d, 1w), a day")


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
    assert out.startswith(f"{COLUMNS}\r\n")
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


def test_text_that_would_break_a_line_breaks_none(
    keydesk: Keydesk, application: ApplicationView, database: Database
) -> None:
    hostile = 'a","b\r\n=1+1\n"\x00,;\t\u2028\u202e'
    plain_sql(database, "UPDATE audit_events SET object = :text, actor = :text, reason = :text", text=hostile)
    out = keydesk("activity", "export", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(out, newline=""), strict=True))
    assert {len(row) for row in rows} == {10}
    assert len(rows) == out.count("\r\n") == out.count("\n") == out.count("\r") == len(out.splitlines())
    assert rows[1][1] == rows[1][5] == 'a","b\u240d\u240a=1+1\u240a"\u2400,;\u2409\ufffd\ufffd'


def test_every_cell_is_quoted_so_that_no_spreadsheet_takes_another_separator(
    keydesk: Keydesk, application: ApplicationView
) -> None:
    for line in keydesk("activity", "export", "--format", "csv").out.splitlines()[1:]:
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
    assert keydesk("activity", "export", "--format", "csv").out == f"{COLUMNS}\r\n"
    assert keydesk("activity", "verify", "--json").document["rows"] == 0
