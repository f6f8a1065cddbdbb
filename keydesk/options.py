"""The options of the console and of `serve`, read without typer where nothing else stands on the line."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_PORT = 65535


class Theme(StrEnum):
    """How the console is coloured: by its own palette, or by the terminal's sixteen colours."""

    DARK = "dark"
    ANSI = "ansi"


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """What was given before the subcommand; None where it was not given."""

    database: str | None = field(default=None, repr=False)
    """A path or an SQLAlchemy URL, which may hold a password."""
    demo: bool = False
    no_mouse: bool = False
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What was given after `serve`."""

    host: str = "127.0.0.1"
    port: int = 8400
    """0 is a free one."""
    issuer: str | None = None
    """None is the address that is listened on."""
    log_json: bool = False
    sample: bool = False
    """Whether it serves two APIs to try, on a throw-away database."""


_GLOBAL = (("--demo", "--no-mouse"), ("--database", "--theme"))
_OF_SERVE = (("--log-json", "--sample"), ("--host", "--port", "--issuer"))
"""The options without a value, and those with one."""


def console_options(argv: Sequence[str]) -> GlobalOptions | None:
    """Return the options of a start of the console, or None: then typer reads the line, and says what is wrong."""
    given, word = _read(iter(argv), *_GLOBAL)
    return _global_options(given) if word is None else None


def serve_options(argv: Sequence[str]) -> tuple[GlobalOptions, ServeOptions] | None:
    """Return the options of a start of the server, or None, as above."""
    words = iter(argv)
    given, word = _read(words, *_GLOBAL)
    asked, beyond = _read(words, *_OF_SERVE)
    if word != "serve" or beyond is not None:
        return None
    before, after = _global_options(given), _serve_options(asked)
    return (before, after) if before and after else None


def _read(words: Iterator[str], flags: Collection[str], valued: Collection[str]) -> tuple[dict[str, str], str | None]:
    """Take options until another word comes, and return both; a flag that was given is its own value."""
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if word in flags:
            given[word] = word
        elif name in valued:
            given[name] = value if equals else next(words, "")
        else:
            return given, word
    return given, None


def _is_odd(given: dict[str, str]) -> bool:
    """Tell whether a value is missing, or looks like an option."""
    return any(not value or (value.startswith("-") and value != name) for name, value in given.items())


def _global_options(given: dict[str, str]) -> GlobalOptions | None:
    database, theme, demo = given.get("--database"), given.get("--theme"), "--demo" in given
    if _is_odd(given) or (demo and database) or theme not in (None, *Theme):
        return None
    return GlobalOptions(
        database=database, demo=demo, no_mouse="--no-mouse" in given, theme=None if theme is None else Theme(theme)
    )


def _serve_options(given: dict[str, str]) -> ServeOptions | None:
    usual = ServeOptions()
    port = given.get("--port", str(usual.port))
    if _is_odd(given) or not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= MOST_PORT):
        return None
    log_json, sample = "--log-json" in given, "--sample" in given
    return ServeOptions(given.get("--host", usual.host), int(port), given.get("--issuer"), log_json, sample)
