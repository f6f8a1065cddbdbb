"""Text made to fit: cleaned, measured in terminal cells, cut and filled to an exact width.

A character is not a cell: CJK and most emoji take two, combining marks none. Rich's measure is used, because
Textual places everything that stands beside the text by it.
"""

from rich.cells import cell_len, set_cell_size

from core.rules.text import shown

ELLIPSIS = "…"


def cut(text: str, width: int) -> str:
    """Return *text*, cleaned, in at most *width* cells; what is lost at its end is marked by an ellipsis."""
    text = shown(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS if width > 0 else ""


def cut_middle(text: str, width: int) -> str:
    """Return *text*, cleaned, in at most *width* cells; what is lost in its middle is marked by an ellipsis."""
    text = shown(text)
    if cell_len(text) <= width:
        return text
    tail = _tail(text, (width - 1) // 2)
    return cut(text, width - cell_len(tail)) + tail


def _tail(text: str, width: int) -> str:
    """Return as much of the end of *text* as finds room in *width* cells."""
    start = len(text)
    while start and (width := width - cell_len(text[start - 1])) >= 0:
        start -= 1
    return text[start:]


def fit(text: str, width: int, align: str = "left", *, middle: bool = False) -> str:
    """Return *text*, cleaned and cut, in exactly *width* cells, filled with blanks away from *align*."""
    text = cut_middle(text, width) if middle else cut(text, width)
    blank = " " * (width - cell_len(text))
    return blank + text if align == "right" else text + blank


def wrap(text: str, width: int) -> list[str]:
    """Return *text*, cleaned, as lines of at most *width* cells, broken between words."""
    lines: list[str] = []
    for word in shown(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, width))
    return lines
