"""The table of a benchmark: what was measured, beside what, and whether it keeps its limit."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEAD = ("what", "ours", "beside", "ratio", "limit", "ok")


@dataclass(frozen=True)
class Line:
    """One measured thing; `beside` names what it is compared with, and `value` is what `limit` bounds, if anything."""

    what: str
    ours: str
    beside: str
    value: float
    limit: float | None
    form: str = "{:.2f}"
    least: bool = False
    """Whether the limit is one from below."""

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table."""
        value = self.form.format(self.value)
        if self.limit is None:
            return (self.what, self.ours, self.beside, value, "", "")
        limit = ("≥ " if self.least else "") + self.form.format(self.limit)
        return (self.what, self.ours, self.beside, value, limit, "yes" if self.kept else "NO")


def ratio(what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], limit: float | None) -> Line:
    """Compare the medians of two series of seconds."""
    return _compared(what, statistics.median(ours), peer, statistics.median(theirs), limit)


def late_ratio(what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], limit: float) -> Line:
    """Compare the 95th percentiles of two series of seconds."""
    return _compared(what, _percentile95(ours), peer, _percentile95(theirs), limit)


def more_megabytes(what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], limit: float) -> Line:
    """Tell by how many megabytes the one median exceeds the other."""
    one, other = statistics.median(ours), statistics.median(theirs)
    return Line(what, f"{one:.1f} MB", f"{other:.1f} MB {peer}", one - other, limit, "{:+.1f} MB")


def megabytes_ratio(what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], limit: float) -> Line:
    """Compare the medians of two series of megabytes."""
    one, other = statistics.median(ours), statistics.median(theirs)
    return Line(what, f"{one:.1f} MB", f"{other:.1f} MB {peer}", one / other, limit)


def rate_ratio(
    what: str, ours: Sequence[float], peer: str, theirs: Sequence[float], at_least: float | None = None
) -> Line:
    """Compare the medians of two series of answers in a second."""
    one, other = statistics.median(ours), statistics.median(theirs)
    return Line(what, _in_a_second(one), f"{_in_a_second(other)} {peer}", one / other, at_least, least=True)


def size(what: str, ours: Sequence[int], limit: int) -> Line:
    """Tell the median of some numbers of bytes, beside nothing."""
    count = statistics.median(ours)
    return Line(what, f"{count:.0f} bytes", "", count, limit, "{:.0f}")


def size_ratio(what: str, ours: Sequence[int], peer: str, theirs: Sequence[int], limit: float) -> Line:
    """Compare the medians of two series of bytes."""
    one, other = statistics.median(ours), statistics.median(theirs)
    return Line(what, f"{one:.0f} bytes", f"{other:.0f} bytes {peer}", one / other, limit)


def table(lines: Iterable[Line]) -> str:
    """Return the lines as a Markdown table whose columns stand in line."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def _compared(what: str, ours: float, peer: str, theirs: float, limit: float | None) -> Line:
    return Line(what, _milliseconds(ours), f"{_milliseconds(theirs)} {peer}", ours / theirs, limit)


def _percentile95(series: Sequence[float]) -> float:
    return statistics.quantiles(series, n=20, method="inclusive")[-1]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def _in_a_second(rate: float) -> str:
    return f"{rate:,.0f}/s" if rate >= 100 else f"{rate:.1f}/s"
