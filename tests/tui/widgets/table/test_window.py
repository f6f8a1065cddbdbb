from hypothesis import given
from hypothesis import strategies as st

from tests.tui.widgets.table.stage import Item, Shelf, items
from tui.widgets.table import After, Ask, At, Before, End, Page, Start
from tui.widgets.table.window import REACH, Window

heights = st.integers(1, 120)


def satisfy(window: Window[Item], shelf: Shelf, top: int, height: int) -> list[Ask[Item]]:
    """Answer until the window is content; return what it asked."""
    asks: list[Ask[Item]] = []
    while (ask := window.next_ask(top, height)) is not None:
        assert len(asks) < 6, "it asks for ever"
        asks.append(ask)
        assert window.put(ask, shelf.answer(ask))
    return asks


def kinds(asks: list[Ask[Item]]) -> list[type]:
    return [type(ask.where) for ask in asks]


# A share of the list to jump to, or a number of rows to scroll by.
walks = st.lists(st.floats(0, 1) | st.integers(-300, 300), max_size=15)


@given(st.integers(0, 3000), heights, walks)
def test_after_any_walk_the_rows_in_view_are_the_rows_of_the_list(
    total: int, height: int, walk: list[float | int]
) -> None:
    shelf, window, top = Shelf(items(total)), Window[Item](), 0
    last = max(0, total - height)
    for way in [0, *walk]:
        top = round(way * last) if isinstance(way, float) else max(0, min(last, top + way))
        satisfy(window, shelf, top, height)
        shown = [window.get(index) for index in range(top, min(total, top + height))]
        assert shown == shelf.rows[top : top + height]
        assert window.total == total
        assert len(window) <= 2 * (height + 2 * REACH)


@given(st.integers(1, 2000), heights)
def test_a_view_that_scrolls_line_by_line_never_meets_a_row_that_is_not_there(total: int, height: int) -> None:
    shelf, window = Shelf(items(total)), Window[Item]()
    satisfy(window, shelf, 0, height)
    for top in [*range(0, max(1, total - height)), *range(max(0, total - height), -1, -1)]:
        assert window.covers(top, min(total, top + height))
        satisfy(window, shelf, top, height)


@given(st.integers(0, 400), st.integers(0, 400), heights, st.integers(0, 400))
def test_a_source_that_miscounts_is_asked_no_more_than_needed(real: int, told: int, height: int, top: int) -> None:
    shelf, window, asks = Shelf(items(real)), Window[Item](), 0
    while (ask := window.next_ask(top, height)) is not None:
        asks += 1
        assert asks < 12, "it asks for ever"
        if not window.put(ask, Page(shelf.answer(ask).rows, told)):
            break  # as a list that has changed meanwhile, which is then begun anew
    assert len(window) <= real


def test_the_start_of_a_small_list_is_one_ask() -> None:
    assert kinds(satisfy(Window[Item](), Shelf(items(20)), 0, 22)) == [Start]


def test_a_first_screen_of_a_long_list_is_one_ask() -> None:
    assert kinds(satisfy(Window[Item](), Shelf(items(100_000)), 0, 22)) == [Start]


def test_neighbouring_pages_are_asked_for_by_their_neighbour() -> None:
    shelf, window = Shelf(items(3000)), Window[Item]()
    satisfy(window, shelf, 0, 20)
    [down] = satisfy(window, shelf, 100, 20)
    assert down.where == After(shelf.rows[147])
    satisfy(window, shelf, 220, 20)
    satisfy(window, shelf, 340, 20)
    up = satisfy(window, shelf, 200, 20)
    assert kinds(up) == [Before]


def test_the_ends_are_asked_for_by_name_and_only_the_unknown_by_offset() -> None:
    shelf, window = Shelf(items(3000)), Window[Item]()
    satisfy(window, shelf, 0, 20)
    assert kinds(satisfy(window, shelf, 2980, 20)) == [End]
    assert kinds(satisfy(window, shelf, 0, 20)) == [Start]
    assert kinds(satisfy(window, shelf, 1500, 20)) == [At]


def test_a_page_of_a_list_that_has_changed_is_not_joined_on() -> None:
    shelf, window = Shelf(items(3000)), Window[Item]()
    satisfy(window, shelf, 0, 20)
    ask = window.next_ask(100, 20)
    assert ask is not None
    shelf.rows.pop(0)
    assert not window.put(ask, shelf.answer(ask))


def test_a_head_that_is_nearer_than_counted_is_not_joined_on() -> None:
    shelf, window = Shelf(items(3000)), Window[Item]()
    satisfy(window, shelf, 0, 20)
    satisfy(window, shelf, 1500, 20)
    shelf.rows[:1436] = []
    shelf.rows += [Item(number) for number in range(90_000, 91_436)]
    ask = window.next_ask(1430, 20)
    assert ask is not None
    assert isinstance(ask.where, Before)
    assert not window.put(ask, shelf.answer(ask))
