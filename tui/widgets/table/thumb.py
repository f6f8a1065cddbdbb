"""The mark at the right edge that says which part of a long list is in view.

The table draws it as the last cell of its own lines. Textual's scrollbar is a widget beside them: it would be
sent anew, line by line, at every scroll and every layout of the screen.
"""


def thumb(total: int, height: int, top: int) -> range:
    """Return the lines of a view that the mark covers; none where the whole list is in view."""
    if total <= height or height <= 0:
        return range(0)
    length = max(1, height * height // total)
    first = round((height - length) * min(1.0, top / (total - height)))
    return range(first, first + length)


def top_at(line: int, total: int, height: int) -> int:
    """Return the index of the first row in view when the mark is dragged to *line*."""
    length = len(thumb(total, height, 0))
    ways = height - length
    share = (line - length // 2) / ways if ways > 0 else 0.0
    return round(max(0.0, min(1.0, share)) * max(0, total - height))
