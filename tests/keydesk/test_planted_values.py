"""What plain SQL has put into the database is drawn harmlessly or told in a sentence; no command breaks on it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.rules.errors import Refusal
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.certs import certificate, name, pem
from tests.staging import log_on, plain_sql

Keydesk = Callable[..., Any]

BLOB = "x'1b5bff41'"
TEXTS = {
    "applications": ("name", "description", "description_key", "scopes"),
    "client_secrets": ("description", "created_by", "last_used_from"),
    "certificates": ("description", "subject", "issuer", "serial", "pem", "created_by", "last_used_from"),
    "audit_events": ("actor", "claimed", "object", "reason", "source"),
}
BLOBS = [f"{table} SET " + ", ".join(f"{name} = {BLOB}" for name in names) for table, names in TEXTS.items()]
TIMES = [
    *(
        f"applications SET {column} = {value}"
        for column in ("created_at", "locked_until")
        for value in ("'soon'", 9999)
    ),
    *(f"client_secrets SET {column} = 'soon'" for column in ("created_at", "expires_at", "last_used_at")),
    *(f"certificates SET {column} = 'soon'" for column in ("created_at", "not_before", "not_after", "last_used_at")),
    "logon_repeats SET ends_at = 'soon'",
    "audit_events SET at = 'soon'",
]
HASHES = ["client_secrets SET hash = '$argon2id$zz'", "client_secrets SET hash = '$argon2id$v=19$m=9999999,t=1,p=1'"]
ACTIVITY = [
    "audit_events SET after = '[1]'",
    "audit_events SET after = 'nojson'",
    """audit_events SET after = '{"until": "zz"}'""",
    """audit_events SET after = '{"until": "2026-05-02T12:00:00"}'""",
    f"audit_events SET before = '{'[' * 100_000}'",
    "audit_events SET count = 'x'",
    "audit_head SET count = count - 1",
    "audit_head SET count = 'x'",
    "audit_head SET hash = x'ff'",
]
COMMANDS = [
    ["application", "list"],
    ["application", "list", "--json"],
    ["application", "show", "{application}"],
    ["application", "set", "{application}", "--description", "new"],
    ["application", "create", "another"],
    ["secret", "list", "{application}", "--all"],
    ["secret", "list", "{application}", "--json"],
    ["secret", "add", "{application}"],
    ["secret", "edit", "{application}", "{secret}", "--description", "new"],
    ["secret", "verify", "{application}"],
    ["secret", "find"],
    ["certificate", "list", "{application}"],
    ["certificate", "list", "{application}", "--json"],
    ["certificate", "describe", "{application}", "{certificate}", "--description", "new"],
    ["expiring", "--days", "400"],
    ["lock", "show", "{application}"],
    ["lock", "unlock", "{application}"],
    ["activity", "list"],
    ["activity", "list", "--json"],
    ["activity", "verify"],
    ["activity", "export"],
    ["activity", "export", "--format", "csv"],
    ["doctor"],
    ["secret", "rotate", "{application}", "{secret}"],
    ["secret", "undo-rotation", "{application}", "{secret}"],
    ["secret", "rotate", "{application}", "{secret}", "--grace", "1h"],
    ["secret", "complete-rotation", "{application}", "{secret}"],
    ["secret", "revoke", "{application}", "{secret}"],
    ["certificate", "delete", "{application}", "{certificate}"],
    ["application", "delete", "{application}", "--yes"],
]


ALL = [*BLOBS, *TIMES, *HASHES, *ACTIVITY]
AT_ONCE = {BLOBS[0], TIMES[0], ACTIVITY[-1]}
"""One of the kinds that break most, for the quick run."""


@pytest.mark.parametrize(
    "planted",
    [pytest.param(each, marks=[pytest.mark.slow] * (each not in AT_ONCE), id=each[:60]) for each in ALL],
)
def test_every_command_does_its_work_or_says_a_sentence(
    keydesk: Keydesk,
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    database: Database,
    planted: str,
) -> None:
    for _ in range(3):
        log_on(services, application.client_id)
    certified = services.certificates.add(application.id, pem())
    plain_sql(database, f"UPDATE {planted}")
    names = {"application": application.id, "secret": issued.secret.id, "certificate": certified.id}
    for command in COMMANDS:
        ran = keydesk(*(word.format(**names) for word in command), given=issued.value)
        assert ran.code in (0, 1)
        assert "Traceback" not in ran.err
        assert not {"\x1b", "\x9b"} & set(ran.out + ran.err)


@pytest.mark.parametrize(
    ("zone", "moment"), [("<+09>-9", "9999-12-31 23:59:59.000000"), ("<-05>+5", "0001-01-01 00:00:00.000000")]
)
def test_a_moment_that_no_clock_on_the_wall_can_show_is_shown_in_utc(
    keydesk: Keydesk, application: ApplicationView, database: Database, zone: str, moment: str
) -> None:
    plain_sql(database, "UPDATE applications SET created_at = :moment", moment=moment)
    with local_time(zone):
        assert f"{moment[5:16]} UTC" in keydesk("application", "show", application.id).out


@contextmanager
def local_time(zone: str) -> Iterator[None]:
    """Have the clock on the wall show the time of *zone*."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def test_a_hash_that_is_none_is_told_by_verify_and_its_secret_is_named_by_doctor(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, database: Database
) -> None:
    plain_sql(database, "UPDATE client_secrets SET hash = '$argon2id$zz'")
    ran = keydesk("secret", "verify", application.id, given=issued.value)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "The hash that is stored of it cannot be read; see: keydesk doctor.\n"
    ran = keydesk("doctor")
    assert ran.code == 1
    assert f"nobody can log on by them: {issued.secret.hint}" in ran.out
    keydesk("secret", "revoke", application.id, issued.secret.hint)
    assert keydesk("doctor").code == 0


