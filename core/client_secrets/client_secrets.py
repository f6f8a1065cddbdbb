"""Client secrets: add, list, edit, revoke. The value leaves this room once, in the answer to *add*."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from core.activity.audit import About, differences, record
from core.applications.applications import held
from core.client_secrets.rows import Minted, end, mint, new_row, settings_of
from core.client_secrets.slots import free_slot
from core.credentials import held_credential
from core.desk import Desk
from core.present import scope_columns, secret_view
from core.rules.errors import NotFound, Refusal
from core.rules.expiry import SecretState
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.requests.fields import UNCHANGED
from core.rules.scopes import api_scopes
from core.rules.views.client_secrets import IssuedSecret, SecretView
from store.tables import Application, ClientSecret


@dataclass(frozen=True, slots=True)
class Revocation:
    """What revoking came to; `already` when the secret had been revoked before, which is no error.

    `was_rotated` when its grace period was over: then revoking has ended the tokens that it had obtained.
    """

    secret: SecretView
    already: bool
    was_rotated: bool = False

    @property
    def outcome(self) -> str:
        """Say what became of it, after its hint."""
        if self.already:
            return "is already revoked"
        return "had been rotated; tokens that it obtained end now, too" if self.was_rotated else "is revoked"


class ClientSecrets:
    """What an operator does with the client secrets of an application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, application_id: str, asked: NewSecret) -> IssuedSecret:
        """Make a secret and return it with its value: the only time that anybody can see it.

        Raises `LimitReached` at 20. The commit comes first: what is returned works.
        """
        minted = mint(self._desk)
        with self._desk.database.transaction() as session:
            owner = held(session, self._desk, application_id)
            now = self._desk.now()  # not before: to get the lock may take a while
            row = self._row(asked, owner, minted, now)
            row.slot = free_slot(session, owner, now)
            session.add(row)
            session.flush()
            about = About.secret(row, owner)
            record(session, self._desk, "secret.added", about, after={"hint": row.hint, **settings_of(row)})
            return IssuedSecret(owner.client_id, secret_view(row, now), minted.value)

    def list(self, application_id: str, *, revoked: bool = False) -> tuple[SecretView, ...]:
        """Return the secrets that count, newest first, and with *revoked* the history behind them."""
        now = self._desk.now()
        statement = select(ClientSecret).where(ClientSecret.application_id == application_id)
        if not revoked:
            statement = statement.where(col(ClientSecret.slot).is_not(None))
        order = (col(ClientSecret.created_at).desc(), ClientSecret.id)
        with self._desk.database.read() as session:
            rows = session.exec(statement.order_by(*order)).all()
        views = [secret_view(row, now) for row in rows]
        live = [view for view in views if view.revoked_at is None]
        history = [(view.revoked_at, view) for view in views if view.revoked_at is not None]
        history.sort(key=lambda ended: ended[0], reverse=True)
        return (*live, *(view for _, view in history)) if revoked else tuple(live)

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
            owner, row = held_credential(session, self._desk, ClientSecret, application_id, secret_id)
            now = self._desk.now()
            _refuse_edit_of_ended(secret_view(row, now).state, changes)
            old = settings_of(row)
            if changes.description is not UNCHANGED:
                row.description = changes.description  # type: ignore[assignment]  # UNCHANGED is ruled out
            if changes.lifetime is not UNCHANGED:
                row.expires_at = changes.lifetime.end(now)  # type: ignore[union-attr]  # as above
            if changes.scopes is not UNCHANGED:
                row.sqlmodel_update(scope_columns(api_scopes(changes.scopes)))  # type: ignore[arg-type]  # as above
            before, after = differences(old, settings_of(row))
            if after:
                record(session, self._desk, "secret.edited", About.secret(row, owner), before=before, after=after)
            return secret_view(row, now)

    def revoke(self, application_id: str, secret_id: str) -> Revocation:
        """Revoke a secret at once and for good; its place under the limit is free again.

        One that was rotated and has retired is revoked, too: its reason changes, and with that its tokens end.
        """
        with self._desk.database.transaction() as session:
            owner, row = held_credential(session, self._desk, ClientSecret, application_id, secret_id)
            now = self._desk.now()
            view = secret_view(row, now)
            if view.revoked_reason == "revoked":
                return Revocation(view, already=True)
            end(row, view.revoked_at or now, "revoked")
            was_rotated = view.state is SecretState.REVOKED
            before, after = {"state": str(view.state)}, {"state": "revoked"}
            if was_rotated:
                before, after = {"revoked_reason": "rotated"}, {"revoked_reason": "revoked"}
            record(session, self._desk, "secret.revoked", About.secret(row, owner), before=before, after=after)
            return Revocation(secret_view(row, now), already=False, was_rotated=was_rotated)

    def _row(self, asked: NewSecret, owner: Application, minted: Minted, now: datetime) -> ClientSecret:
        scopes = scope_columns(api_scopes(asked.scopes))
        expires_at = asked.lifetime.end(now)
        return new_row(self._desk, owner, minted, now, description=asked.description, expires_at=expires_at, **scopes)


def _refuse_edit_of_ended(state: SecretState, changes: SecretChanges) -> None:
    if state is SecretState.REVOKED:
        raise Refusal("A revoked secret is history and cannot be edited; add a new one.")
    if state is SecretState.EXPIRED and changes.lifetime is not UNCHANGED:
        raise Refusal("An expired secret is not revived; add a new one.", field="lifetime")
    if state is SecretState.RETIRING and changes.lifetime is not UNCHANGED:
        raise Refusal(
            "A retiring secret ends with its grace period; edit what replaces it, or undo the rotation.",
            field="lifetime",
        )
