"""Starting the console: is this a terminal to draw on, is the database fit, and then the app.

Nothing heavy is imported on the way to the first frame; the services are composed behind it.
"""

import gc
import locale
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.rules.errors import UnfitPlace
from keydesk.ending import ending_on_signals
from keydesk.options import GlobalOptions
from keydesk.settings import Settings, load
from store import place
from tui.trace import Trace

if TYPE_CHECKING:
    from core.services import Services
    from tui.clipboard import Clipboard


def run(options: GlobalOptions) -> int:
    """Open the console and return its exit code; raises `UnfitPlace` where it cannot be opened."""
    environ = dict(os.environ)
    with ExitStack() as until_the_end:
        trace = Trace(_trace_file(environ, until_the_end), time.monotonic)
        trace.mark("started")
        check_terminal(environ)
        settings = load(options, environ)
        if not options.demo and place.is_file(settings.database):
            place.look(place.path_of(settings.database))
        keep_off_the_screen()
        return _draw(settings, environ, trace, _composition(options, settings, environ, until_the_end))


def check_terminal(environ: Mapping[str, str]) -> None:
    """Raise `UnfitPlace` where there is nothing to draw on, or nothing that draws what we would send."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UnfitPlace("The console wants a terminal. For scripts there are commands: keydesk --help.")
    if environ.get("TERM") in (None, "", "dumb"):
        raise UnfitPlace("The terminal is said to be dumb (TERM): the console cannot draw on it.")
    codeset = locale.nl_langinfo(locale.CODESET)
    if not sys.flags.utf8_mode and codeset.replace("-", "").lower() != "utf8":
        raise UnfitPlace(f"The terminal is said to write {codeset}; keydesk draws in UTF-8: set LC_ALL=C.UTF-8.")


def keep_off_the_screen() -> None:
    """Keep warnings and log lines off the standard error, which is what Textual draws on."""
    logging.captureWarnings(True)
    logging.getLogger().addHandler(logging.NullHandler())


def _draw(settings: Settings, environ: Mapping[str, str], trace: Trace, composition: "Callable[[], Services]") -> int:
    # What is imported stays for good: looking for garbage in it costs a tenth of the way to the first frame.
    gc.disable()
    from tui.app import KeydeskApp
    from tui.drawing.themes import Look

    app = KeydeskApp(
        composition,
        now=lambda: datetime.now(UTC),
        clipboard=lambda terminal: _clipboard(settings, environ, terminal),
        look=Look(theme=settings.theme, colour=not environ.get("NO_COLOR")),
        thresholds=settings.thresholds,
        trace=trace,
    )
    with ending_on_signals(app.leave_with):
        app.run(mouse=settings.mouse)
    if app.opening.unfit is not None:
        raise app.opening.unfit
    return app.return_code or 0


def _composition(
    options: GlobalOptions, settings: Settings, environ: Mapping[str, str], until_the_end: ExitStack
) -> "Callable[[], Services]":
    """Return what opens the services, in a thread behind the first frame."""

    def demo() -> "Services":
        from keydesk.demo import open_demo
        from keydesk.uptime import since_boot

        return until_the_end.enter_context(open_demo(since_boot=since_boot()))

    def real() -> "Services":
        from keydesk.compose import compose

        return compose(settings, environ)

    def composed() -> "Services":
        try:
            return demo() if options.demo else real()
        finally:
            gc.freeze()
            gc.enable()

    return composed


def _clipboard(settings: Settings, environ: Mapping[str, str], terminal: Callable[[str], object]) -> "Clipboard":
    from tui.clipboard import Clipboard, Setting

    return Clipboard(environ, terminal, setting=Setting(settings.clipboard), clear_after=settings.clear_after)


def _trace_file(environ: Mapping[str, str], until_the_end: ExitStack) -> TextIO | None:
    named = environ.get("KEYDESK_TRACE")
    if not named:
        return None
    try:
        return until_the_end.enter_context(Path(named).open("a", encoding="utf-8"))
    except OSError as error:
        raise UnfitPlace(f"KEYDESK_TRACE names a file that cannot be written: {error.strerror}.") from None
