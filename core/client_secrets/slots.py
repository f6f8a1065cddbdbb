"""The 20 places of an application's client secrets: finding a free one, or saying what could make room."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from core.credentials import free_place
from core.present import secret_view
from core.rules.errors import LimitReached
from core.rules.expiry import SecretState
from core.rules.limits import SECRETS_PER_APPLICATION
from core.rules.views.client_secrets import SecretView
from store.tables import Application, ClientSecret

_NAMED = 3
"""So many secrets the refusal of a rotation names; the others are in its `candidates`."""


def free_slot(session: Session, owner: Application, now: datetime, *, beside: ClientSecret | None = None) -> int:
    """Return the first free place; raises `LimitReached`, which never proposes to revoke *beside*."""
    statement = select(ClientSecret).where(ClientSecret.application_id == owner.id, col(ClientSecret.slot).is_not(None))
    rows = session.exec(statement).all()
    slot = free_place({row.slot for row in rows}, SECRETS_PER_APPLICATION)
    if slot is not None:
        return slot
    found = dispensable([secret_view(row, now) for row in rows if row is not beside])
    full = f"“{owner.name}” has {SECRETS_PER_APPLICATION} of {SECRETS_PER_APPLICATION} client secrets"
    if beside is None:
        raise LimitReached(f"{full}: revoke one first, such as {_why_this(found[0])}.", candidates=found)
    *others, last = [f"{secret.hint} ({_in_short(secret)})" for secret in found[:_NAMED]]
    such = f"{', '.join(others)} or {last}"
    raise LimitReached(f"{full}: revoke one first, such as {such}. With no grace it needs no place.", candidates=found)


def dispensable(secrets: Sequence[SecretView]) -> tuple[SecretView, ...]:
    """Return the secrets in the order in which they would be missed least: expired, then unused for longest."""

    def missed(secret: SecretView) -> tuple[bool, datetime]:
        expired = secret.state is SecretState.EXPIRED
        return not expired, secret.last_used_at or secret.created_at

    return tuple(sorted(secrets, key=missed))


def _why_this(secret: SecretView) -> str:
    if secret.state is SecretState.EXPIRED:
        return f"{secret.hint}, which is expired"
    return f"{secret.hint}, which is {'unused for longest' if secret.last_used_at else 'not used yet'}"


def _in_short(secret: SecretView) -> str:
    if secret.state is SecretState.EXPIRED:
        return "expired"
    return f"unused since {secret.last_used_at:%Y-%m-%d}" if secret.last_used_at else "never used"
