"""`keydesk doctor`: everything that could be wrong here, looked at without changing anything, and said in words."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping

from core.rules.errors import UnfitPlace
from keydesk import __version__
from keydesk.doctor.content import examine_database
from keydesk.doctor.files import examine_configuration
from keydesk.doctor.finding import Finding, Level, ok, problem, warning
from keydesk.doctor.proxy import examine_proxy
from keydesk.doctor.terminal import Terminal, examine_clipboard, examine_terminal
from keydesk.options import GlobalOptions
from keydesk.settings import Places, configuration_files, load, usual_places
from keydesk.whoami import operator_at_work

__all__ = ["Finding", "Level", "Terminal", "examine"]


def examine(
    options: GlobalOptions, environ: Mapping[str, str], terminal: Terminal, places: Places | None = None
) -> Iterator[Finding]:
    """Give the findings, those first that the later ones rest on."""
    places = places or usual_places()
    yield ok("versions", f"keydesk {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    yield ok("operator", f"you are recorded as {operator_at_work(os.getuid(), environ)}")
    try:
        settings = load(options, environ, places)
    except UnfitPlace as error:
        yield problem("configuration", error.sentence, "Correct it: keydesk does not start before.")
        yield warning("database", "not looked at: the configuration may name it", "")
    else:
        yield from examine_configuration(configuration_files(environ, places))
        yield from examine_proxy(settings)
        yield from examine_database(settings.database, environ)
        yield from examine_clipboard(terminal, environ, settings.clipboard)
    yield from examine_terminal(terminal, environ)
