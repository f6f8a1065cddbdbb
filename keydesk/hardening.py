"""What the process does before it reads anything: no core dumps, no files for others, no foreign drivers."""

import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress

_PRIVATE = 0o077
_PR_SET_DUMPABLE = 4


def harden(environ: MutableMapping[str, str]) -> None:
    """Make the process keep what it knows to itself; *environ* loses what could make Textual tell it."""
    os.umask(_PRIVATE)
    _forbid_core_dumps()
    _fill_standard_descriptors()
    # They can make Textual write logs and screenshots, which would hold a secret, or load a driver from elsewhere.
    for name in [name for name in environ if name.startswith("TEXTUAL")]:
        del environ[name]


def _forbid_core_dumps() -> None:
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        # The limit does not hold for a core_pattern that is a pipe (systemd-coredump); this does, and it keeps
        # other processes of the account from reading this one's memory. A program that is started gets its own.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _fill_standard_descriptors() -> None:
    """Open whatever of 0, 1 and 2 is closed, lest the next file to be opened becomes the standard output."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= 2:
        descriptor = os.open(os.devnull, os.O_RDWR)
    os.close(descriptor)
