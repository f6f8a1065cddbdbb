"""Client secrets: add, list, edit, revoke. The value leaves this room once, in the answer to *add*."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.applications import held
from core.audit import About, differences, record
from core.desk import Desk
from core.present import scope_columns, scopes_of, secret_view
from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.expiry import SecretState
from core.rules.limits import SECRETS_PER_APPLICATION
from core.rules.requests import UNCHANGED, NewSecret, SecretChanges
from core.rules.scopes import api_scopes
from core.rules.secret_format import hint_of, new_value
from core.rules.views import IssuedSecret, SecretView
from store.tables import Application, ClientSecret


@dataclass(frozen=True, slots=True)
class Revocation:
    """What revoking came to; `already` when the secret had been revoked before, which is no error."""

    secret: SecretView
    already: bool


class ClientSecrets:
    """What an operator does with the client secrets of an application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, application_id: str, asked: NewSecret) -> IssuedSecret:
        """Make a secret and return it with its value: the only time that anybody can see it.

        Raises `LimitReached` at 20. The commit comes first: what is returned works.
        """
        value = self._new_value()
        encoded = self._desk.hasher.hash(value)  # before the transaction: nobody waits for a hash
        with self._desk.database.transaction() as session:
            owner = held(session, application_id)
            now = self._desk.now()  # not before: to get the lock may take a while
            row = self._row(asked, owner, value, encoded, now)
            row.slot = _free_slot(session, owner, now)
            session.add(row)
            session.flush()
            about = About.secret(row, owner)
            record(session, self._desk, "secret.added", about, after={"hint": row.hint, **_settings(row)})
            return IssuedSecret(owner.client_id, secret_view(row, now), value)

    def list(self, application_id: str, *, revoked: bool = False) -> tuple[SecretView, ...]:
        """Return the secrets that count, newest first, and with *revoked* the history behind them."""
        now = self._desk.now()
        statement = select(ClientSecret).where(ClientSecret.application_id == application_id)
        if not revoked:
            statement = statement.where(col(ClientSecret.slot).is_not(None))
        order = (col(ClientSecret.revoked_at).desc(), col(ClientSecret.created_at).desc(), ClientSecret.id)
        with self._desk.database.read() as session:
            rows = session.exec(statement.order_by(*order)).all()
        views = [secret_view(row, now) for row in rows]
        live = [view for view in views if view.state is not SecretState.REVOKED]
        history = [view for view in views if view.state is SecretState.REVOKED]
        return (*live, *history) if revoked else tuple(live)

    def resolve(self, application_id: str, text: str) -> SecretView:
        """Return the secret of this application that *text* names by its hint or id."""
        named = text.strip()
        for view in self.list(application_id, revoked=True):
            if named == view.hint or named.lower() == view.id:
                return view
        raise NotFound("This application has no client secret with this hint or id; see: keydesk secret list.")

    def edit(self, application_id: str, secret_id: str, changes: SecretChanges) -> SecretView:
        """Change description, expiry (counted from now) or API scopes; an ended secret is not revived."""
        with self._desk.database.transaction() as session:
            owner, row = self._held(session, application_id, secret_id)
            now = self._desk.now()
            _refuse_edit_of_ended(secret_view(row, now).state, changes)
            old = _settings(row)
            if changes.description is not UNCHANGED:
                row.description = changes.description  # type: ignore[assignment]  # UNCHANGED is ruled out
            if changes.lifetime is not UNCHANGED:
                row.expires_at = changes.lifetime.end(now)  # type: ignore[union-attr]  # as above
            if changes.scopes is not UNCHANGED:
                row.sqlmodel_update(scope_columns(api_scopes(changes.scopes)))  # type: ignore[arg-type]  # as above
            before, after = differences(old, _settings(row))
            if after:
                record(session, self._desk, "secret.edited", About.secret(row, owner), before=before, after=after)
            return secret_view(row, now)

    def revoke(self, application_id: str, secret_id: str) -> Revocation:
        """Revoke a secret at once and for good; its place under the limit is free again."""
        with self._desk.database.transaction() as session:
            owner, row = self._held(session, application_id, secret_id)
            now = self._desk.now()
            view = secret_view(row, now)
            if view.state is SecretState.REVOKED:
                return Revocation(view, already=True)
            row.revoked_at, row.revoked_reason, row.slot = now, "revoked", None
            before = {"state": view.state}
            record(
                session,
                self._desk,
                "secret.revoked",
                About.secret(row, owner),
                before=before,
                after={"state": "revoked"},
            )
            return Revocation(secret_view(row, now), already=False)

    def _new_value(self) -> str:
        """Make a value whose hint no secret has yet: by the hint its one row will be found."""
        with self._desk.database.read() as session:
            while True:
                value = new_value(self._desk.token_bytes)
                if session.exec(select(ClientSecret.id).where(ClientSecret.hint == hint_of(value))).first() is None:
                    return value

    def _row(self, asked: NewSecret, owner: Application, value: str, encoded: str, now: datetime) -> ClientSecret:
        hint = hint_of(value)
        assert hint is not None, "a value that was just made is well-formed"
        return ClientSecret(
            id=self._desk.new_id(),
            application_id=owner.id,
            hint=hint,
            hash=encoded,
            description=asked.description,
            created_at=now,
            created_by=str(self._desk.operator),
            expires_at=asked.lifetime.end(now),
            **scope_columns(api_scopes(asked.scopes)),
        )

    def _held(self, session: Session, application_id: str, secret_id: str) -> tuple[Application, ClientSecret]:
        owner = held(session, application_id)
        row = session.get(ClientSecret, secret_id)
        if row is None or row.application_id != owner.id:
            raise NotFound("This client secret is no longer there.")
        return owner, row


def _free_slot(session: Session, owner: Application, now: datetime) -> int:
    statement = select(ClientSecret).where(ClientSecret.application_id == owner.id, col(ClientSecret.slot).is_not(None))
    rows = session.exec(statement).all()
    taken = {row.slot for row in rows}
    for slot in range(1, SECRETS_PER_APPLICATION + 1):
        if slot not in taken:
            return slot
    raise LimitReached(
        f"“{owner.name}” has {SECRETS_PER_APPLICATION} of {SECRETS_PER_APPLICATION} client secrets: "
        f"revoke one first, such as {_most_dispensable(rows, now)}."
    )


def _most_dispensable(rows: Sequence[ClientSecret], now: datetime) -> str:
    """Name the secret that is missed least: an expired one, or else the one that was unused for longest."""
    for row in rows:
        if secret_view(row, now).state is SecretState.EXPIRED:
            return f"{row.hint}, which is expired"
    row = min(rows, key=lambda row: row.last_used_at or row.created_at)
    return f"{row.hint}, which is {'unused for longest' if row.last_used_at else 'not used yet'}"


def _settings(row: ClientSecret) -> dict[str, object]:
    """Return what an operator can set, by its names in the interface."""
    return {"description": row.description, "expires_at": row.expires_at, "scopes": scopes_of(row)}


def _refuse_edit_of_ended(state: SecretState, changes: SecretChanges) -> None:
    if state is SecretState.REVOKED:
        raise Refusal("A revoked secret is history and cannot be edited; add a new one.")
    if state is SecretState.EXPIRED and changes.lifetime is not UNCHANGED:
        raise Refusal("An expired secret is not revived; add a new one.", field="lifetime")
    if state is SecretState.RETIRING and changes.lifetime is not UNCHANGED:
        raise Refusal("A retiring secret ends with its grace period; edit the one that replaces it.", field="lifetime")
