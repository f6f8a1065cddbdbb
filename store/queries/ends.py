"""When a credential ends, as the database computes it."""

from sqlalchemy import ColumnElement, case, func
from sqlmodel import col

from store.columns import UtcDateTime
from store.tables import ClientSecret

END_OF_SECRET: ColumnElement[object] = case(
    (col(ClientSecret.retires_at) < col(ClientSecret.expires_at), ClientSecret.retires_at),
    else_=func.coalesce(ClientSecret.expires_at, ClientSecret.retires_at, type_=UtcDateTime),
)
"""Expiry or end of the grace period, whichever comes first; NULL is never."""
