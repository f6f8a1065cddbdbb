from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.widgets.table.stage import Item, Shelf, items
from tui.widgets.table.view import View


def settled(view: View[Item], shelf: Shelf) -> None:
    """Answer until the view is content."""
    for _ in range(10):
        ask = view.next_ask()
        if ask is None:
            return
        view.take(ask, shelf.answer(ask))
    raise AssertionError("it asks for ever")


def view_of(shelf: Shelf, height: int = 10) -> View[Item]:
    view = View[Item](lambda item: item.key)
    view.resize(height)
    view.reset(keep=False)
    settled(view, shelf)
    return view


def insert(shelf: Shelf, place: int) -> None:
    """Put a row in after the one at a place, or first."""
    before = shelf.rows[place % len(shelf.rows)].number if shelf.rows else 0
    shelf.rows = sorted(
        {row.number: row for row in [*shelf.rows, Item(before + 1)]}.values(), key=lambda row: row.number
    )


def delete(shelf: Shelf, place: int) -> None:
    if shelf.rows:
        del shelf.rows[place % len(shelf.rows)]


MOVES: dict[str, Callable[[View[Item], int], None]] = {
    "go": lambda view, number: view.go(number),
    "step": lambda view, number: view.go(view.cursor + number % 7 - 3),
    "turn": lambda view, number: view.turn(number % 3 - 1),
    "scroll": lambda view, number: view.scroll_to(view.top + number % 50 - 25),
    "last": lambda view, _: view.go(view.total - 1),
    "resize": lambda view, number: view.resize(number % 40),
}
CHANGES: dict[str, Callable[[Shelf, int], None]] = {"insert": insert, "delete": delete}
steps = st.lists(st.tuples(st.sampled_from([*MOVES, *CHANGES, "reload"]), st.integers(0, 2000)), max_size=30)


@given(st.integers(0, 1500), steps)
def test_whatever_is_done_view_and_cursor_stay_in_the_list_and_show_its_rows(
    total: int, steps: list[tuple[str, int]]
) -> None:
    shelf = Shelf(items(total))
    view = view_of(shelf)
    for step, number in [*steps, ("reload", 0)]:
        if step in MOVES:
            MOVES[step](view, number)
        elif step in CHANGES:
            CHANGES[step](shelf, number)
        else:
            view.reload()
        settled(view, shelf)
    assert view.ready
    assert view.total == len(shelf.rows)
    assert 0 <= view.top <= max(0, view.total - view.height)
    assert 0 <= view.cursor <= max(0, view.total - 1)
    shown = range(view.top, min(view.total, view.top + view.height))
    assert [view.window.get(index) for index in shown] == [shelf.rows[index] for index in shown]


@given(st.integers(1, 1500), st.integers(0, 1499), st.lists(st.integers(0, 2000), max_size=40))
def test_reload_keeps_the_cursor_on_its_row_and_the_row_on_its_line(total: int, start: int, places: list[int]) -> None:
    shelf = Shelf(items(total))
    view = view_of(shelf)
    view.go(start)
    settled(view, shelf)
    row, line, at_top = view.row, view.cursor - view.top, view.top == 0
    for place in places:
        insert(shelf, place)
    view.reload()
    settled(view, shelf)
    assert view.row == row
    assert view.row == shelf.rows[view.cursor]
    assert at_top or view.cursor - view.top == line


def test_a_list_at_its_top_stays_there_so_that_new_rows_come_into_view() -> None:
    shelf = Shelf(items(100))
    view = view_of(shelf)
    shelf.rows.insert(0, Item(-5))
    view.reload()
    settled(view, shelf)
    assert (view.top, view.cursor, view.row) == (0, 1, Item(0, "service-00000"))


def test_when_the_row_is_gone_the_next_takes_its_place() -> None:
    shelf = Shelf(items(100))
    view = view_of(shelf)
    view.go(50)
    del shelf.rows[50]
    view.reload()
    settled(view, shelf)
    assert (view.cursor, view.row) == (50, Item(510, "service-00510"))


def test_when_the_last_row_is_gone_the_one_before_takes_its_place() -> None:
    shelf = Shelf(items(3))
    view = view_of(shelf)
    view.go(2)
    del shelf.rows[2]
    view.reload()
    settled(view, shelf)
    assert (view.cursor, view.row) == (1, shelf.rows[1])


def test_when_all_rows_are_gone_there_is_none_under_the_cursor() -> None:
    shelf = Shelf(items(3))
    view = view_of(shelf)
    shelf.rows.clear()
    view.reload()
    settled(view, shelf)
    assert (view.cursor, view.row, view.total) == (0, None, 0)


