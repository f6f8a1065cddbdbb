"""One rotation under way: the secret that is replaced, held by a transaction, and what may be done to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.activity.audit import About, differences, record
from core.client_secrets.heirs import live_heir, obstacle
from core.client_secrets.rows import Minted, end, new_row, settings_of
from core.client_secrets.slots import free_slot
from core.credentials import held_credential
from core.desk import Desk
from core.present import scope_columns, scopes_of, secret_view
from core.rules.errors import NotFound, Refusal
from core.rules.expiry import Lifetime, SecretState
from core.rules.views.client_secrets import SecretView
from store.tables import Application, ClientSecret


@dataclass(frozen=True, slots=True)
class Case:
    """A secret whose rotation is to change, held by a transaction, and how it stood before."""

    session: Session
    desk: Desk
    owner: Application
    old: ClientSecret
    now: datetime
    was: dict[str, object]

    @classmethod
    def held(cls, session: Session, desk: Desk, application_id: str, secret_id: str) -> "Case":
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

    def refuse_what_cannot_rotate(self) -> None:
        """Raise `Refusal` where the old secret cannot be rotated, with what can be done instead."""
        old, state = self.old.hint, self.view.state
        if state is SecretState.RETIRING:
            raise Refusal(self._retiring_already())
        live = live_heir(self.session, self.old, self.now)
        if live and state is SecretState.REVOKED:
            raise Refusal(f"{old} is revoked: it was rotated, and {live} replaces it. Rotate {live} instead.")
        if not state.works:
            raise Refusal(f"{old} is {state} and cannot be rotated: add a new client secret instead.")

    def refuse_unless_retiring(self) -> None:
        """Raise `Refusal` where no rotation is there to be completed or undone."""
        if self.view.revoked_reason == "rotated":
            raise Refusal(f"The rotation of {self.old.hint} is complete already: it is revoked.")
        if self.view.state is not SecretState.RETIRING:
            raise Refusal(
                f"{self.old.hint} is {self.view.state}, not retiring: there is no rotation to complete or undo."
            )

    def _retiring_already(self) -> str:
        """Say what can be done instead of rotating it once more; undoing only where that is possible."""
        old, row = self.old.hint, self.session.get_one(ClientSecret, self.old.replaced_by)
        twin, live = secret_view(row, self.now), live_heir(self.session, self.old, self.now)
        why_not = obstacle(self.session, row, self.now)
        if live:
            ways = "Complete" if why_not else "Complete or undo"
            return f"{old} is retiring already: {live} replaces it. {ways} that rotation, or rotate {live}."
        if why_not:
            return f"{old} is retiring already. {why_not}"
        return (
            f"{old} is retiring, and {twin.hint}, which replaces it, is {twin.state}. Undo that rotation to keep {old}."
        )


def _standing(session: Session, row: ClientSecret, now: datetime) -> dict[str, object]:
    """Return what a rotation changes about a secret, as the activity tells it: another secret by its hint."""
    twin = session.get(ClientSecret, row.replaced_by) if row.replaced_by else None
    state = secret_view(row, now).state
    return {"state": state, "retires_at": row.retires_at, "replaced_by": twin.hint if twin else None}
