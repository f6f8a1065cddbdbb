"""Which applications a search finds: by name, description or client ID, or by the beginning of a secret's hint."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, false, func, or_, select
from sqlmodel import Session, col

from core.rules.secret_format import PREFIX
from core.rules.text import folded
from store.tables import Application, ClientSecret

_FEW = 500
_OF_AN_ID = frozenset("0123456789abcdef-")
_BY_CHANCE = 3
"""Letters that do not say `kd_` begin a hint only if there are so many: fewer begin too many hints."""


@dataclass(frozen=True)
class Found:
    """How many applications a search has found, and the conditions that pick them in this transaction."""

    total: int
    conditions: tuple[ColumnElement[bool], ...] = ()


def find(session: Session, search: str) -> Found:
    """Search once. Few finds are picked by their ids from then on: no index helps to look into texts again.

    The beginning that all hints have narrows nothing yet.
    """
    if not search or search.lower() == PREFIX:
        return Found(_count(session))
    by_text = in_texts(search)
    owners = select(col(ClientSecret.application_id)).where(begins_hint(search, col(ClientSecret.hint)))
    # Apart, because the scan of the texts is quicker if it need not look for each row among the owners.
    ids = set(_some(session, owners.distinct()))
    if len(ids) <= _FEW:
        ids.update(_some(session, select(col(Application.id)).where(by_text)))
    if len(ids) <= _FEW:
        return Found(len(ids), (col(Application.id).in_(ids),))
    has_it = or_(by_text, col(Application.id).in_(owners))
    return Found(_count(session, has_it), (has_it,))


def _some(session: Session, ids: Select[Any]) -> Sequence[str]:
    """Return all of them, or so many that they are not few."""
    return session.scalars(ids.limit(_FEW + 1)).all()


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.count()).select_from(Application).where(*conditions)) or 0)


def in_texts(search: str) -> ColumnElement[bool]:
    """Look into every text of an application, and into none that cannot have it: each costs a fifth of the scan."""
    key = folded(search)
    name_key, client_id = col(Application.name_key), col(Application.client_id)
    return or_(
        name_key.contains(key, autoescape=True),
        col(Application.description_key).contains(key, autoescape=True),
        client_id.contains(key, autoescape=True) if _OF_AN_ID.issuperset(key) else false(),
        # Texts that plain SQL has put there have no such keys.
        and_(col(Application.name) != name_key, col(Application.name).contains(search, autoescape=True)),
        col(Application.description).contains(search, autoescape=True),
    )


def begins_hint(search: str, hint: ColumnExpressionArgument[str]) -> ColumnElement[bool]:
    """Pick by the beginning of a hint, with or without its `kd_`: a range of an index where there is one, no scan."""
    identifier = search.lower().removeprefix(PREFIX)
    if identifier == search.lower() and len(search) < _BY_CHANCE:
        return false()
    start, lower = PREFIX + identifier, func.lower(hint)
    return and_(lower >= start, lower < start + "\U0010ffff")