@pytest.mark.parametrize("column", ["not_after", "created_at"])
def test_a_certificate_with_a_planted_time_hides_no_other_and_is_named(
    keydesk: Keydesk, services: Services, application: ApplicationView, database: Database, column: str
) -> None:
    files = [pem(certificate(subject=name(cn=cn))) for cn in ("one", "two", "three")]
    planted, other = (services.certificates.add(application.id, file) for file in files[:2])
    plain_sql(database, f"UPDATE certificates SET {column} = 'soon' WHERE id = :id", id=planted.id)
    ran = keydesk("certificate", "list", application.id, "--json")
    assert [row["id"] for row in ran.document] == [other.id]
    assert (ran.code, ran.err) == (1, f"Certificate {planted.hint} has an unreadable time; see: keydesk doctor.\n")
    ran = keydesk("certificate", "list", application.id)
    assert other.hint in ran.out
    assert "2 of 80 certificates.\n" in ran.err
    assert keydesk("certificate", "describe", application.id, other.hint, "--description", "new").code == 0
    assert keydesk("certificate", "delete", application.id, other.hint).code == 0
    services.certificates.add(application.id, files[2])
    with pytest.raises(Refusal, match="already, with a time that cannot be read"):
        services.certificates.add(application.id, files[0])
    plain_sql(database, f"UPDATE certificates SET {column} = 'soon'")
    told = keydesk("certificate", "list", application.id).err
    assert told.endswith("2 certificates have an unreadable time; see: keydesk doctor.\n")


@pytest.mark.parametrize("command", [["application", "create", "another"], ["application", "set", "{}", "--disable"]])
def test_without_the_head_of_the_activity_nothing_can_be_changed(
    keydesk: Keydesk, application: ApplicationView, database: Database, command: list[str]
) -> None:
    plain_sql(database, "DELETE FROM audit_head")
    ran = keydesk(*(word.format(application.id) for word in command))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("The end of the activity was altered, so nothing can be added to it")


def test_a_refused_logon_whose_row_was_altered_hides_no_other_on_the_lock_panel(
    keydesk: Keydesk, services: Services, application: ApplicationView, database: Database
) -> None:
    for number in range(3):
        log_on(services, application.client_id, source=f"10.0.0.{number}")
    plain_sql(database, "UPDATE audit_events SET after = 'nojson' WHERE source = '10.0.0.1'")
    shown = keydesk("lock", "show", application.id, "--json").document
    assert [failure["source"] for failure in shown["failures"]] == ["10.0.0.2", "10.0.0.1", "10.0.0.0"]
