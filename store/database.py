"""The Database: read(), transaction(), and whether somebody else has changed something since."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, PoolProxiedConnection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from core.rules.errors import Refusal
from store import birth, place
from store.engine import WRITING, server_engine, sqlite_engine
from store.schema import migration_is_due

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "Another program has kept the database locked for too long: try again.",
    sqlite3.SQLITE_FULL: "The disk is full: make room and try again.",
    sqlite3.SQLITE_IOERR: "The database cannot be read or written: the disk may be full or failing.",
    sqlite3.SQLITE_READONLY: "The database may not be written.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened: it may have been moved.",
}


class Database:
    """An open database. One service method opens at most one `transaction()`, and closes it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._watcher: PoolProxiedConnection | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for one consistent look; nothing that it changes is kept."""
        with _said_in_words(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose changes are committed at the end, or not at all.

        SQLite takes the write lock at the beginning (BEGIN IMMEDIATE), so what is read first stays true.
        """
        with (
            _said_in_words(),
            self.engine.connect().execution_options(**WRITING) as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()

    def change_mark(self) -> object:
        """Return a value that differs from the last one when another connection has committed since.

        Not for several threads at once: it reads by one connection of its own.
        """
        if self.engine.dialect.name != "sqlite":
            with self.engine.connect() as connection:
                return connection.scalar(text("SELECT hash FROM audit_head"))
        if self._watcher is None:
            # The driver's own: SQLAlchemy's would begin a transaction, in which nothing ever seems to change.
            self._watcher = self.engine.raw_connection()
        cursor = self._watcher.cursor()
        (version,) = cursor.execute("PRAGMA data_version").fetchone()
        cursor.close()
        return version

    def close(self) -> None:
        """Close every connection; the last one to leave folds SQLite's log into the file."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self.engine.dispose()


@contextmanager
def _said_in_words() -> Iterator[None]:
    """Turn what an operator can act on into a refusal; whatever else goes wrong with a database is a defect."""
    try:
        yield
    except OperationalError as error:
        sentence = _SENTENCES.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)  # without the finer code
        if sentence is None:
            raise
        raise Refusal(f"{sentence} Nothing was changed.") from None


def open_database(location: str | Path) -> Database:
    """Open the database at a path or SQLAlchemy URL, building or migrating it where that is due.

    Raises `UnfitPlace` where it must not be used; then nothing was touched.
    """
    return _open_file(place.path_of(location)) if place.is_file(location) else _open_server(str(location))


def _open_file(path: Path) -> Database:
    revision = place.look(path)
    if revision is None:
        birth.build(path)
        revision = place.look(path)
        assert revision is not None, "a database that was just linked into place is there"
    if migration_is_due(revision, str(path)):
        _upgrade_file(path)
    return Database(sqlite_engine(path))


def _upgrade_file(path: Path) -> None:
    from store.migrations.upgrade import upgrade

    engine = sqlite_engine(path)
    try:
        upgrade(engine, path)
    finally:
        engine.dispose()


def _open_server(url: str) -> Database:
    from store.migrations.upgrade import revision_of, upgrade

    database = Database(server_engine(url))
    where = database.engine.url.render_as_string(hide_password=True)
    revision = revision_of(database.engine)
    if revision is None or migration_is_due(revision, where):
        upgrade(database.engine, None)
    return database
