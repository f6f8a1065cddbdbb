"""The Database: transactions, looks, and the mark that tells of other people's changes."""

import resource
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import ClauseElement, text
from sqlmodel import select

from core.rules.errors import Refusal, UnfitPlace
from store.database import Database, open_database
from store.engine import sqlite_engine
from store.queries.standing import OF_SUBJECT
from store.schema import REVISIONS
from store.tables import Application
from tests.processes import alone
from tests.staging import NOON, fetched, plain_sql


def an_application(name: str = "billing", created_at: datetime = NOON) -> Application:
    return Application(id=name, name=name, name_key=name, client_id=f"client-{name}", created_at=created_at)


def fail_after_adding(database: Database) -> None:
    with database.transaction() as session:
        session.add(an_application())
        session.flush()
        _ = 1 / 0


def test_a_transaction_keeps_everything_or_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_adding(database)
    assert fetched(database, "SELECT * FROM applications") == []


def test_what_is_pending_at_the_end_of_a_transaction_is_written(database: Database) -> None:
    with database.transaction() as session:
        session.add(an_application())
    assert fetched(database, "SELECT name FROM applications") == [("billing",)]


def test_nothing_that_a_look_changes_is_kept(database: Database) -> None:
    with database.read() as session:
        session.add(an_application())
        session.flush()
    assert fetched(database, "SELECT * FROM applications") == []


def test_rows_can_be_read_after_the_session_is_closed(database: Database) -> None:
    with database.transaction() as session:
        row = an_application()
        session.add(row)
    assert row.name == "billing"


def test_a_moment_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    moment = datetime(2026, 5, 2, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with database.transaction() as session:
        session.add(an_application(created_at=moment))
    assert fetched(database, "SELECT created_at FROM applications") == [("2026-05-01 19:32:03.456789",)]
    with database.read() as session:
        stored = session.exec(select(Application)).one().created_at
    assert (stored, stored.tzinfo) == (moment, UTC)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs a zone"), database.transaction() as session:
        session.add(an_application(created_at=NOON.replace(tzinfo=None)))


def test_stored_moments_sort_as_text_in_the_order_of_time(database: Database) -> None:
    moments = [NOON + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000, 10**12)]
    with database.transaction() as session:
        for number, moment in enumerate(moments):
            session.add(an_application(str(number), moment))
    sorted_by_text = fetched(database, "SELECT id FROM applications ORDER BY created_at")
    assert [row[0] for row in sorted_by_text] == list("01234")


def test_the_change_mark_stays_while_nobody_else_commits(database: Database) -> None:
    mark = database.change_mark()
    with database.read() as session:
        session.exec(select(Application)).all()
    assert database.change_mark() == mark


def test_the_change_mark_differs_after_each_commit_of_another_process(database: Database, path: Path) -> None:
    other = open_database(path)
    marks = [database.change_mark()]
    for count in range(1, 4):
        plain_sql(other, "UPDATE audit_head SET count = :count", count=count)
        marks.append(database.change_mark())
    other.close()
    assert len(set(marks)) == 4


def test_the_change_mark_may_be_asked_for_by_one_thread_after_another(database: Database, path: Path) -> None:
    marks = set()
    for count in range(1, 4):
        plain_sql(database, "UPDATE audit_head SET count = :count", count=count)
        with ThreadPoolExecutor(1) as thread:
            marks.add(thread.submit(database.change_mark).result())
    assert len(marks) == 3


def test_asking_for_the_change_mark_keeps_nobody_from_writing_or_from_folding_the_log(
    database: Database, path: Path
) -> None:
    database.change_mark()
    plain_sql(database, "UPDATE audit_head SET count = 1")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        busy, in_log, folded_in = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, in_log, folded_in) == (0, 0, 0)


@pytest.mark.parametrize("location", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "sqlite:///"])
def test_a_database_in_memory_is_refused(location: str) -> None:
    with pytest.raises(UnfitPlace, match="in memory"):
        open_database(location)


@pytest.mark.parametrize("prefix", ["", "sqlite:///", "sqlite+pysqlite:///"])
def test_a_path_and_its_url_name_the_same_file(prefix: str, path: Path) -> None:
    open_database(f"{prefix}{path}").close()
    assert path.exists()


