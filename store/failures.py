"""What a database fails with in operation, in words; whatever else goes wrong with one is a defect."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from core.rules.errors import DatabaseFailed, Refusal
from store.columns import UnreadableTime

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "Another program has kept the database locked for too long: try again.",
    sqlite3.SQLITE_FULL: "The disk is full: make room and try again.",
    sqlite3.SQLITE_IOERR: "The database cannot be read or written: the disk may be full or failing.",
    sqlite3.SQLITE_READONLY: "The database may not be written.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened: it may have been moved.",
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def said_in_words() -> Iterator[None]:
    """Turn what an operator can act on into a refusal; a wrong statement and a failed constraint stay defects."""
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from None
    except NoConnectionFree:
        raise Refusal("The database is busy: try again. Nothing was changed.") from None
    except UnreadableTime:
        raise Refusal("A row holds a time that cannot be read; see: keydesk doctor.") from None


def _refusal(error: DBAPIError | sqlite3.DatabaseError) -> Refusal | None:
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, sqlite3.Error):
        return _of_sqlite(getattr(driver, "sqlite_errorcode", 0) & 0xFF)  # without the finer code
    # No statement of ours can cause these (PEP 249): the server is away, going, or has no room.
    if isinstance(error, OperationalError | InterfaceError):
        return DatabaseFailed("The database server does not answer as it should: try again.")
    return None


def _of_sqlite(code: int) -> Refusal | None:
    if code in _DAMAGED:
        return DatabaseFailed("The database is damaged: restore a backup; keydesk doctor tells more.")
    return Refusal(f"{_SENTENCES[code]} Nothing was changed.") if code in _SENTENCES else None
