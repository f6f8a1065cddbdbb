"""Putting the HTTP face together and keeping it open until a signal ends it."""

import ctypes
import gc
import os
import resource
import signal
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from urllib.parse import unquote, urlsplit

from core.services import Services
from keydesk.cautions import cautions
from keydesk.compose import authorization_server
from keydesk.listening import Door
from keydesk.sample import prepare
from keydesk.settings import Settings
from keydesk.streams import narrate
from web.app import application
from web.client_certificate import Forwarded
from web.request_log import RequestLog
from web.server import run

_STDOUT = 1
_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of mallopt(3)."""


def serve(
    services: Services,
    door: Door,
    issuer: str,
    settings: Settings,
    environ: Mapping[str, str],
    *,
    as_json: bool = False,
    sample: bool = False,
) -> int:
    """Answer until SIGTERM, SIGINT or SIGHUP; return the exit code. The request log goes to stdout.

    With the *sample* two APIs are served beside it, and what to type is said.
    """
    _give_memory_back()  # before the first thread has hashed anything
    server = authorization_server(services, settings, environ, issuer)
    _allow_many_connections()
    with closing(RequestLog(_STDOUT, as_json=as_json, lost=_tell_of_lost_lines)) as log:
        forwarded = Forwarded(settings.client_cert, settings.client_cert_header)
        app = application(server, log=log, trusted=settings.trusted, forwarded=forwarded, sample=sample)
        with _ended_by_sigterm(), services.servers.announced(door.url, issuer):
            narrate(f"Listening on {door.url}. Issuer: {issuer}. Database: {place_of(services)}.")
            for caution in cautions(door, issuer, settings, os.geteuid()):
                narrate(caution)
            for line in prepare(services, door.url) if sample else ():
                narrate(line)
            gc.freeze()  # what stands by now stays: no request shall wait while it is searched for garbage
            return run(app, door.socket, refused=log.refused, direct=app.direct)


def place_of(services: Services) -> str:
    """Return the path of the database, or the URL of a database server without what could be a password."""
    url = services.desk.database.engine.url
    if url.get_backend_name() == "sqlite":
        return unquote(urlsplit(url.database or "").path)
    return url.set(query={}).render_as_string(hide_password=True)


def _allow_many_connections() -> None:
    """Take as many descriptors as this account may have; the usual 1024 are for programs that use select()."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Within the block, leave in order on SIGTERM even before the server listens to signals by itself."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _give_memory_back() -> None:
    """Let the C library return what a hash took, 19 MiB, where it would keep that much for every thread."""
    with suppress(OSError, AttributeError):  # another C library has other habits
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1024 * 1024)


def _tell_of_lost_lines(error: OSError) -> None:
    narrate(f"Standard output takes no more lines of the request log: {error.strerror}.")
