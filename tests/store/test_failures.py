"""What a database fails with in operation: a refusal where an operator can act on it, a defect where we are wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlmodel import select

from core.rules.errors import DatabaseFailed
from store.database import Database
from store.failures import said_in_words
from store.tables import Application
from tests.staging import fetched, overwrite_pages, plain_sql

LOOK = text("SELECT name FROM applications")


def read(database: Database) -> object:
    with database.read() as session:
        return session.exec(select(Application)).all()


def write(database: Database) -> object:
    plain_sql(database, "UPDATE applications SET name = 'new'")
    return None


def look(database: Database) -> object:
    return database.look(text("SELECT name FROM applications"))


@pytest.mark.parametrize("act", [read, write, look])
def test_a_database_that_is_damaged_in_use_is_one_named_refusal(
    database: Database, path: Path, act: Callable[[Database], object]
) -> None:
    overwrite_pages(database, path)
    with pytest.raises(DatabaseFailed, match="The database is damaged: restore a backup"):
        act(database)
    assert not database.answers()


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_server_that_is_away_is_one_named_refusal(kind: type[OperationalError]) -> None:
    with pytest.raises(DatabaseFailed, match="does not answer as it should") as failed, said_in_words():
        raise kind("SELECT 1", {}, ConnectionError("connection to 10.0.0.9 lost: geheim"))
    assert failed.value.__suppress_context__, "the driver's words hold names that are nobody's business"


def test_a_statement_that_is_wrong_stays_a_defect(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        fetched(database, "SELECT * FROM nonsense")
    with pytest.raises(ProgrammingError), said_in_words():
        raise ProgrammingError("SELECT * FROM nonsense", {}, LookupError("as a server says it"))


def test_a_broken_constraint_stays_a_defect(database: Database) -> None:
    with pytest.raises(IntegrityError, match="NOT NULL"):
        plain_sql(database, "INSERT INTO applications (id) VALUES ('no name')")
