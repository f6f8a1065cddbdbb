from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.table.thumb import thumb, top_at

totals, heights = st.integers(1, 200_000), st.integers(1, 80)


@given(totals, heights, st.floats(0, 1))
def test_the_mark_lies_within_the_view(total: int, height: int, share: float) -> None:
    lines = thumb(total, height, round(share * max(0, total - height)))
    assert bool(lines) == (total > height)
    assert not lines or 0 <= lines.start < lines.stop <= height


@given(totals, heights)
def test_the_mark_stands_at_the_ends_when_the_list_does(total: int, height: int) -> None:
    if total > height:
        assert thumb(total, height, 0).start == 0
        assert thumb(total, height, total - height).stop == height


@given(totals, heights, st.integers(-5, 100))
def test_dragging_never_leaves_the_list(total: int, height: int, line: int) -> None:
    assert 0 <= top_at(line, total, height) <= max(0, total - height)


@given(totals, st.integers(2, 80))
def test_dragging_to_the_ends_reaches_them(total: int, height: int) -> None:
    if total > height and len(thumb(total, height, 0)) < height:
        assert top_at(0, total, height) == 0
        assert top_at(height - 1, total, height) == total - height
