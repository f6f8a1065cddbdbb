"""The Database: read(), transaction(), and whether somebody else has changed something since."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from core.rules.errors import UnfitPlace
from store import birth, place
from store.engine import WRITING, server_engine, sqlite_engine
from store.schema import migration_is_due


class Database:
    """An open database. One service method opens at most one `transaction()`, and closes it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._watcher: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for one consistent look; nothing that it changes is kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose changes are committed at the end, or not at all.

        SQLite takes the write lock at the beginning (BEGIN IMMEDIATE), so what is read first stays true.
        """
        with (
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
            self._watcher = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._watcher.exec_driver_sql("PRAGMA data_version").scalar()

    def close(self) -> None:
        """Close every connection; the last one to leave folds SQLite's log into the file."""
        if self._watcher is not None:
            self._watcher.close()
        self.engine.dispose()


def open_database(location: str | Path) -> Database:
    """Open the database at a path or SQLAlchemy URL, building or migrating it where that is due.

    Raises `UnfitPlace` where it must not be used; then nothing was touched.
    """
    if isinstance(location, str) and "://" in location and not location.startswith("sqlite:"):
        return _open_server(location)
    return _open_file(path_of(location))


def path_of(location: str | Path) -> Path:
    """Return the file that a path or an SQLite URL names."""
    text_of = str(location)
    for prefix in ("sqlite:///", "sqlite+pysqlite:///"):
        text_of = text_of.removeprefix(prefix)
    if not text_of or text_of == ":memory:" or "://" in text_of:
        raise UnfitPlace("A database in memory would be gone at the end: name a file.")
    return Path(text_of).expanduser()


def _open_file(path: Path) -> Database:
    revision = place.look(path)
    if revision is None:
        birth.build(path)
        revision = place.look(path)
        assert revision is not None, "a database that was just linked into place is there"
    due = migration_is_due(revision, str(path))
    database = Database(sqlite_engine(path))
    if due:
        from store.migrations.upgrade import upgrade

        upgrade(database.engine, path)
    return database


def _open_server(url: str) -> Database:
    from store.migrations.upgrade import revision_of, upgrade

    database = Database(server_engine(url))
    where = database.engine.url.render_as_string(hide_password=True)
    revision = revision_of(database.engine)
    if revision is None or migration_is_due(revision, where):
        upgrade(database.engine, None)
    return database
