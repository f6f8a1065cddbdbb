"""From cells to files: an SVG that stands alone, and a PNG of it.

Every cell is 12 by 24 units, which is the shape of Fira Code's blocks and lines, so that boxes close. The SVG
holds no identifier and no address: the same screen gives the same bytes, one element to a line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from importlib.resources import files
from itertools import groupby

from rich.cells import cell_len

from screenshots.picture import Fill, Picture, Run, Style

_WIDTH, _HEIGHT = 12, 24
_BASELINE = 18
_MARGIN = 12

_FONTS = (("fontpkg_fira_code", "files/FiraCode[wght].ttf"), ("pylopdf_fonts_jp", "NotoSansJP-Regular.otf"))
"""What draws the PNG: packages that hold nothing but fonts under the SIL Open Font License. The second has CJK."""

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">
<title>{title}</title>
<style>
text {{ font: 20px "Fira Code", "Cascadia Code", "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre;
font-variant-ligatures: none }}
.b {{ font-weight: bold }}
.i {{ font-style: italic }}
.u {{ text-decoration: underline }}
.s {{ text-decoration: line-through }}
</style>
<rect width="{width}" height="{height}" rx="8" fill="{background}"/>
<g transform="translate({margin} {margin})" xml:space="preserve">
"""


def to_svg(picture: Picture, title: str) -> str:
    """Draw a picture as an SVG without anything outside it."""
    head = _HEAD.format(
        width=picture.columns * _WIDTH + 2 * _MARGIN,
        height=picture.rows * _HEIGHT + 2 * _MARGIN,
        margin=_MARGIN,
        background=picture.background,
        title=escape(title),
    )
    fills = [_rect(fill) for fill in picture.fills if fill.colour != picture.background]
    rows = groupby(picture.runs, key=lambda run: run.row)
    lines = [line for row, runs in rows for line in _row(row, picture.columns, runs)]
    return "\n".join([head.rstrip(), *fills, *lines, "</g>", "</svg>", ""])


def to_png(svg: str) -> bytes:
    """Draw an SVG of ours with fonts that come from wheels, so that the machine's own do not matter."""
    import resvg_py

    fonts = [str(files(package).joinpath(file)) for package, file in _FONTS]
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts)


def _rect(fill: Fill) -> str:
    x, y = fill.column * _WIDTH, fill.row * _HEIGHT
    return f'<rect x="{x}" y="{y}" width="{fill.width * _WIDTH}" height="{_HEIGHT}" fill="{fill.colour}"/>'


def _row(row: int, columns: int, runs: Iterable[Run]) -> Iterator[str]:
    """Draw one row in a window of its own: Fira Code's upright lines reach over their cells and would overlap."""
    pieces = [piece for run in runs for piece in _pieces(run)]
    if pieces:
        yield f'<svg y="{row * _HEIGHT}" width="{columns * _WIDTH}" height="{_HEIGHT}">'
        yield from map(_text, pieces)
        yield "</svg>"


def _text(piece: Run) -> str:
    x, width = piece.column * _WIDTH, cell_len(piece.text) * _WIDTH
    place = f'x="{x}" y="{_BASELINE}" textLength="{width}"'
    if len(piece.text) == 1:  # a lone one may be wide, and its font decides how wide: it stands in the middle
        place = f'x="{x + width // 2}" y="{_BASELINE}" text-anchor="middle"'
    return f'<text {place} fill="{piece.style.colour}"{_class(piece.style)}>{escape(piece.text, quote=False)}</text>'


def _class(style: Style) -> str:
    marks = {"b": style.bold, "i": style.italic, "u": style.underline, "s": style.strike}
    worn = " ".join(name for name, is_worn in marks.items() if is_worn)
    return f' class="{worn}"' if worn else ""


def _pieces(run: Run) -> Iterator[Run]:
    """Part a run into stretches that one length fits: plain characters together, each wide one alone."""
    column = run.column
    for wide, characters in groupby(run.text, key=lambda character: cell_len(character) > 1):
        stretch = "".join(characters)
        for text in stretch if wide else [stretch]:
            yield from _trimmed(Run(run.row, column, text, run.style))
            column += cell_len(text)


def _trimmed(run: Run) -> Iterator[Run]:
    """Leave out the spaces around a run, and a run that has nothing else, unless a line is drawn through them."""
    if run.style.underline or run.style.strike:
        yield run
    elif text := run.text.strip(" "):
        before = len(run.text) - len(run.text.lstrip(" "))
        yield replace(run, column=run.column + before, text=text)
