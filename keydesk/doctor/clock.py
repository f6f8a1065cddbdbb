"""The clock: whether it agrees with what was written before, and whether locks depend on it."""

from datetime import timedelta

from core.activity.audit import next_time
from core.services import Services
from keydesk.doctor.finding import Finding, ok, warning

_TOLERATED = timedelta(minutes=1)
"""By so much the clocks of several machines on one database may differ."""


def examine_clock(services: Services) -> Finding:
    """Look for rows of the activity that are yet to come, and for the time since boot."""
    desk = services.desk
    with desk.database.read() as session:
        next_row, now = next_time(session, desk), desk.now()
    if next_row - now > _TOLERATED:
        what = f"the activity goes to {next_row:%Y-%m-%d %H:%M:%S} UTC, which is yet to come: the clock was set back"
        remedy = "Check the clock. If it is right, wait: until then every new row carries that time."
        return warning("clock", what, remedy)
    if desk.since_boot() is None:
        return ok("clock", "no row of the activity is ahead of it; a lock's hour goes by it: no uptime is told")
    return ok("clock", "no row of the activity is ahead of it; a lock's hour is measured by the uptime")
