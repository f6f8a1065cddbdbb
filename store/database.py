"""The Database: read(), transaction(), and whether somebody else has changed something since."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, Executable, PoolProxiedConnection, Row, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from core.rules.errors import DatabaseFailed, Refusal, UnfitPlace
from store import birth, place
from store.engine import WRITING, server_engine, sqlite_engine
from store.failures import said_in_words
from store.kept import KeptConnection, Made
from store.opened_file import OpenedFile
from store.schema import migration_is_due


class Database:
    """An open database. One service method opens at most one `transaction()`, and closes it."""

    def __init__(self, engine: Engine, file: OpenedFile | None = None) -> None:
        self.engine = engine
        self._file = file
        self._watcher: PoolProxiedConnection | None = None
        self._watching = Lock()
        self._kept = KeptConnection(engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for one consistent look; nothing that it changes is kept."""
        self._refuse_another()
        with said_in_words(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose changes are committed at the end, or not at all.

        SQLite takes the write lock at the beginning (BEGIN IMMEDIATE), so what is read first stays true.
        """
        self._refuse_another()
        with (
            said_in_words(),
            self.engine.connect().execution_options(**WRITING) as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()

    def look(self, statement: Executable, **parameters: Any) -> Row[Any] | None:
        """Return the first row of a fixed statement: a look of some 20 microseconds, where a session takes 200."""
        self._refuse_another()
        with said_in_words():
            return self._kept.first(statement, **parameters)

    def fresh(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what *make* makes of looks into the database, made anew where anybody has committed since.

        Since this call, or since the first of those that share a look with it (`share_looks`).
        """
        self._refuse_another()
        try:
            return self._kept.fresh(key, make)
        except Exception as problem:
            # Which of them have words is known there; nothing is set up beforehand, for this is asked at every request.
            with said_in_words():
                raise problem

    def share_looks(self, shares: bool) -> None:
        """Let the calls of `fresh` by this thread, from now on, go by what had been committed at the first of them.

        Until it is told to share no longer. For what arrived together, so that one moment decides about all of it.
        """
        self._kept.share(shares)

    def answers(self) -> bool:
        """Tell whether a look into a table succeeds: it needs the file, where a constant would not."""
        try:
            return self.look(text("SELECT count FROM audit_head")) is not None
        except (DatabaseFailed, DatabaseError):  # or the table is not there
            return False

    def change_mark(self) -> object:
        """Return a value that differs from the last one when another connection has committed since."""
        self.look_at_place()
        with said_in_words():
            if self.engine.dialect.name == "sqlite":
                return self._data_version()
            with self.engine.connect() as connection:
                return connection.scalar(text("SELECT hash FROM audit_head"))

    def look_at_place(self) -> None:
        """Look whether the file is still at its path; where not, everything raises `DatabaseFailed` from now on.

        To be called each second by whoever goes on for long. A file that is put back is taken again.
        """
        if self._file is not None:
            self._file.look()
        self._refuse_another()

    def close(self) -> None:
        """Close every connection; the last one to leave folds SQLite's log into the file."""
        with self._watching:  # SQLite would be taken apart while it answers, which ends the process
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._kept.close()
        self.engine.dispose()

    def _refuse_another(self) -> None:
        if self._file is not None:
            self._file.refuse_another()

    def _data_version(self) -> object:
        with self._watching:
            if self._watcher is None:
                # The driver's own: SQLAlchemy's would begin a transaction, in which nothing ever seems to change.
                self._watcher = self.engine.raw_connection()
            cursor = self._watcher.cursor()
            (version,) = cursor.execute("PRAGMA data_version").fetchone()
            cursor.close()
            return version


def open_database(location: str | Path) -> Database:
    """Open the database at a path or SQLAlchemy URL, building or migrating it where that is due.

    Raises `UnfitPlace` where it must not be used; then nothing was touched.
    """
    return _open_file(place.path_of(location)) if place.is_file(location) else _open_server(str(location))


def revision_at(location: str | Path) -> str | None:
    """Return the schema revision of the database at *location*, or None where there is none yet; makes nothing.

    Raises `UnfitPlace` where it must not be used.
    """
    return place.look(place.path_of(location)) if place.is_file(location) else _revision_on_server(str(location))


def named(location: str | Path) -> str:
    """Return how a sentence names the database at *location*: by its path, or by its URL without the password."""
    if place.is_file(location):
        return str(place.path_of(location))
    return make_url(str(location)).render_as_string(hide_password=True)


def _open_file(path: Path) -> Database:
    revision = place.look(path)
    if revision is None:
        birth.build(path)
        revision = place.look(path)
        assert revision is not None, "a database that was just linked into place is there"
    if migration_is_due(revision, str(path)):
        _upgrade_file(path)
    return Database(sqlite_engine(path), OpenedFile(path))


def _upgrade_file(path: Path) -> None:
    from store.migrations.upgrade import upgrade

    engine = sqlite_engine(path)
    try:
        upgrade(engine, path)
    except Refusal as refusal:  # of the copy that is made before
        raise UnfitPlace(refusal.sentence) from None
    finally:
        engine.dispose()


def _open_server(url: str) -> Database:
    from store.migrations.upgrade import upgrade

    revision = _revision_on_server(url)
    engine = server_engine(url)
    if revision is None or migration_is_due(revision, named(url)):
        upgrade(engine, None)
    return Database(engine)


def _revision_on_server(url: str) -> str | None:
    from store.migrations.upgrade import revision_of

    engine = server_engine(url)
    try:
        return revision_of(engine)
    finally:
        engine.dispose()
