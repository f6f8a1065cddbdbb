"""The time since boot, as Linux tells it under /proc: nobody sets it, and it runs on while the machine sleeps.

Two uptimes may run under one boot: a time namespace has its own, and so has a container whose /proc/uptime somebody
else answers for (LXCFS counts from the start of its first process). Each is then a boot of its own.

Not by clock_gettime(2): what fakes a clock for one process (libfaketime) answers that call, too.
"""

from contextlib import suppress
from pathlib import Path

from core.rules.clocks import SinceBoot, Uptime, unknown

_PROC = Path("/proc")
_STARTED = 19
"""Where the time stands in proc_pid_stat(5), in ticks since the machine's boot, behind the name in brackets."""


def since_boot(proc: Path = _PROC) -> SinceBoot:
    """Return what tells the uptime; it tells none where the system does not say which boot this is."""
    with suppress(OSError, UnicodeDecodeError):
        boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        if boot:
            named = f"{boot}{_namespace(proc)}{_container(proc)}"
            return lambda: _uptime(proc / "uptime", named)
    return unknown


def _namespace(proc: Path) -> str:
    """Return what tells one time namespace from another; nothing on a Linux that has none."""
    try:
        return f" {(proc / 'self/ns/time').readlink()}"
    except OSError:
        return ""


def _container(proc: Path) -> str:
    """Return since when a container runs that has an uptime of its own; raises `OSError` where that is not told."""
    if (proc / "uptime").stat().st_dev == proc.stat().st_dev:
        return ""
    after_its_name = (proc / "1/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    if len(after_its_name) <= _STARTED:
        raise OSError("the first process does not say when it started")
    return f" since {after_its_name[_STARTED]}"


def _uptime(file: Path, boot: str) -> Uptime | None:
    try:
        return Uptime(boot, round(float(file.read_bytes().split()[0]) * 1000))
    except (OSError, ValueError, IndexError, OverflowError):
        return None
