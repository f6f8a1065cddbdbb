"""Rotating a client secret without an outage: a twin, a grace period in which both work, and its end.

The twin and the end of the old one are one transaction: there is never a retiring secret without its twin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.activity.audit import About, differences, record
from core.client_secrets.rows import Minted, end, mint, new_row, settings_of
from core.client_secrets.slots import free_slot
from core.credentials import held_credential
from core.desk import Desk
from core.present import scope_columns, scopes_of, secret_view
from core.rules.errors import NotFound, Refusal
from core.rules.expiry import Lifetime, SecretState
from core.rules.rotation import Grace, retires_at
from core.rules.views.client_secrets import IssuedSecret, SecretView
from store.tables import Application, AuditEvent, ClientSecret


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


@dataclass(frozen=True, slots=True)
class _Case:
    """A secret whose rotation is to change, held by a transaction, and how it stood before."""

    session: Session
    desk: Desk
    owner: Application
    old: ClientSecret
    now: datetime
    was: dict[str, object]

    @classmethod
    def held(cls, session: Session, desk: Desk, application_id: str, secret_id: str) -> "_Case":
        """Take the rows, and then look at the clock: to get the lock may take a while."""
        owner, old = held_credential(session, desk, ClientSecret, application_id, secret_id)
        now = desk.now()
        return cls(session, desk, owner, old, now, _standing(session, old, now))

    @property
    def view(self) -> SecretView:
        """The secret as it stands."""
        return secret_view(self.old, self.now)

    def add_twin(self, minted: Minted, lifetime: Lifetime, ends: datetime) -> ClientSecret:
        """Add a secret like the old one, on a free place, or on that of the old one where it ends now."""
        settings = {"description": self.old.description, "expires_at": lifetime.end(self.now)}
        scopes = scope_columns(scopes_of(self.old))
        twin = new_row(self.desk, self.owner, minted, self.now, **settings, **scopes)
        if ends > self.now:
            twin.slot = free_slot(self.session, self.owner, self.now, beside=self.old)
        else:
            twin.slot = self.old.slot
            end(self.old, self.now, "rotated")
            self.session.flush()  # the place is free before the twin takes it
        self.session.add(twin)
        self.session.flush()
        after = {"hint": twin.hint, **settings_of(twin)}
        record(self.session, self.desk, "secret.added", About.secret(twin, self.owner), after=after)
        return twin

    def revoke(self, row: ClientSecret) -> None:
        """Revoke another secret of the application; it may be revoked already."""
        state = secret_view(row, self.now).state
        if state is not SecretState.REVOKED:
            end(row, self.now, "revoked")
            about, after = About.secret(row, self.owner), {"state": SecretState.REVOKED}
            record(self.session, self.desk, "secret.revoked", about, before={"state": state}, after=after)

    def make_room(self, secret_id: str) -> None:
        """Revoke the secret that was chosen to give its place to the twin."""
        row = self.session.get(ClientSecret, secret_id)
        if row is None or row.application_id != self.owner.id or row is self.old:
            raise NotFound("The client secret that was to be revoked is no longer there; nothing was changed.")
        self.revoke(row)
        self.session.flush()

    def record(self, action: str) -> None:
        """Write down how the old secret stands now."""
        before, after = differences(self.was, _standing(self.session, self.old, self.now))
        record(self.session, self.desk, action, About.secret(self.old, self.owner), before=before, after=after)


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
            case = _Case.held(session, self._desk, application_id, secret_id)
            _refuse_what_cannot_rotate(case)
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
            case = _Case.held(session, self._desk, application_id, secret_id)
            _refuse_unless_retiring(case)
            case.old.retires_at = case.now
            end(case.old, case.now, "rotated")
            case.record("secret.rotation_completed")
            return case.view

    def undo(self, application_id: str, secret_id: str) -> SecretView:
        """Let a retiring secret be as it was before, and revoke its twin; refused while a twin that was used works."""
        with self._desk.database.transaction() as session:
            case = _Case.held(session, self._desk, application_id, secret_id)
            _refuse_unless_retiring(case)
            twin = session.get_one(ClientSecret, case.old.replaced_by)
            works = secret_view(twin, case.now).state.works
            obstacle = _obstacle(session, twin, case.now)
            if obstacle:
                raise Refusal(obstacle)
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
            return Twin(secret_view(row, now), _obstacle(session, row, now))


def _lifetime(session: Session, row: ClientSecret) -> Lifetime:
    """Return what was chosen for a secret. An edited expiry counts from its edit, whose time the activity knows."""
    edited = (
        select(AuditEvent.at)
        .where(AuditEvent.application_id == row.application_id, AuditEvent.object_id == row.id)
        .where(AuditEvent.action == "secret.edited", col(AuditEvent.after).contains('"expires_at"', autoescape=True))
        .order_by(col(AuditEvent.id).desc())
    )
    return Lifetime.between(session.exec(edited).first() or row.created_at, row.expires_at)


def _standing(session: Session, row: ClientSecret, now: datetime) -> dict[str, object]:
    """Return what a rotation changes about a secret, as the activity tells it: another secret by its hint."""
    twin = session.get(ClientSecret, row.replaced_by) if row.replaced_by else None
    state = secret_view(row, now).state
    return {"state": state, "retires_at": row.retires_at, "replaced_by": twin.hint if twin else None}


def _obstacle(session: Session, row: ClientSecret, now: datetime) -> str | None:
    """Return why a rotation cannot be undone: somebody works with its twin *row*, or that was rotated in its turn."""
    twin = secret_view(row, now)
    if twin.state is SecretState.RETIRING:
        return f"{twin.hint} was rotated in its turn: undo that first, or only complete this one."
    if twin.state.works and twin.last_used_at:
        return f"{twin.hint} was used: while it works, this rotation can only be completed."
    heir = next((each for each in _heirs(session, row, now) if each.state.works), None)
    if heir:
        return f"{heir.hint} follows {twin.hint}: while it works, this can only be completed."
    return None


def _heirs(session: Session, row: ClientSecret, now: datetime) -> Iterator[SecretView]:
    """Give what replaces a secret, what replaces that, and so on; once around where plain SQL has made a ring."""
    seen = {row.id}
    while row.replaced_by and row.replaced_by not in seen:
        seen.add(row.replaced_by)
        row = session.get_one(ClientSecret, row.replaced_by)
        yield secret_view(row, now)


def _refuse_what_cannot_rotate(case: _Case) -> None:
    old, state = case.old.hint, case.view.state
    if state is SecretState.RETIRING:
        raise Refusal(_retiring_already(case))
    live = _live_heir(case)
    if live and state is SecretState.REVOKED:
        raise Refusal(f"{old} is revoked: it was rotated, and {live} replaces it. Rotate {live} instead.")
    if not state.works:
        raise Refusal(f"{old} is {state} and cannot be rotated: add a new client secret instead.")


def _retiring_already(case: _Case) -> str:
    """Say what can be done instead of rotating it once more; undoing only where that is possible."""
    old, row = case.old.hint, case.session.get_one(ClientSecret, case.old.replaced_by)
    twin, live, obstacle = secret_view(row, case.now), _live_heir(case), _obstacle(case.session, row, case.now)
    if live:
        ways = "Complete" if obstacle else "Complete or undo"
        return f"{old} is retiring already: {live} replaces it. {ways} that rotation, or rotate {live}."
    if obstacle:
        return f"{old} is retiring already. {obstacle}"
    return f"{old} is retiring, and {twin.hint}, which replaces it, is {twin.state}. Undo that rotation to keep {old}."


def _live_heir(case: _Case) -> str | None:
    """Return the hint of the secret at the end of what replaces the old one, if it works and does not retire."""
    heirs = list(_heirs(case.session, case.old, case.now))
    last = heirs[-1] if heirs else None
    return last.hint if last and last.state.works and last.state is not SecretState.RETIRING else None


def _refuse_unless_retiring(case: _Case) -> None:
    state = case.view.state
    if case.view.revoked_reason == "rotated":
        raise Refusal(f"The rotation of {case.old.hint} is complete already: it is revoked.")
    if state is not SecretState.RETIRING:
        raise Refusal(f"{case.old.hint} is {state}, not retiring: there is no rotation to complete or undo.")
