"""Rows by plain SQL, and what the database says of those that must never be."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

NOW = "2026-05-02 12:00:00.000000"
APPLICATION: dict[str, object] = {
    "id": "a",
    "name": "billing",
    "name_key": "billing",
    "client_id": "client-a",
    "enabled": 1,
    "locking_enabled": 1,
    "failed_logons": 0,
    "introspects": 0,
    "token_lifetime": 60,
    "scopes": "",
    "created_at": NOW,
}
Insert = Callable[..., int]
"""Returns how many rows went in."""


def refused(by: str) -> AbstractContextManager[pytest.ExceptionInfo[IntegrityError]]:
    return pytest.raises(IntegrityError, match=by)


def only_if(fits: bool, by: str, insert: Callable[[], int]) -> None:
    """Insert what fits, and see what does not refused by the constraint."""
    if fits:
        assert insert() == 1
        return
    with refused(by):
        insert()


def rows(session: Session, table: str) -> int:
    return int(session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
