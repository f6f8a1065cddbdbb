"""The lock of a client ID as JSON."""

from core.rules.views.locks import LockView
from keydesk.commands.documents import Shape, moment


def lock_shape(view: LockView) -> Shape:
    """Return the object of *lock show*."""
    failures = [
        {"at": moment(failure.at), "reason": failure.reason, "source": failure.source, "count": failure.count}
        for failure in view.failures
    ]
    return {
        "locked": view.locked,
        "locked_until": moment(view.locked_until),
        "failed_logons": view.failed_logons,
        "limit": view.limit,
        "failures": failures,
    }
