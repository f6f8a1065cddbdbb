"""The hash chain of the activity: each row's hash covers its content and the hash before it.

What it cannot show by itself: that somebody recomputed every hash. That takes a head noted down elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from core.rules.views.activity import ChainBreak, ChainReport
from store.birth import GENESIS
from store.tables import AuditEvent, AuditHead


def link(previous: str, event: AuditEvent) -> str:
    """Return the hash of *event* as the successor of a row with the hash *previous* (SHA-256, hex)."""
    content = [
        event.id,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.claimed,
        event.action,
        event.object,
        event.object_id,
        event.application_id,
        event.before,
        event.after,
        event.reason,
        event.source,
        event.count,
    ]
    text = json.dumps([previous, *content], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(events: Iterable[AuditEvent], head: AuditHead | None, noted: str | None) -> ChainReport:
    """Walk the chain in order of id; *noted* is a head that was written down earlier.

    A noted head must be the hash of some row: if the tail was cut, or all was recomputed, it is none.
    """
    previous, rows, noted_seen = GENESIS, 0, noted in (None, GENESIS)
    try:
        for event in events:
            if event.id != rows + 1 or event.hash != link(previous, event):
                # One that was put before the first has a number of its own; one that is missing has that of its gap.
                return ChainReport(False, rows, previous, min(event.id, rows + 1), ChainBreak.ROW)
            previous, rows = event.hash, event.id
            noted_seen = noted_seen or previous == noted
    except (TypeError, ValueError):  # the next row holds what nobody could have written, such as a time that is none
        return ChainReport(False, rows, previous, rows + 1, ChainBreak.ROW)
    if head is None or (head.count, head.hash) != (rows, previous):
        return ChainReport(False, rows, previous, rows + 1, ChainBreak.END)
    if not noted_seen:
        return ChainReport(False, rows, previous, rows + 1, ChainBreak.NOTED)
    return ChainReport(True, rows, previous, None)
