"""Whether a client ID is locked, in SQL: what `core.rules.lockout` says, for lists that are sorted by it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col

from core.rules.clocks import Clocks
from core.rules.limits import LOCKED_FOR
from store.tables import Application

_LONGEST = LOCKED_FOR // timedelta(milliseconds=1)


def is_locked(clocks: Clocks) -> ColumnElement[bool]:
    """Return the condition under which every secret of an application is refused at this moment."""
    until, uptime = col(Application.locked_until), clocks.uptime
    if uptime is None:
        return until > clocks.time
    end = col(Application.lock_boot_end)
    measured = and_(
        col(Application.lock_boot) == uptime.boot,
        col(Application.lock_boot_until) == until,
        end <= uptime.passed + _LONGEST,
    )
    return case((measured, end > uptime.passed), else_=until > clocks.time)
