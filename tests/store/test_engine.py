"""What every connection promises."""

import sqlite3
import stat
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from store.database import Database, open_database
from store.engine import BUSY_SECONDS, sqlite_engine
from tests.staging import plain_sql

PROMISES = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": BUSY_SECONDS * 1000,
}


def test_every_connection_keeps_the_promises_however_many_there_are(database: Database) -> None:
    with ExitStack() as open_at_once:
        for _ in range(5):
            connection = open_at_once.enter_context(database.engine.connect())
            kept = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PROMISES}
            assert kept == PROMISES


def test_writing_takes_the_lock_at_the_beginning(database: Database, path: Path) -> None:
    with (
        database.transaction(),
        closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_reading_goes_on_while_somebody_writes_and_sees_nothing_of_it_before_the_end(database: Database) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE audit_head SET count = 7")
        with database.read() as reader:
            assert reader.connection().exec_driver_sql("SELECT count FROM audit_head").scalar() == 0
    with database.read() as reader:
        assert reader.connection().exec_driver_sql("SELECT count FROM audit_head").scalar() == 7


def test_one_read_is_one_moment_even_when_somebody_commits_in_between(database: Database) -> None:
    with database.read() as reader:
        assert reader.connection().exec_driver_sql("SELECT count FROM audit_head").scalar() == 0
        plain_sql(database, "UPDATE audit_head SET count = 7")
        assert reader.connection().exec_driver_sql("SELECT count FROM audit_head").scalar() == 0


def test_an_error_of_the_database_tells_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as error:
        plain_sql(database, "INSERT INTO audit_head (id, count, hash) VALUES (1, 0, :hash)", hash="told-to-nobody")
    assert "told-to-nobody" not in str(error.value)


def test_every_file_of_the_database_is_for_its_owner_only(home: Path, path: Path) -> None:
    database = open_database(path)
    plain_sql(database, "UPDATE audit_head SET count = 1")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in home.iterdir()}
    database.close()
    assert modes == dict.fromkeys(("keydesk.db", "keydesk.db-wal", "keydesk.db-shm"), 0o600)


def test_closing_folds_the_log_into_the_file(home: Path, path: Path) -> None:
    database = open_database(path)
    plain_sql(database, "UPDATE audit_head SET count = 1")
    database.change_mark()
    database.close()
    assert [file.name for file in home.iterdir()] == ["keydesk.db"]


def test_text_that_is_not_utf_8_is_read_as_such_and_stops_nothing(database: Database) -> None:
    plain_sql(database, "UPDATE audit_head SET hash = CAST(x'61ff62' AS TEXT)")
    with database.read() as session:
        assert session.connection().exec_driver_sql("SELECT hash FROM audit_head").scalar() == "a\ufffdb"


def test_a_path_with_every_odd_character_is_that_path(home: Path) -> None:
    odd = home / "what?is=this&that#50%25.db"
    open_database(odd).close()
    assert [file.name for file in home.iterdir()] == [odd.name]
    open_database(odd).close()


def test_a_database_that_went_away_is_not_made_anew_by_a_connection(path: Path) -> None:
    engine = sqlite_engine(path)
    with pytest.raises(OperationalError), engine.connect():
        pass
    engine.dispose()
    assert not path.exists()
