"""Engines: one URL becomes connections that keep our promises about durability and locking."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from core.rules.errors import UnfitPlace

BUSY_SECONDS = 15
"""How long a writer waits for another one before it gives up."""

CONNECTIONS = 64
"""More than the HTTP face has threads: who waits for the write lock shall not keep a reader waiting as well."""

_BEGIN = "keydesk_begin"
WRITING = {_BEGIN: "BEGIN IMMEDIATE"}
"""Execution options of a connection whose transaction will write: it takes the lock at once, not halfway."""
_ALONE = {_BEGIN: ""}

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Under NORMAL a power cut can bring a revoked secret back.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


def sqlite_engine(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine for the SQLite file at *path*, which no connection makes anew if it has gone."""
    url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(
        url, connect_args={"timeout": busy_seconds}, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def server_engine(url: str) -> Engine:
    """Return an engine for a database server, such as PostgreSQL; raises `UnfitPlace` where there can be none."""
    try:
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, ValueError):
        raise UnfitPlace("This database URL is not one that SQLAlchemy can open.") from None
    except ModuleNotFoundError as error:
        raise UnfitPlace(f"A database of this kind needs the Python package {error.name}.") from None


def alone(engine: Engine) -> Connection:
    """Return a connection on which every statement stands by itself and sees what was committed before it."""
    if engine.dialect.name == "sqlite":
        # Without a BEGIN each statement is a transaction. The driver's own AUTOCOMMIT would be undone by the pool.
        return engine.connect().execution_options(**_ALONE)
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN is deferred and comes late; `_begin` says it instead.
    connection.isolation_level = None
    # Text that is not UTF-8 comes from another hand; it is drawn as such, and stops no list.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.row_factory = _without_blobs
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _without_blobs(_cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Read a blob as the text that should be there: we store none, but SQLite takes one into any column."""
    if bytes not in map(type, row):
        return row
    return tuple(value.decode(errors="replace") if isinstance(value, bytes) else value for value in row)


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)
