"""The terminal: its size, its letters, and the way from here to the operator's clipboard."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keydesk.doctor.finding import Finding, ok, warning
from tui.clipboard.facts import gather
from tui.clipboard.routes import Setting, choose
from tui.clipboard.running import Runner, Subprocesses

_COLUMNS, _LINES = 80, 24


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the standard streams are; `size` in columns and lines, None where they are no terminal."""

    encoding: str
    size: tuple[int, int] | None

    @classmethod
    def of_this_process(cls) -> "Terminal":
        """Return what this process was started on."""
        streams = (sys.stdin, sys.stdout)
        on_terminal = all(stream is not None and stream.isatty() for stream in streams)
        size = os.get_terminal_size(sys.stdout.fileno()) if on_terminal else None
        encoding = sys.stdout.encoding if sys.stdout is not None else "utf-8"
        return cls(encoding, (size.columns, size.lines) if size else None)


def examine_terminal(terminal: Terminal, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the locale, the terminal's kind and its size."""
    if terminal.encoding.lower().replace("-", "") == "utf8":
        yield ok("locale", "UTF-8")
    else:
        remedy = "Set LANG to a locale with UTF-8, such as C.UTF-8."
        yield warning("locale", f"{terminal.encoding}: other letters come out as escapes", remedy)
    if terminal.size is None:
        yield ok("terminal", "none here; the console needs one, the commands do not")
        return
    kind = environ.get("TERM", "")
    if kind in ("", "dumb"):
        yield warning(
            "terminal", f"TERM is {kind or 'not set'}", "Set TERM to what the terminal is, such as xterm-256color."
        )
    columns, lines = terminal.size
    if columns < _COLUMNS or lines < _LINES:
        what = f"{columns}x{lines}; the console is drawn for {_COLUMNS}x{_LINES} and more"
        yield warning("terminal", what, "Make the window larger, or its letters smaller.")
    else:
        yield ok("terminal", f"{kind or 'unknown'}, {columns}x{lines}")


def examine_clipboard(
    terminal: Terminal, environ: Mapping[str, str], setting: str, runner: Runner | None = None
) -> Iterator[Finding]:
    """Say by which way the console would copy from here."""
    if terminal.size is None:
        yield ok("clipboard", "not looked at: there is no terminal")
        return
    route = choose(environ, gather(environ, sys.platform, runner or Subprocesses(environ)), Setting(setting))
    if route.ways:
        yield ok("clipboard", f"by {', then '.join(route.ways)}")
    elif setting == Setting.OFF:
        yield ok("clipboard", "off, as the configuration says")
    else:
        yield warning("clipboard", route.why, "In the console, select the secret, or press w to write a file.")
