"""Which applications a search finds: by name, description or client ID, or by the beginning of a secret's hint."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlmodel import Session, col

from core.rules.secret_format import PREFIX
from core.rules.text import folded
from store.tables import Application, ClientSecret

_FEW = 500
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
    has_it = _has(search)
    ids = session.scalars(select(col(Application.id)).where(has_it).limit(_FEW + 1)).all()
    if len(ids) <= _FEW:
        return Found(len(ids), (col(Application.id).in_(ids),))
    return Found(_count(session, has_it), (has_it,))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.count()).select_from(Application).where(*conditions)) or 0)


def _has(search: str) -> ColumnElement[bool]:
    key = folded(search)
    return or_(
        col(Application.name_key).contains(key, autoescape=True),
        col(Application.description_key).contains(key, autoescape=True),
        col(Application.client_id).contains(key, autoescape=True),
        # Texts that plain SQL has put there have no such keys.
        col(Application.name).contains(search, autoescape=True),
        col(Application.description).contains(search, autoescape=True),
        _owns_hint(search.lower()),
    )


def _owns_hint(search: str) -> ColumnElement[bool]:
    """Pick by the beginning of a hint, with or without its `kd_`: a range of an index, no scan."""
    identifier = search.removeprefix(PREFIX)
    owner = select(col(ClientSecret.application_id))
    if identifier == search and len(search) < _BY_CHANCE:
        return false()
    start, hint = PREFIX + identifier, func.lower(col(ClientSecret.hint))
    return col(Application.id).in_(owner.where(hint >= start, hint < start + "\U0010ffff"))
