"""Stored text on its way to the screen: cleaned, and never read as markup.

Textual passes escape sequences in strings straight to the terminal and reads plain strings as markup, so
every text that is not ours goes through here.
"""

import re

from textual.content import Content

from core.rules.text import shown

_VALUE = re.compile(r"\b(kd_[0-9A-Za-z]{8})_[0-9A-Za-z]+")


def plain(text: str, style: str = "") -> Content:
    """Return *text* as content that draws exactly itself, on one line, in one style."""
    return Content.styled(shown(text), style) if style else Content(shown(text))


def beginning(text: str, most: int, style: str = "") -> Content:
    """Return *text* as `plain` does, up to so many characters; how many more there are is said behind them."""
    begun, more = plain(text[:most].expandtabs(4), style), len(text) - most
    return line(begun, (f" … and {more:,} more characters", "$text-warning")) if more > 0 else begun


def line(*parts: str | Content | tuple[str, str]) -> Content:
    """Put parts into one line; a string or a (string, style) pair is cleaned on the way."""
    return Content("").join(
        part if isinstance(part, Content) else plain(*part) if isinstance(part, tuple) else plain(part)
        for part in parts
    )


def cut_to_hints(text: str) -> str:
    """Return *text* with every client secret in it cut down to its hint, which finds as much and tells nothing."""
    return _VALUE.sub(r"\1", text)
