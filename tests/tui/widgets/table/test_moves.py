from collections.abc import Callable

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from tests.tui.widgets.table.stage import SIZE, Item, Shelf, Stage, Watched, items, settle, show
from tui.widgets.table import At, End, Start


async def stand(pilot: Pilot[None], *actions: Callable[[], None]) -> None:
    for action in actions:
        action()
        await settle(pilot)


async def test_the_cursor_walks_from_row_to_row() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        assert app.table.marked == [app.table.text[1]]
        await stand(pilot, app.table.action_cursor_down, app.table.action_cursor_down, app.table.action_cursor_up)
        assert app.table.marked == [app.table.text[2]]
        assert app.table.cursor_row == Item(10, "service-00010")
        assert app.moved == [Item(0, "service-00000"), *items(3)[1:], Item(10, "service-00010")]


async def test_the_cursor_stops_at_both_ends() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3)))
        await stand(pilot, app.table.action_cursor_up)
        assert app.table.cursor_index == 0
        await stand(pilot, *[app.table.action_cursor_down] * 5)
        assert app.table.cursor_index == 2


async def test_the_list_scrolls_to_keep_the_cursor_in_view() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        await stand(pilot, *[app.table.action_cursor_down] * 10)
        assert app.table.rows_shown[0] == "service-00010"
        assert app.table.marked == [app.table.text[10]]


async def test_last_and_first_reach_the_ends_of_a_long_list_with_one_ask_each() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(100_000))
        await show(pilot, app.table, shelf)
        await stand(pilot, app.table.action_last)
        assert app.table.cursor_row == shelf.rows[-1]
        assert app.table.rows_shown[-1] == "service-999990"
        await stand(pilot, app.table.action_first)
        assert app.table.cursor_row == shelf.rows[0]
        assert [type(ask.where) for ask in shelf.asks] == [Start, End, Start]


async def test_a_page_turn_moves_view_and_cursor_together() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(100)))
        await stand(pilot, app.table.action_cursor_down, app.table.action_page_down)
        assert app.table.rows_shown[0] == "service-00090"
        assert app.table.marked == [app.table.text[2]]
        await stand(pilot, app.table.action_page_up)
        assert app.table.rows_shown[0] == "service-00000"
        assert app.table.marked == [app.table.text[2]]


async def test_holding_a_key_never_shows_a_line_without_its_row() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3000)))
        for _ in range(40):
            app.table.action_page_down()
            await pilot.pause()
            assert "" not in app.table.rows_shown


async def test_select_opens_the_row_under_the_cursor() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        await stand(pilot, app.table.action_cursor_down, app.table.action_select)
        assert app.opened == [Item(10, "service-00010")]


async def test_select_opens_nothing_in_an_empty_list() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf([])
        await show(pilot, app.table, shelf)
        await stand(pilot, app.table.action_select)
        shelf.rows += items(1)
        app.table.reload()
        await settle(pilot)
        assert app.opened == []


async def test_keys_typed_ahead_of_a_new_list_mean_its_rows() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        found = Shelf(items(30)[20:])
        found.gate.clear()
        app.table.reset(found)
        app.table.action_cursor_down()
        app.table.action_select()
        await pilot.pause()
        assert app.opened == []
        assert app.table.cursor_row is None
        found.gate.set()
        await settle(pilot)
        assert app.opened == [Item(210, "service-00210")]


async def test_select_after_a_jump_waits_for_the_row() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(3000))
        await show(pilot, app.table, shelf)
        shelf.gate.clear()
        app.table.action_last()
        app.table.action_select()
        await pilot.pause()
        assert app.opened == []
        shelf.gate.set()
        await settle(pilot)
        assert app.opened == [shelf.rows[-1]]


async def test_a_move_takes_back_a_select_that_still_waits() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(3000))
        await show(pilot, app.table, shelf)
        shelf.gate.clear()
        app.table.action_last()
        app.table.action_select()
        app.table.action_cursor_up()
        shelf.gate.set()
        await settle(pilot)
        assert (app.table.cursor_row, app.opened) == (shelf.rows[-2], [])


async def test_the_table_takes_no_keys_of_its_own() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        assert app.table.has_focus
        await pilot.press("down", "j", "pagedown", "end", "enter")
        await settle(pilot)
        assert (app.table.cursor_index, app.opened) == (0, [])


@pytest.mark.parametrize(("line", "row"), [(1, 0), (4, 3), (10, 9)])
async def test_a_click_moves_to_the_row(line: int, row: int) -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        await pilot.click(Watched, offset=(5, line))
        await settle(pilot)
        assert (app.table.cursor_index, app.opened) == (row, [])


async def test_a_second_click_opens_the_row() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        await pilot.click(Watched, offset=(5, 3), times=2)
        await settle(pilot)
        assert app.opened == [Item(20, "service-00020")]


@pytest.mark.parametrize("line", [0, 5])
async def test_a_click_where_no_row_stands_does_nothing(line: int) -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3)))
        await stand(pilot, app.table.action_last)
        await pilot.click(Watched, offset=(5, line), times=2)
        await settle(pilot)
        assert (app.table.cursor_index, app.opened) == (2, [])


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(100)))
        app.table.post_message(MouseScrollDown(app.table, 5, 5, 0, 0, 0, False, False, False))
        await settle(pilot)
        assert app.table.rows_shown[0] == "service-00030"
        assert (app.table.cursor_row, app.table.marked) == (Item(0, "service-00000"), [])
        await stand(pilot, app.table.action_cursor_down)
        assert app.table.marked == [app.table.text[1]]


async def test_dragging_the_mark_at_the_edge_scrolls_far_and_moves_no_cursor() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(100_000))
        await show(pilot, app.table, shelf)
        assert app.table.text[1].endswith("▐")
        await pilot.mouse_down(Watched, offset=(59, 1))
        await pilot.hover(Watched, offset=(40, 5))
        await settle(pilot)
        await pilot.mouse_up(Watched, offset=(40, 5))
        await settle(pilot)
        assert app.table.text[5].endswith("▐")
        assert [type(ask.where) for ask in shelf.asks] == [Start, At]
        assert app.table.cursor_index == 0
        await pilot.click(Watched, offset=(40, 5))
        await settle(pilot)
        assert app.table.cursor_index > 40_000
