"""Adding gathered calls to what stands in the database, in one statement for all of them."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Executable, bindparam, case, or_
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, col, select

from store.columns import UtcDateTime
from store.tables import Api, ApiCaller, Application

_AT_ONCE = 1000
"""Ids in one statement, which takes some ten thousand parameters at most."""


def still_there(session: Session, of: type[Api] | type[Application], ids: Iterable[str]) -> set[str]:
    """Return those of *ids* that have a row, which cannot go before the transaction ends.

    Held in the order of the ids, and only against a delete: who changes such a row need not wait.
    """
    wanted, found = iter(sorted(set(ids))), set[str]()
    while some := list(islice(wanted, _AT_ONCE)):
        statement = select(col(of.id)).where(col(of.id).in_(some)).order_by(col(of.id))
        found.update(session.exec(statement.with_for_update(read=True, key_share=True)))
    return found


def add_calls(session: Session, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Add *rows* of callers to those that are there, or make them; in the order that they are given."""
    given = [{**row, "now": now} for row in rows]
    if given:
        session.connection().execute(_upsert(session.get_bind().dialect.name), given)


@cache
def _upsert(dialect: str) -> Executable:
    statement = _insert(dialect)(ApiCaller).values(
        {name: bindparam(name) for name in ("api_id", "application_id", "last_called_at", "calls")}
    )
    new, last = statement.excluded, col(ApiCaller.last_called_at)
    # One that is yet to come is from before the clock was set back, and would stand still until then.
    later = or_(last <= new.last_called_at, last > bindparam("now", type_=UtcDateTime()))
    made: Executable = statement.on_conflict_do_update(
        index_elements=["api_id", "application_id"],
        set_={
            "calls": col(ApiCaller.calls) + new.calls,
            "last_called_at": case((later, new.last_called_at), else_=last),
        },
    )
    return made


def _insert(dialect: str) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 2 MB that nobody needs on SQLite

        return postgresql.insert
    return sqlite.insert
