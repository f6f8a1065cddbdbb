"""The options that stand before a subcommand, read without typer where nothing else stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


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


def console_options(argv: Sequence[str]) -> GlobalOptions | None:
    """Return the options of a start of the console, or None: then typer reads the line, and says what is wrong."""
    flags: set[str] = set()
    values: dict[str, str] = {}
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word in ("--demo", "--no-mouse"):
            flags.add(word)
        elif name in ("--database", "--theme"):
            values[name] = value if equals else next(words, "")
        else:
            return None
    return _options(flags, values)


def _options(flags: set[str], values: dict[str, str]) -> GlobalOptions | None:
    database, theme, demo = values.get("--database"), values.get("--theme"), "--demo" in flags
    odd = any(not value or value.startswith("-") for value in values.values())
    if odd or (demo and database) or theme not in (None, *Theme):
        return None
    return GlobalOptions(
        database=database, demo=demo, no_mouse="--no-mouse" in flags, theme=None if theme is None else Theme(theme)
    )
