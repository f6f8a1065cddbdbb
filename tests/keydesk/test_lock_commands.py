"""`keydesk lock`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, log_on

Keydesk = Callable[..., Any]


@pytest.fixture
def locked(database: Database, application: ApplicationView) -> Services:
    """Services at the present time, which is the commands', with the client ID just locked."""
    services = compose(database, Clock(datetime.now(UTC)))
    for _ in range(5):
        log_on(services, application.client_id, source="10.0.0.7")
    return services


def test_json_of_an_open_lock(keydesk: Keydesk, application: ApplicationView) -> None:
    ran = keydesk("lock", "show", "billing-api", "--json")
    assert ran.code == 0
    assert ran.document == {"locked": False, "locked_until": None, "failed_logons": 0, "limit": 5, "failures": []}


def test_json_of_a_lock_lists_the_failures_with_reason_and_source(keydesk: Keydesk, locked: Services) -> None:
    shown = keydesk("lock", "show", "billing-api", "--json").document
    assert (shown["locked"], shown["failed_logons"], shown["limit"]) == (True, 5, 5)
    assert shown["locked_until"].endswith("Z")
    assert [list(failure) for failure in shown["failures"]] == [["at", "reason", "source", "count"]] * 2
    assert {(each["reason"], each["source"]) for each in shown["failures"]} == {("wrong secret", "10.0.0.7")}
    assert sum(each["count"] for each in shown["failures"]) == 5


def test_show_says_it_in_words(keydesk: Keydesk, locked: Services) -> None:
    out = keydesk("lock", "show", "billing-api").out
    assert "locked" in out
    assert "5 of 5" in out
    assert "wrong secret" in out


def test_unlock_opens_a_locked_client_id(keydesk: Keydesk, locked: Services) -> None:
    ran = keydesk("lock", "unlock", "billing-api", "--json")
    assert (ran.code, ran.document["locked"], ran.document["failed_logons"]) == (0, False, 0)
    assert ran.err == "The client ID of “billing-api” is open again.\n"


def test_unlock_of_an_open_one_is_refused(keydesk: Keydesk, application: ApplicationView) -> None:
    ran = keydesk("lock", "unlock", "billing-api")
    assert (ran.code, ran.out, ran.err) == (1, "", "The client ID of “billing-api” is not locked.\n")
