"""Rows of client secrets: how adding and rotating make one, how every change ends one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select

from core.desk import Desk
from core.present import scopes_of
from core.rules.secret_format import hint_of, new_value
from store.tables import Application, ClientSecret


@dataclass(frozen=True, slots=True)
class Minted:
    """A value that nobody has seen yet, and its hash."""

    value: str = field(repr=False)
    hash: str = field(repr=False)


def mint(desk: Desk) -> Minted:
    """Make and hash a value whose hint no secret has yet; before any transaction, for nobody shall wait for a hash."""
    with desk.database.read() as session:
        while True:
            value = new_value(desk.token_bytes)
            if session.exec(select(ClientSecret.id).where(ClientSecret.hint == hint_of(value))).first() is None:
                break
    return Minted(value, desk.hasher.hash(value))


def new_row(desk: Desk, owner: Application, minted: Minted, now: datetime, **settings: Any) -> ClientSecret:
    """Return the row of a secret that is made at *now*; *settings* are its columns that an operator chose."""
    hint = hint_of(minted.value)
    assert hint is not None, "a value that was just made is well-formed"
    return ClientSecret(
        id=desk.new_id(),
        application_id=owner.id,
        hint=hint,
        hash=minted.hash,
        created_at=now,
        created_by=str(desk.operator),
        **settings,
    )


def end(row: ClientSecret, now: datetime, reason: str) -> None:
    """Revoke a row for *reason*, *revoked* or *rotated*, and give its place back."""
    row.revoked_at, row.revoked_reason, row.slot = now, reason, None


def settings_of(row: ClientSecret) -> dict[str, object]:
    """Return what an operator can set, by its names in the interface."""
    return {"description": row.description, "expires_at": row.expires_at, "scopes": scopes_of(row)}
