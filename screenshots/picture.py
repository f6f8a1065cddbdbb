"""A drawn screen as cells: stretches of background and runs of text, read from Textual's own export.

Textual's SVG refers to a web font by URL, gives wide characters one cell, and names everything after a hash
of the whole; what is kept here is only what stands on the screen.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import attrgetter
from xml.etree import ElementTree

from core.rules.secret_format import IDENTIFIER_LENGTH, PREFIX

_SVG = "{http://www.w3.org/2000/svg}"
_RULE = re.compile(r"\.[\w-]+-(r\d+) \{ fill: (#[0-9a-f]{6})(.*?) \}")
_CELL_WIDTH, _LINE_HEIGHT = 12.2, 24.4
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_VALUE = re.compile(rf"({PREFIX}[0-9A-Za-z]{{{IDENTIFIER_LENGTH}}}_)([0-9A-Za-z]+)")
_THUMBPRINT = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is drawn."""

    colour: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style; `column` is its first cell."""

    row: int
    column: int
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Fill:
    """Cells of one background colour, side by side."""

    row: int
    column: int
    width: int
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything on a screen of `columns` by `rows` cells; `background` is what surrounds it."""

    columns: int
    rows: int
    background: str
    fills: tuple[Fill, ...]
    runs: tuple[Run, ...]


def read(svg: str, columns: int, rows: int) -> Picture:
    """Read what Textual's `export_screenshot` wrote for a screen of this size."""
    root = ElementTree.fromstring(svg)
    styles = {name: _style(colour, rest) for name, colour, rest in _RULE.findall(root.findtext(f"{_SVG}style") or "")}
    fills = tuple(_joined(_fills(root)))
    return Picture(columns, rows, _background(root, fills), fills, tuple(_runs(root, styles)))


def without_values(picture: Picture) -> Picture:
    """Return the picture with every client secret's value dotted out behind its hint.

    So are the names of keys, which are hashes of them: no two servers have the same.
    """
    rows = groupby(picture.runs, key=attrgetter("row"))
    return replace(picture, runs=tuple(run for _row, runs in rows for run in _dotted(list(runs))))


def _dotted(runs: list[Run]) -> Iterator[Run]:
    """Dot out values in one row, also one that several runs share."""
    text = "".join(run.text for run in runs)
    text = _THUMBPRINT.sub(lambda name: "•" * len(name[0]), text)
    characters = iter(_VALUE.sub(lambda value: value[1] + "•" * len(value[2]), text))
    return (replace(run, text="".join(islice(characters, len(run.text)))) for run in runs)


def _style(colour: str, rest: str) -> Style:
    words = ("font-weight: bold", "font-style: italic", "underline", "line-through")
    return Style(colour, *(word in rest for word in words))


def _runs(root: ElementTree.Element, styles: dict[str, Style]) -> Iterator[Run]:
    for text in root.iter(f"{_SVG}text"):
        drawn = (text.text or "").rstrip("\n").replace(_NO_BREAK_SPACE, " ")
        if drawn and "clip-path" in text.attrib:  # the one without is the title of the window
            style = styles[text.attrib["class"].rsplit("-", 1)[1]]
            # A baseline stands most of a line below its row's upper edge.
            yield Run(int(float(text.attrib["y"]) / _LINE_HEIGHT), _column(text.attrib["x"]), drawn, style)


def _fills(root: ElementTree.Element) -> Iterator[Fill]:
    for rect in root.iter(f"{_SVG}rect"):
        if "shape-rendering" in rect.attrib:  # the others are the window and the clips
            row = int(float(rect.attrib["y"]) / _LINE_HEIGHT)
            yield Fill(row, _column(rect.attrib["x"]), _column(rect.attrib["width"]), rect.attrib["fill"])


def _background(root: ElementTree.Element, fills: Sequence[Fill]) -> str:
    """Return the colour of the upper left corner, which the terminal gives where the app paints nothing."""
    if fills and (fills[0].row, fills[0].column) == (0, 0):
        return fills[0].colour
    return next(rect.attrib["fill"] for rect in root.iter(f"{_SVG}rect") if "rx" in rect.attrib)


def _joined(fills: Iterable[Fill]) -> Iterator[Fill]:
    """Join neighbours of one colour."""
    last: Fill | None = None
    for fill in fills:
        if last and (last.row, last.column + last.width, last.colour) == (fill.row, fill.column, fill.colour):
            last = replace(last, width=last.width + fill.width)
            continue
        if last:
            yield last
        last = fill
    if last:
        yield last


def _column(x: str) -> int:
    return round(float(x) / _CELL_WIDTH)
