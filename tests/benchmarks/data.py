"""Databases of any size, of believable applications: written by plain SQL, because 500,000 hashes would take days."""

import random
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from core.rules.secret_format import ALPHABET, IDENTIFIER_LENGTH, PREFIX
from store.database import open_database

SECRETS_EACH = 5
FIRST_NAME = "access-portal"
"""The application on the first line of the list, in every database."""
RARE_NAME = "zeppelin-manifests"
"""One application of every database; no other text has its beginning in it."""
RARE_HINT = "kd_7Rare0ne"

_WHO = ("billing", "payroll", "warehouse", "returns", "loyalty", "search", "shipping", "tariff", "invoice", "claims")
_WHAT = ("export", "sync", "gateway", "reports", "worker", "importer", "webhooks", "archive", "portal", "scheduler")
_FOR = ("finance", "the shop", "logistics", "the call centre", "partners", "the data team", "operations")
# Of the value that nobody has any more; its form is what the table's constraint looks at.
_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$0nT5sQ0zXn6w1mZ1p3k9Yt8cVb7eLr2aHj4uGf5dKsM"
_NOW = datetime.now(UTC)


def build(path: Path, applications: int) -> Path:
    """Make a database of so many applications with five secrets each, and return its path."""
    open_database(path).close()
    chance = random.Random(applications)
    rows = [_application(chance, name) for name in _names(applications)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO applications (id, name, name_key, description, description_key, client_id, enabled,"
            " locking_enabled, failed_logons, introspects, token_lifetime, scopes, created_at)"
            " VALUES (:id, :name, :name, :description, lower(:description), :client_id, 1, 1, 0, 0, 30, '', :at)",
            rows,
        )
        connection.executemany(
            "INSERT INTO client_secrets (id, application_id, slot, hint, hash, description, for_application,"
            " for_application_users, for_openid, created_at, created_by, expires_at, last_used_at, use_count)"
            " VALUES (:id, :application_id, :slot, :hint, :hash, 'Made in bulk', 1, 0, 0, :at, 'benchmark',"
            " :expires_at, :last_used_at, 1)",
            _secrets(chance, [str(row["id"]) for row in rows]),
        )
    return path


def _names(count: int) -> Iterator[str]:
    yield FIRST_NAME
    yield RARE_NAME
    numbered = product(range(1, count), _WHO, _WHAT)
    for number, who, what in (next(numbered) for _ in range(count - 2)):
        yield f"{who}-{what}-{number:04}"


def _application(chance: random.Random, name: str) -> dict[str, object]:
    return {
        "id": _uuid(chance),
        "name": name,
        "description": f"{name.split('-')[1].title()} for {chance.choice(_FOR)}, run by team {chance.randrange(90)}",
        "client_id": _uuid(chance),
        "at": _moment(_NOW - timedelta(days=400)),
    }


def _secrets(chance: random.Random, applications: list[str]) -> Iterator[dict[str, object]]:
    for place, application_id in enumerate(applications):
        for slot in range(1, SECRETS_EACH + 1):
            yield {
                "id": _uuid(chance),
                "application_id": application_id,
                "slot": slot,
                "hint": RARE_HINT if place == slot == 1 else _hint(chance),
                "hash": _HASH,
                "at": _moment(_NOW - timedelta(days=300)),
                "expires_at": _moment(_NOW + timedelta(days=chance.randrange(1, 700))),
                "last_used_at": _moment(_NOW - timedelta(minutes=chance.randrange(90_000))),
            }


def _hint(chance: random.Random) -> str:
    return PREFIX + "".join(chance.choices(ALPHABET, k=IDENTIFIER_LENGTH))


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _moment(when: datetime) -> str:
    """Write a moment as the store does in SQLite."""
    return when.strftime("%Y-%m-%d %H:%M:%S.%f")
