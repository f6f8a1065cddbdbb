"""The cleartext of a secret is in one object and nowhere else (PRODUCT.md section 3)."""

import dataclasses
import logging
import traceback
from pathlib import Path

import pytest

from core.rules.errors import LimitReached
from core.rules.operator import Operator
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.backup import back_up
from store.database import Database
from tests.staging import fetched, log_on


def secret_parts(value: str) -> list[bytes]:
    """Return the whole and the half of what must be nowhere."""
    return [value.encode(), value[12:].encode(), value[12:33].encode(), value[33:55].encode()]


def test_the_value_is_not_in_the_database_its_log_or_a_backup(
    services: Services, application: ApplicationView, home: Path, database: Database
) -> None:
    values = []
    for number in range(5):
        issued = services.client_secrets.add(application.id, NewSecret(f"number {number}"))
        values.append(issued.value)
        log_on(services, application.client_id, issued.value)
        log_on(services, application.client_id, issued.value[:-1] + "-")
        services.verification.find(issued.value)
        services.client_secrets.edit(application.id, issued.secret.id, SecretChanges(description="edited"))
    back_up(database.engine, home / "backup.db")
    assert_nowhere_in(home, values)
    assert (home / "keydesk.db-wal").stat().st_size > 0, "there was no log to look into"
    database.close()
    assert_nowhere_in(home, values)


def assert_nowhere_in(home: Path, values: list[str]) -> None:
    for file in home.iterdir():
        content = file.read_bytes()
        assert not [value for value in values if any(part in content for part in secret_parts(value))], file.name


def test_what_is_stored_of_a_value_is_its_hint_and_an_argon2id_hash(
    services: Services, application: ApplicationView, database: Database
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    ((hint, encoded),) = fetched(database, "SELECT hint, hash FROM client_secrets")
    assert hint == issued.value[:11]
    assert str(encoded).startswith("$argon2id$")


def test_the_one_object_that_holds_a_value_does_not_show_it(services: Services, application: ApplicationView) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    for text in (repr(issued), str(issued), f"{issued}", repr([issued]), repr(dataclasses.replace(issued))):
        assert issued.value[12:] not in text
    assert isinstance(issued, IssuedSecret)
    with pytest.raises(dataclasses.FrozenInstanceError):
        issued.value = "other"  # type: ignore[misc]


def test_a_refused_secret_is_in_no_traceback_and_no_log(
    services: Services, application: ApplicationView, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    values = [services.client_secrets.add(application.id, NewSecret()).value for _ in range(20)]
    refused = log_on(services, application.client_id, values[0] + "x")
    with pytest.raises(LimitReached) as full:
        services.client_secrets.add(application.id, NewSecret())
    told = "".join(traceback.format_exception(full.value)) + repr(refused) + str(refused) + caplog.text
    assert not [value for value in values if value[12:] in told]


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        (Operator("root"), "root"),
        (Operator("keydesk", "alice from 10.0.0.7"), "alice from 10.0.0.7 (claimed, as keydesk)"),
    ],
)
def test_an_operator_is_the_account_and_never_only_what_was_claimed(operator: Operator, text: str) -> None:
    assert str(operator) == text
