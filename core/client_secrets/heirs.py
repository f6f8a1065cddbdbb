"""What replaces a secret by rotation, and what replaces that; and why a rotation cannot be undone any more."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from core.present import secret_view
from core.rules.expiry import SecretState
from core.rules.views.client_secrets import SecretView
from store.tables import ClientSecret


def heirs(session: Session, row: ClientSecret, now: datetime) -> Iterator[SecretView]:
    """Give what replaces a secret, what replaces that, and so on; once around where plain SQL has made a ring."""
    seen = {row.id}
    while row.replaced_by and row.replaced_by not in seen:
        seen.add(row.replaced_by)
        row = session.get_one(ClientSecret, row.replaced_by)
        yield secret_view(row, now)


def live_heir(session: Session, row: ClientSecret, now: datetime) -> str | None:
    """Return the hint of the secret at the end of what replaces this one, if it works and does not retire."""
    every = list(heirs(session, row, now))
    last = every[-1] if every else None
    return last.hint if last and last.state.works and last.state is not SecretState.RETIRING else None


def obstacle(session: Session, row: ClientSecret, now: datetime) -> str | None:
    """Return why a rotation cannot be undone: somebody works with its twin *row*, or that was rotated in its turn."""
    twin = secret_view(row, now)
    if twin.state is SecretState.RETIRING:
        return f"{twin.hint} was rotated in its turn: undo that first, or only complete this one."
    if twin.state.works and twin.last_used_at:
        return f"{twin.hint} was used: while it works, this rotation can only be completed."
    heir = next((each for each in heirs(session, row, now) if each.state.works), None)
    if heir:
        return f"{heir.hint} follows {twin.hint}: while it works, this can only be completed."
    return None
