"""Engines: one URL becomes connections that keep our promises about durability and locking."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

BUSY_SECONDS = 15
"""How long a writer waits for another one before it gives up."""

_BEGIN = "keydesk_begin"
WRITING = {_BEGIN: "BEGIN IMMEDIATE"}
"""Execution options of a connection whose transaction will write: it takes the lock at once, not halfway."""

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
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def server_engine(url: str) -> Engine:
    """Return an engine for a database server, such as PostgreSQL."""
    return create_engine(url, pool_pre_ping=True, hide_parameters=True)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN is deferred and comes late; `_begin` says it instead.
    connection.isolation_level = None
    # Text that is not UTF-8 comes from another hand; it is drawn as such, and stops no list.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
