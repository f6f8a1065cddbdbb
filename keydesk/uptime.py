"""The time since boot, as Linux tells it under /proc: nobody sets it, and it runs on while the machine sleeps.

Not by clock_gettime(2): what fakes a clock for one process (libfaketime) answers that call, too.
"""

from contextlib import suppress
from pathlib import Path

from core.rules.clocks import SinceBoot, Uptime, unknown

_PROC = Path("/proc")


def since_boot(proc: Path = _PROC) -> SinceBoot:
    """Return what tells the uptime; it tells none where the system does not say which boot this is."""
    with suppress(OSError, UnicodeDecodeError):
        boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        if boot:
            return lambda: _uptime(proc / "uptime", boot)
    return unknown


def _uptime(file: Path, boot: str) -> Uptime | None:
    try:
        return Uptime(boot, round(float(file.read_bytes().split()[0]) * 1000))
    except (OSError, ValueError, IndexError, OverflowError):
        return None
