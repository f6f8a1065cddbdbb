"""The end of a grace period, written down: a retired secret is Revoked by the clock alone, and its place is free.

Whoever looks counts by the clock. The numbered place, which the limit is made of, is given back by the next
transaction that changes something of the application, before it looks for anything else.
"""

from datetime import datetime

from sqlmodel import Session, col, update

from store.tables import ClientSecret


def write_down_ends(session: Session, application_id: str, now: datetime) -> None:
    """Store as revoked, reason *rotated*, what has retired. It is no row of the activity: the rotation told of it."""
    over = (col(ClientSecret.application_id) == application_id, col(ClientSecret.slot).is_not(None))
    ended = {"revoked_at": ClientSecret.retires_at, "revoked_reason": "rotated", "slot": None}
    session.exec(update(ClientSecret).where(*over, col(ClientSecret.retires_at) <= now).values(ended))
