"""The activity as JSON."""

from core.rules.views.activity import ActivityRow, ChainReport
from keydesk.commands.documents import Shape, moment


def activity_shape(row: ActivityRow) -> Shape:
    """Return the object *activity row*."""
    return {
        "id": row.id,
        "at": moment(row.at),
        "actor": row.actor,
        "claimed": row.claimed,
        "action": row.action,
        "object": row.object,
        "object_id": row.object_id,
        "application_id": row.application_id,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "source": row.source,
        "count": row.count,
        "hash": row.hash,
    }


def chain_shape(report: ChainReport) -> Shape:
    """Return the object of *activity verify*."""
    return {"ok": report.ok, "rows": report.rows, "head": report.head, "first_bad_id": report.first_bad_id}
