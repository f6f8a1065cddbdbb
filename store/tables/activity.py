"""The activity: its rows, its head, and the refused logons that wait to become one."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from store.tables.base import Table, moment


class AuditEvent(Table, table=True):
    """One row of the activity. It has no foreign key: it outlives what it tells of."""

    __tablename__ = "audit_events"
    __table_args__ = (CheckConstraint("count >= 1", name="count"),)

    id: int = Field(primary_key=True)
    at: datetime = moment()
    actor: str
    claimed: str | None = None
    action: str
    object: str
    object_id: str
    application_id: str = Field(index=True)
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    source: str | None = None
    count: int = 1
    hash: str


class AuditHead(Table, table=True):
    """The single row that says how many links the chain has and what the last one's hash is."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(primary_key=True)
    count: int
    hash: str


class LogonRepeat(Table, table=True):
    """Refused logons like one that was just recorded, counted here until their five minutes are over."""

    __tablename__ = "logon_repeats"

    application_id: str = Field(primary_key=True, foreign_key="applications.id", ondelete="CASCADE")
    reason: str = Field(primary_key=True)
    hint: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    ends_at: datetime = moment(index=True)
    since: datetime | None = moment(optional=True)
    until: datetime | None = moment(optional=True)
    count: int = 0
