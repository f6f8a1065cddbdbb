"""The columns of the calls that were made in the Test panel."""

from http import HTTPStatus

from tui.test_panel.answer_text import duration
from tui.test_panel.trying import Tried
from tui.widgets.table import Cell, Column, Flexible


def columns() -> list[Column[Tried]]:
    """Return the columns, the newest call on top."""
    return [
        Column("status", "Status", 6, _status),
        Column("call", "Last calls", Flexible(14, weight=3), lambda row: Cell(f"{row.method} {_path(row.url)}")),
        Column("caller", "As", 9, lambda row: Cell(row.caller or "nobody", "muted")),
        Column("took", "Took", 7, _took, align="right"),
        Column("at", "At", 8, lambda row: Cell(row.at.astimezone().strftime("%H:%M:%S"), "muted"), from_width=60),
    ]


def _path(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def _status(row: Tried) -> Cell:
    if row.answer is None:
        return Cell("none", "warn")
    bad = row.answer.status >= HTTPStatus.BAD_REQUEST
    return Cell(str(row.answer.status), "bad" if bad else "ok")


def _took(row: Tried) -> Cell:
    return Cell(duration(row.answer.milliseconds) if row.answer else "–")
