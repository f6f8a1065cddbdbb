"""`keydesk expiring`: what a script reads, and what cron needs to know."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, plain_sql

Keydesk = Callable[..., Any]

KEYS = [
    *("application", "kind", "id", "hint", "expires_at", "days_left", "last_used_at", "last_used_from"),
    *("description", "state", "application_id", "client_id", "subject"),
]
HEADINGS = ["APPLICATION", "KIND", "HINT", "DESCRIPTION", "EXPIRES", "DAYS LEFT", "LAST USED", "FROM", "STATE"]


@pytest.fixture
def present(database: Database) -> Services:
    """Services at the present time, which is the commands'."""
    return compose(database, Clock(datetime.now(UTC)))


def ends_in(services: Services, application: ApplicationView, name: str, **left: float) -> str:
    """Make a secret that ends so long from now, or so long ago, and return its id."""
    secret = services.client_secrets.add(application.id, NewSecret(name)).secret
    at = (datetime.now(UTC) + timedelta(**left)).strftime("%Y-%m-%d %H:%M:%S.%f")
    plain_sql(services.desk.database, "UPDATE client_secrets SET expires_at = :at WHERE id = :id", at=at, id=secret.id)
    return secret.id


def test_nothing_that_expires_is_exit_code_0_and_an_empty_array(
    keydesk: Keydesk, present: Services, application: ApplicationView
) -> None:
    present.client_secrets.add(application.id, NewSecret("for a year"))
    ran = keydesk("expiring")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing expires within 30 days.\n")
    ran = keydesk("expiring", "--json")
    assert (ran.code, ran.document) == (0, [])


def test_json_lists_the_soonest_first_under_the_keys_of_the_interface_and_is_exit_code_1(
    keydesk: Keydesk, present: Services, application: ApplicationView
) -> None:
    later = ends_in(present, application, "later", days=20.5)
    ended = ends_in(present, application, "ended", hours=-1)
    soon = ends_in(present, application, "soon", days=2.5)
    ran = keydesk("expiring", "--json")
    assert ran.code == 1
    assert ran.err == "2 expire within 30 days; 1 has expired within the last 30 days.\n"
    assert [(row["id"], row["days_left"], row["state"]) for row in ran.document] == [
        (ended, -1, "expired"),
        (soon, 2, "expiring"),
        (later, 20, "expiring"),
    ]
    row = ran.document[0]
    assert list(row) == KEYS
    assert (row["application"], row["kind"], row["last_used_at"]) == ("billing-api", "secret", None)
    assert row["client_id"] == application.client_id
    assert row["expires_at"].endswith("Z")


def test_days_narrow_and_widen_what_is_looked_at(
    keydesk: Keydesk, present: Services, application: ApplicationView
) -> None:
    ends_in(present, application, "in 20 days", days=20)
    ran = keydesk("expiring", "--days", "14")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing expires within 14 days.\n")
    assert keydesk("expiring", "--days", "21").err == "1 expires within 21 days.\n"
    assert keydesk("expiring", "--days", "1").err == "Nothing expires within 1 day.\n"


def test_help_names_the_default_of_days(keydesk: Keydesk) -> None:
    assert "Default: 30, unless the configuration says otherwise." in " ".join(
        keydesk("expiring", "--help").out.split()
    )


@pytest.mark.parametrize("days", ["-1", "36501", "2.5", "soon"])
def test_days_that_are_none_are_wrong_usage(keydesk: Keydesk, present: Services, days: str) -> None:
    ran = keydesk("expiring", "--days", days)
    assert (ran.code, ran.out) == (2, "")
    assert "See: keydesk expiring --help" in ran.err


def test_the_configurations_first_threshold_is_how_far_is_looked(
    keydesk: Keydesk, present: Services, application: ApplicationView, tmp_path: Path
) -> None:
    ends_in(present, application, "in 20 days", days=20)
    configured = tmp_path / "config.toml"
    configured.write_text("[expiring]\nthresholds = [10, 3]")
    assert keydesk("expiring", KEYDESK_CONFIG=str(configured)).err == "Nothing expires within 10 days.\n"
    assert keydesk("expiring", "--days", "30", KEYDESK_CONFIG=str(configured)).code == 1


def test_table_is_aligned_and_harmless(keydesk: Keydesk, present: Services, application: ApplicationView) -> None:
    ends_in(present, application, "soon", days=2)
    ends_in(present, application, "later", days=9)
    hostile = "\x1b]52;c;ZXZpbA==\x07漢字\u202e"
    plain_sql(
        present.desk.database, "UPDATE client_secrets SET description = :text WHERE description = 'soon'", text=hostile
    )
    ran = keydesk("expiring")
    head, *rows = ran.out.splitlines()
    assert [each.strip() for each in head.split("  ") if each.strip()] == HEADINGS
    assert len(rows) == 2
    assert {row.index("kd_") for row in rows} == {head.index("HINT")}
    assert len({cell_len(row[: row.index(" expiring")]) for row in rows}) == 1
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out


def test_revoked_secrets_and_disabled_applications_ask_for_nothing(
    keydesk: Keydesk, present: Services, application: ApplicationView
) -> None:
    present.client_secrets.revoke(application.id, ends_in(present, application, "revoked", days=2))
    assert keydesk("expiring").code == 0
    ends_in(present, application, "live", days=2)
    assert keydesk("expiring").code == 1
    present.applications.change(application.id, ApplicationChanges(enabled=False))
    assert keydesk("expiring").code == 0


def test_missing_database_is_no_good_news(keydesk: Keydesk, path: Path) -> None:
    ran = keydesk("expiring")
    assert (ran.code, ran.out) == (3, "")
    assert str(path) in ran.err
