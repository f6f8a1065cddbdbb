"""Which rows of the activity a filter wants, as conditions for a statement.

No index helps to look into texts, and a scan of 100,000 rows costs some 20 ms for each text; one for the time costs 10.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlmodel import col

from core.rules.activity_filter import LOGON_REFUSED, ActivityFilter, Result
from core.rules.text import folded
from store.tables import Application, AuditEvent

_CLIENT_ID = 36
"""So many characters it has; a text of another length is the client ID of no application."""
_TEXTS = (AuditEvent.actor, AuditEvent.claimed, AuditEvent.action, AuditEvent.object, AuditEvent.reason)


def conditions(application_id: str | None, wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    """Return the conditions, the cheapest first; all of them must hold. Without an application, of all."""
    return [*_plain(application_id, wanted), *_in_texts(wanted)]


def looks_at_names(wanted: ActivityFilter) -> bool:
    """Tell whether a rename or a deletion changes which rows are found, though the rows themselves never change."""
    beyond_ascii = any(not text.isascii() for text in (wanted.object, *wanted.words))
    return beyond_ascii or len(wanted.object) == _CLIENT_ID


def _plain(application_id: str | None, wanted: ActivityFilter) -> Iterator[ColumnElement[bool]]:
    if application_id is not None:
        yield col(AuditEvent.application_id) == application_id
    if wanted.since is not None:
        yield col(AuditEvent.at) >= wanted.since
    if wanted.until is not None:
        yield col(AuditEvent.at) < wanted.until
    if wanted.result is not None:
        refused = col(AuditEvent.action) == LOGON_REFUSED
        yield refused if wanted.result is Result.REFUSED else ~refused


def _in_texts(wanted: ActivityFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.action:
        yield _stands_in(wanted.action, AuditEvent.action)
    if wanted.reason:
        yield _stands_in(wanted.reason, AuditEvent.reason)
    if wanted.actor:
        yield _stands_in(wanted.actor, AuditEvent.actor, AuditEvent.claimed)
    if wanted.object:
        yield or_(_stands_in(wanted.object, AuditEvent.object), _is_named(wanted.object), _is(wanted.object))
    for word in wanted.words:
        yield or_(_stands_in(word, *_TEXTS, AuditEvent.source), _is_named(word))


def _stands_in(text: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(col(column).icontains(text, autoescape=True) for column in columns))


def _is_named(text: str) -> ColumnElement[bool]:
    """Look into the folded names that still stand, for letters whose case SQLite does not know."""
    if text.isascii():
        return false()
    names = select(col(Application.id)).where(col(Application.name_key).contains(folded(text), autoescape=True))
    return col(AuditEvent.application_id).in_(names)


def _is(text: str) -> ColumnElement[bool]:
    """Compare with what identifies an object: its own id, or its application's id or client ID."""
    wanted = text.lower()
    owner = select(col(Application.id)).where(col(Application.client_id) == wanted)
    application = col(AuditEvent.application_id)
    return or_(col(AuditEvent.object_id) == wanted, application == wanted, application.in_(owner))
