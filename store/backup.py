"""A consistent copy of a database in use, for its owner only."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from core.rules.errors import Refusal
from store.birth import make_private_file


def back_up(engine: Engine, target: Path) -> None:
    """Copy the SQLite database behind *engine* to *target*, a new file of mode 0600."""
    if engine.dialect.name != "sqlite":
        raise Refusal("Back up a database server with its own tools, such as pg_dump.")
    try:
        # SQLite would create it readable for everybody.
        make_private_file(target)
    except FileExistsError:
        raise Refusal(f"{target} exists already; name a new file.") from None
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}.") from None
    try:
        _copy(engine, target)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise Refusal(f"{target} could not be written in full: {error}.") from None


def _copy(engine: Engine, target: Path) -> None:
    with engine.connect() as source, closing(sqlite3.connect(target)) as copy:
        raw = source.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.backup(copy)
        # One file that can be carried away: no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
