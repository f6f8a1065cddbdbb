"""Bringing an older database up to date: a backup first, then Alembic, under one write lock."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from store.backup import back_up
from store.engine import WRITING
from store.schema import CURRENT

SCRIPTS = Path(__file__).parent


def upgrade(engine: Engine, path: Path | None, *, scripts: Path = SCRIPTS, target: str = CURRENT) -> None:
    """Migrate to *target*; where the database is a file, a copy of what it was before stays beside it."""
    with _write_lock(engine) as connection:
        before = _revision(connection)
        # Another process may have done it while this one waited for the lock.
        if before == target:
            return
        if path is not None and before is not None:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            back_up(engine, path.with_name(f"{path.name}.before-{target}-{stamp}"))
        _run(connection, scripts, target)


@contextmanager
def _write_lock(engine: Engine) -> Iterator[Connection]:
    """Give the one connection that may write, with foreign keys off on SQLite, and checked before the commit.

    SQLite alters most things about a table by building another and dropping the old one: with foreign keys on,
    everything that refers to its rows would be deleted with it.
    """
    with engine.connect().execution_options(**WRITING) as connection:
        driver = connection.connection.dbapi_connection
        sqlite = driver if isinstance(driver, sqlite3.Connection) else None
        with connection.begin() if sqlite is None else _foreign_keys_off(connection, sqlite):
            yield connection


@contextmanager
def _foreign_keys_off(connection: Connection, driver: sqlite3.Connection) -> Iterator[None]:
    driver.execute("PRAGMA foreign_keys = OFF")  # has no effect once a transaction has begun
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            assert broken is None, f"a migration leaves a reference to nothing: {broken}"
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def revision_of(engine: Engine) -> str | None:
    """Return the revision that the database says it has, or None for a bare one."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection, scripts: Path, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
