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


def fit(text: str, width: int, align: str = "left") -> str:
    """Return *text*, cleaned and cut, in exactly *width* cells, filled with blanks away from *align*."""
    text = cut(text, width)
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