def test_a_source_that_cannot_look_rows_up_still_keeps_the_cursor_near() -> None:
    shelf = Shelf(items(3000), blind=True)
    view = view_of(shelf)
    view.go(1500)
    settled(view, shelf)
    row = view.row
    for number in range(1, 8):
        shelf.rows.insert(0, Item(-number))
    view.reload()
    settled(view, shelf)
    assert (view.cursor, view.row) == (1507, row)


def test_another_list_begins_at_its_first_row() -> None:
    shelf = Shelf(items(3000))
    view = view_of(shelf)
    view.go(1500)
    settled(view, shelf)
    view.reset(keep=False)
    settled(view, shelf)
    assert (view.top, view.cursor, view.row) == (0, 0, shelf.rows[0])


def test_another_list_can_keep_the_row_under_the_cursor_where_it_stands_on_the_screen() -> None:
    view = view_of(Shelf(items(40)[30:]))
    view.go(4)
    all_rows = Shelf(items(3000))
    view.reset(keep=True)
    settled(view, all_rows)
    assert (view.cursor, view.cursor - view.top, view.row) == (34, 4, Item(340, "service-00340"))


def test_a_hidden_table_keeps_the_row_under_its_cursor_too() -> None:
    view = view_of(Shelf(items(40)[30:]), height=0)
    view.go(4)
    view.reset(keep=True)
    settled(view, Shelf(items(3000)))
    view.resize(10)
    assert (view.cursor, view.row) == (34, Item(340, "service-00340"))
    assert view.top <= view.cursor < view.top + view.height


def test_another_list_without_that_row_begins_at_its_first() -> None:
    many, few = Shelf(items(3000)), Shelf(items(3))
    view = view_of(many)
    view.go(2000)
    settled(view, many)
    view.reset(keep=True)
    settled(view, few)
    assert (view.top, view.cursor, view.row) == (0, 0, few.rows[0])


def test_moves_made_while_a_list_is_on_its_way_are_made_in_it() -> None:
    shelf = Shelf(items(3000))
    view = view_of(shelf)
    view.go(1500)
    view.reset(keep=False)
    view.do(lambda: view.go(view.total - 1))
    view.do(lambda: view.go(view.cursor - 1))
    settled(view, shelf)
    assert (view.cursor, view.row) == (2998, shelf.rows[2998])


def test_moves_noted_for_a_list_that_was_overtaken_are_forgotten() -> None:
    shelf = Shelf(items(30))
    view = view_of(shelf)
    view.reset(keep=False)
    view.do(lambda: view.go(5))
    view.reset(keep=False)
    settled(view, shelf)
    assert view.cursor == 0


def test_a_cursor_out_of_view_stays_on_its_row_too() -> None:
    shelf = Shelf(items(100))
    view = view_of(shelf)
    view.go(2)
    view.scroll_to(30)
    shelf.rows.insert(10, Item(95))
    view.reload()
    settled(view, shelf)
    assert (view.top, view.cursor, view.row) == (31, 2, Item(20, "service-00020"))


def test_a_cursor_that_moved_during_a_reload_stays_in_view() -> None:
    shelf = Shelf(items(100))
    view = view_of(shelf)
    view.go(3)
    view.reload()
    ask = view.next_ask()
    assert ask is not None
    view.go(9)
    shelf.rows[5:5] = [Item(number) for number in range(41, 50)]
    view.take(ask, shelf.answer(ask))
    assert (view.cursor, view.row) == (18, Item(90, "service-00090"))
    assert view.top <= view.cursor < view.top + view.height


def test_a_page_turn_leaves_one_line_in_sight_and_the_cursor_on_its_line() -> None:
    view = view_of(Shelf(items(100)))
    view.go(3)
    view.turn(1)
    assert (view.top, view.cursor) == (9, 12)
    view.turn(-1)
    assert (view.top, view.cursor) == (0, 3)


def test_scrolling_leaves_the_cursor_and_its_row_where_they_are() -> None:
    shelf = Shelf(items(3000))
    view = view_of(shelf)
    view.go(2)
    view.scroll_to(2500)
    settled(view, shelf)
    assert (view.top, view.cursor, view.row) == (2500, 2, shelf.rows[2])


def test_a_list_that_changed_under_a_walk_is_fetched_again() -> None:
    shelf = Shelf(items(3000))
    view = view_of(shelf)
    view.go(100)
    del shelf.rows[:50]
    settled(view, shelf)
    assert (view.total, view.cursor, view.row) == (2950, 50, shelf.rows[50])