@pytest.mark.parametrize("prefix", ["sqlite:///", "sqlite+pysqlite:///"])
def test_an_sqlite_url_with_a_query_is_refused(prefix: str, path: Path) -> None:
    with pytest.raises(UnfitPlace, match="name the file alone"):
        open_database(f"{prefix}{path}?mode=ro")
    assert list(path.parent.iterdir()) == []


def test_a_session_of_a_failed_transaction_leaves_the_connection_usable(database: Database) -> None:
    for _ in range(20):  # more often than the pool has connections
        with pytest.raises(ZeroDivisionError):
            fail_after_adding(database)
    plain_sql(database, "UPDATE audit_head SET count = 1")


def test_a_lock_that_another_program_keeps_is_a_refusal_in_words(database: Database, path: Path) -> None:
    database.change_mark()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        impatient = Database(sqlite_engine(path, busy_seconds=0))
        with pytest.raises(Refusal) as refused:
            plain_sql(impatient, "UPDATE audit_head SET count = 1")
        impatient.close()
    assert refused.value.sentence == (
        "Another program has kept the database locked for too long: try again. Nothing was changed."
    )


def test_a_full_disk_is_a_refusal_in_words_and_changes_nothing(path: Path) -> None:
    open_database(path).close()
    assert alone(refusals_on_a_full_disk, str(path)) == [["billing"], True]


def refusals_on_a_full_disk(path: str) -> list[object]:
    """Return the names after a change that found no room, and whether that was said."""
    database = open_database(path)
    with database.transaction() as session:
        session.add(an_application())
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    with pytest.raises(Refusal) as refused:
        plain_sql(database, "UPDATE applications SET name = 'full', scopes = :long", long="read " * 50_000)
    names = [name for (name,) in fetched(database, "SELECT name FROM applications")]
    database.close()
    return [names, "disk" in refused.value.sentence]


def test_a_database_that_was_moved_away_is_a_refusal_in_words(database: Database, path: Path) -> None:
    path.rename(path.with_name("moved.db"))
    with pytest.raises(Refusal, match="it may have been moved"):
        fetched(database, "SELECT * FROM applications")
    assert not path.exists()


def test_the_change_mark_of_a_database_that_was_moved_away_is_a_refusal_in_words(
    database: Database, path: Path
) -> None:
    path.rename(path.with_name("moved.db"))
    with pytest.raises(Refusal, match="was replaced or removed while it was in use"):
        database.change_mark()


def test_closing_waits_for_whoever_looks_for_changes(path: Path) -> None:
    """Else SQLite's connection would be taken apart while it answers, which ends the process."""
    assert alone(looks_while_it_is_closed, str(path)) == "alive"


def looks_while_it_is_closed(path: str) -> str:
    database = open_database(path)
    with ThreadPoolExecutor(1) as threads:
        for number in range(400):
            looks = threads.submit(lambda: [database.change_mark() for _ in range(100)])
            time.sleep(number % 40 / 40_000)  # somewhere among them
            database.close()
            looks.result()
    database.close()
    return "alive"


def test_a_migration_that_finds_no_room_for_its_backup_leaves_the_place_unfit(path: Path) -> None:
    sentence = alone(sentence_of_a_migration_without_room, str(path))
    assert "could not be written in full" in sentence
    assert [file.name for file in path.parent.glob("keydesk.db.before*")] == []


def sentence_of_a_migration_without_room(path: str) -> str:
    database = open_database(path)
    plain_sql(database, "UPDATE alembic_version SET version_num = :first", first=REVISIONS[0])
    database.close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    with pytest.raises(UnfitPlace) as refused:
        open_database(path)
    return refused.value.sentence


def test_whom_an_issuer_speaks_of_is_found_by_an_index(database: Database) -> None:
    asked = {"issuer": "i", "subject": "s", "audience": "a", "default": None, "client_id": None}
    assert isinstance(OF_SUBJECT, ClauseElement)
    statement = OF_SUBJECT.params(asked).compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.engine.connect() as connection:
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all())
    assert "USING INDEX ix_jwt_trusts_issuer_subject (issuer=? AND subject=?)" in plan
