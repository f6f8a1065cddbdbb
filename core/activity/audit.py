"""Writing the activity: one row per change, in the change's own transaction. No row, no change.

No row is earlier than the one before it. After the clock was set back they carry the time of that one, until the
clock has caught up: what came first stands in their order, and an end of the list that jumps back would hide it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.activity.chain import link
from core.desk import Desk
from core.rules.errors import Refusal
from core.rules.limits import THUMBPRINT_HINT
from store.birth import GENESIS
from store.columns import UnreadableTime
from store.tables import Api, Application, AuditEvent, AuditHead, Certificate, ClientSecret, JwtTrust

_BROKEN_END = "The end of the activity was altered, so nothing can be added to it; see: keydesk activity verify."


@dataclass(frozen=True, slots=True)
class About:
    """Which object a row tells of, in words that stay true after the object is gone."""

    application_id: str
    object_id: str
    object: str

    @classmethod
    def application(cls, row: Application) -> "About":
        """Tell of an application."""
        return cls(row.id, row.id, row.name)

    @classmethod
    def secret(cls, row: ClientSecret, owner: Application) -> "About":
        """Tell of a client secret, by its hint."""
        return cls(owner.id, row.id, f"{owner.name} {row.hint}")

    @classmethod
    def certificate(cls, row: Certificate, owner: Application) -> "About":
        """Tell of a certificate, by the first digits of its thumbprint."""
        return cls(owner.id, row.id, f"{owner.name} {row.thumbprint[:THUMBPRINT_HINT]}")

    @classmethod
    def trust(cls, row: JwtTrust, owner: Application) -> "About":
        """Tell of a JWT trust, by its issuer or JWKS URI."""
        return cls(owner.id, row.id, f"{owner.name} {row.issuer or row.jwks_uri}")

    @classmethod
    def api(cls, row: Api) -> "About":
        """Tell of a protected API, which belongs to no application."""
        return cls("", row.id, row.name)

    @classmethod
    def subscription(cls, row: Api, subscriber: Application) -> "About":
        """Tell of an application and the API that it may call."""
        return cls(subscriber.id, row.id, f"{subscriber.name} {row.name}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row shall tell: see `record`."""

    action: str
    about: About
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    actor: str | None = None
    reason: str | None = None
    source: str | None = None
    count: int = 1
    not_before: datetime | None = None


def record(
    session: Session,
    desk: Desk,
    action: str,
    about: About,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    actor: str | None = None,
    reason: str | None = None,
    source: str | None = None,
    count: int = 1,
    not_before: datetime | None = None,
) -> None:
    """Append one row; *actor* is the operator unless a client did it itself. It is not earlier than *not_before*.

    Refuses where the activity does not end as its head says: a chain that was broken is not forged on.
    """
    append(session, desk, [Entry(action, about, before, after, actor, reason, source, count, not_before)])


def append(session: Session, desk: Desk, entries: Sequence[Entry]) -> None:
    """Append rows as `record` does one, in their order, by as many statements as one takes."""
    if not entries:
        return
    head = _head_that_fits(session)
    earliest = next_time(session, desk)
    for entry in entries:
        event = _event(desk, entry, head.count + 1, max(filter(None, (earliest, entry.not_before))))
        event.hash = link(head.hash, event)
        head.count, head.hash, earliest = event.id, event.hash, event.at
        session.add(event)
    try:
        session.flush()
    except IntegrityError as error:  # the place of the next row is taken
        if AuditEvent.__tablename__ not in str(error.orig):
            raise
        raise Refusal(_BROKEN_END) from None


def _event(desk: Desk, entry: Entry, number: int, at: datetime) -> AuditEvent:
    return AuditEvent(
        id=number,
        at=at,
        actor=entry.actor or desk.operator.account,
        claimed=None if entry.actor else desk.operator.claimed,
        action=entry.action,
        object=entry.about.object,
        object_id=entry.about.object_id,
        application_id=entry.about.application_id,
        before=_as_json(entry.before),
        after=_as_json(entry.after),
        reason=entry.reason,
        source=entry.source,
        count=entry.count,
        hash="",
    )


def alone(session: Session) -> AuditHead | None:
    """Hold the head of the activity until the transaction ends: nobody else changes anything meanwhile."""
    return session.exec(select(AuditHead).with_for_update()).first()


def _head_that_fits(session: Session) -> AuditHead:
    """Return the head, held, if the last row is the one that it tells of; a cut tail is not written on."""
    head = alone(session)
    last = session.exec(select(AuditEvent.id, AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    if head is None or (head.count, head.hash) != (tuple(last) if last else (0, GENESIS)):
        raise Refusal(_BROKEN_END)
    return head


def next_time(session: Session, desk: Desk) -> datetime:
    """Return the time that the next row carries: now, or that of the last row where the clock was set back since."""
    now = desk.now()
    try:
        last = session.exec(select(AuditEvent.at).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    except UnreadableTime:  # not written by us; `keydesk activity verify` names the row
        return now
    return max(now, last) if last else now


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what *before* and *after* shall hold: only the keys whose values differ."""
    changed = [key for key in new if old.get(key) != new[key]]
    return {key: old.get(key) for key in changed}, {key: new[key] for key in changed}


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is there of what an object had or has: of one that is new or gone, the rest tells nothing."""
    return {key: value for key, value in values.items() if value is not None}


def _as_json(values: Mapping[str, Any] | None) -> str | None:
    if values is None:
        return None
    return json.dumps(values, ensure_ascii=True, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return sorted(value)  # a set of scopes
