"""Rotating a client secret without an outage: a twin, a grace period in which both work, and its end.

The twin and the end of the old one are one transaction: there is never a retiring secret without its twin.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.client_secrets.heirs import obstacle
from core.client_secrets.rotation_case import Case
from core.client_secrets.rows import end, mint
from core.desk import Desk
from core.present import secret_view
from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.rotation import Grace, retires_at
from core.rules.views.client_secrets import IssuedSecret, SecretView
from store.tables import AuditEvent, ClientSecret


@dataclass(frozen=True, slots=True)
class Rotation:
    """What rotating came to: the twin with its value, and the old secret as it is from now on."""

    issued: IssuedSecret
    old: SecretView


@dataclass(frozen=True, slots=True)
class Twin:
    """The secret that replaces another one; `obstacle` is why that rotation cannot be undone, None where it can."""

    secret: SecretView
    obstacle: str | None


class Rotations:
    """What an operator does about rotating the client secrets of an application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rotate(self, application_id: str, secret_id: str, grace: Grace, *, revoking: str | None = None) -> Rotation:
        """Make a twin with the same description, API scopes and lifetime; the old one works until the grace is over.

        Raises `LimitReached` at 20, unless there is no grace: then the twin takes the old one's place. *revoking*
        is the id of another secret that gives its place; it is revoked if the rotation succeeds, and only then.
        """
        minted, seen = mint(self._desk), self._seen(secret_id)
        with self._desk.database.transaction() as session:
            case = Case.held(session, self._desk, application_id, secret_id)
            case.refuse_what_cannot_rotate()
            still = seen is not None and seen[0] == case.old.expires_at
            lifetime = seen[1] if seen and still else _lifetime(session, case.old)
            if revoking is not None:
                case.make_room(revoking)
            ends = retires_at(case.now, grace, case.old.expires_at)
            twin = case.add_twin(minted, lifetime, ends)
            case.old.replaced_by, case.old.retires_at = twin.id, ends
            case.record("secret.rotated")
            issued = IssuedSecret(case.owner.client_id, secret_view(twin, case.now), minted.value)
            return Rotation(issued, case.view)

    def _seen(self, secret_id: str) -> tuple[datetime | None, Lifetime] | None:
        """Return the expiry and the lifetime of a secret; before any transaction, for it looks through the activity."""
        with self._desk.database.read() as session:
            row = session.get(ClientSecret, secret_id)
            return (row.expires_at, _lifetime(session, row)) if row else None

    def complete(self, application_id: str, secret_id: str) -> SecretView:
        """End the grace of a retiring secret now: it is revoked, reason *rotated*; its tokens keep their time."""
        with self._desk.database.transaction() as session:
            case = Case.held(session, self._desk, application_id, secret_id)
            case.refuse_unless_retiring()
            case.old.retires_at = case.now
            end(case.old, case.now, "rotated")
            case.record("secret.rotation_completed")
            return case.view

    def undo(self, application_id: str, secret_id: str) -> SecretView:
        """Let a retiring secret be as it was before, and revoke its twin; refused while a twin that was used works."""
        with self._desk.database.transaction() as session:
            case = Case.held(session, self._desk, application_id, secret_id)
            case.refuse_unless_retiring()
            twin = session.get_one(ClientSecret, case.old.replaced_by)
            works = secret_view(twin, case.now).state.works
            why_not = obstacle(session, twin, case.now)
            if why_not:
                raise Refusal(why_not)
            case.old.retires_at = case.old.replaced_by = None
            case.record("secret.rotation_undone")
            if works:  # what has ended stays as it is, and leaves its tokens their time
                case.revoke(twin)
            return case.view

    def twin(self, application_id: str, secret_id: str) -> Twin | None:
        """Return what replaces this secret; None where nothing does."""
        with self._desk.database.read() as session:
            old = session.get(ClientSecret, secret_id)
            if old is None or old.application_id != application_id or old.replaced_by is None:
                return None
            row, now = session.get_one(ClientSecret, old.replaced_by), self._desk.now()
            return Twin(secret_view(row, now), obstacle(session, row, now))


def _lifetime(session: Session, row: ClientSecret) -> Lifetime:
    """Return what was chosen for a secret. An edited expiry counts from its edit, whose time the activity knows."""
    edited = (
        select(AuditEvent.at)
        .where(AuditEvent.application_id == row.application_id, AuditEvent.object_id == row.id)
        .where(AuditEvent.action == "secret.edited", col(AuditEvent.after).contains('"expires_at"', autoescape=True))
        .order_by(col(AuditEvent.id).desc())
    )
    return Lifetime.between(session.exec(edited).first() or row.created_at, row.expires_at)
