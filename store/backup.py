"""A consistent copy of a database in use, for its owner only."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from core.rules.errors import Refusal
from store.new_file import new_file


def back_up(engine: Engine, target: Path) -> None:
    """Copy the SQLite database behind *engine* to *target*, a new file of mode 0600."""
    if engine.dialect.name != "sqlite":
        raise Refusal("Back up a database server with its own tools, such as pg_dump.")
    # Made before SQLite comes to it: that would create it readable for everybody.
    with new_file(target):
        _copy(engine, target)


def _copy(engine: Engine, target: Path) -> None:
    with engine.connect() as source, closing(sqlite3.connect(target)) as copy:
        raw = source.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.backup(copy)
        # One file that can be carried away: no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
