"""How a new database comes into the world: built whole under another name, then linked into place.

A process killed at any moment leaves either no database or a complete one, and of several that start at
once one builds the database that all of them use.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from core.rules.errors import UnfitPlace
from store.engine import WRITING, alone, sqlite_engine
from store.place import BIRTH_SUFFIX, look, side_files
from store.schema import APPLICATION_ID, CURRENT

GENESIS = "0" * 64
"""The hash before the first row of the activity."""

_VERSION_TABLE = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def build(path: Path) -> None:
    """Make an empty database of the current schema at *path*; harmless where another process was faster."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}{BIRTH_SUFFIX}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _build_whole_and_link(temporary, path)
        sync_directory(path.parent)
    except OSError as error:
        raise UnfitPlace(f"{path} cannot be made: {error.strerror}.") from None
    except OperationalError as error:
        raise UnfitPlace(f"{path} cannot be made: {error.orig}.") from None


def make_private_file(path: Path) -> None:
    """Create *path* for its owner only, before anything fills it; refuses an existing one."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def sync_directory(directory: Path) -> None:
    """Have the names in *directory* survive a power cut, as what the files hold does."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def create_schema(connection: Connection) -> None:
    """Make all tables, the version row and the head of the activity's chain."""
    from store.tables import AuditHead, Table

    Table.metadata.create_all(connection)
    # The table that Alembic would make, with its name and type.
    connection.execute(text(_VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": CURRENT})
    connection.execute(AuditHead.__table__.insert().values(id=1, count=0, hash=GENESIS))  # type: ignore[attr-defined]


def _build_whole_and_link(temporary: Path, path: Path) -> None:
    make_private_file(temporary)
    try:
        _build_whole(temporary)
        _check_kept(temporary, path)
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        for name in (temporary, *side_files(temporary)):
            name.unlink(missing_ok=True)


def _build_whole(temporary: Path) -> None:
    engine = sqlite_engine(temporary)
    try:
        with engine.connect().execution_options(**WRITING) as connection, connection.begin():
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            create_schema(connection)
        _fold_log(engine)
    finally:
        engine.dispose()


def _fold_log(engine: Engine) -> None:
    """Bring the log into the file, so that one name is the whole database.

    The last connection to close would do it too, but says nothing where the disk is full.
    """
    with alone(engine) as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        assert not busy, "nobody else knows the temporary name"


def _check_kept(temporary: Path, path: Path) -> None:
    """Look at what was built as the next start will: what is linked once is refused for ever if it is not whole."""
    try:
        look(temporary)
    except UnfitPlace:
        raise UnfitPlace(f"{path} cannot be made: the disk does not keep what is written to it.") from None
