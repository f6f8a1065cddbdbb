import asyncio

import pytest
from textual.worker import WorkerFailed

from tests.tui.widgets.table.stage import COLUMNS, SIZE, Item, Shelf, Stage, items, settle, show
from tui.widgets.table import Around, Ask, ListSource, Page, Sort, Start


async def test_an_empty_list_says_which_key_fills_it() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf([]))
        assert app.table.text[2].rstrip() == "   Nothing here yet. Press n to make one."
        assert app.table.marked == []
        assert app.table.cursor_row is None
        app.table.empty = "Nothing matches. Esc shows all."
        await pilot.pause()
        assert app.table.text[2].rstrip() == "   Nothing matches. Esc shows all."


async def test_the_sentence_of_an_empty_list_wraps_in_a_narrow_terminal() -> None:
    app = Stage()
    async with app.run_test(size=(24, 12)) as pilot:
        await show(pilot, app.table, Shelf([]))
        assert [line.strip() for line in app.table.text[2:5]] == ["Nothing here yet.", "Press n to make", "one."]


async def test_before_the_first_rows_the_heads_stand_alone() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf([])
        shelf.gate.clear()
        app.table.reset(shelf)
        await pilot.pause()
        assert app.table.text[0].split() == ["Name", "Number", "State"]
        assert {line.strip() for line in app.table.text[1:]} == {""}
        shelf.gate.set()
        await settle(pilot)


async def test_a_list_asked_for_before_there_is_a_screen_is_shown() -> None:
    app = Stage()
    app.table.reset(ListSource(items(2)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.table.rows_shown[:3] == ["service-00000", "service-00010", ""]
        assert app.shown == [2]


async def test_the_old_list_stays_in_sight_until_the_new_one_is_here() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        before = app.table.text
        found = Shelf(items(30)[7:9])
        found.gate.clear()
        app.table.reset(found)
        app.table.refresh()
        await pilot.pause()
        assert (app.table.text, app.table.total) == (before, None)
        found.gate.set()
        await settle(pilot)
        assert app.table.rows_shown[:3] == ["service-00070", "service-00080", ""]
        assert app.shown == [30, 2]


async def test_the_answer_to_an_overtaken_question_is_dropped() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        slow, quick = Shelf(items(5)), Shelf(items(3))
        slow.gate.clear()
        app.table.reset(slow)
        await pilot.pause()
        app.table.reset(quick)
        await settle(pilot)
        slow.gate.set()
        await settle(pilot)
        assert app.table.total == 3


class Deaf(Shelf):
    """A source that does not notice that it was cancelled, as a thread does not."""

    async def page(self, ask: Ask[Item]) -> Page[Item]:
        try:
            return await super().page(ask)
        except asyncio.CancelledError:
            return self.answer(ask)


async def test_even_an_answer_that_comes_after_all_is_dropped() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        deaf = Deaf(items(5))
        deaf.gate.clear()
        app.table.reset(deaf)
        await pilot.pause()
        wanted = Shelf(items(3))
        wanted.gate.clear()
        app.table.reset(wanted)
        await pilot.pause()
        assert app.table.total is None
        wanted.gate.set()
        await settle(pilot)
        assert app.table.total == 3


async def test_another_list_of_the_same_length_is_told_of() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        app.table.reload()
        await settle(pilot)
        assert app.shown == [30]
        await show(pilot, app.table, Shelf(items(30)))
        assert app.shown == [30, 30]


async def test_reload_shows_what_has_changed_and_keeps_the_place() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(300))
        await show(pilot, app.table, shelf)
        for _ in range(15):
            app.table.action_cursor_down()
        await settle(pilot)
        before = app.table.text
        shelf.rows.insert(0, Item(-5, "earlier"))
        shelf.rows[10] = Item(shelf.rows[10].number, "renamed", "locked")
        app.table.reload()
        await settle(pilot)
        assert isinstance(shelf.asks[-1].where, Around)
        assert app.table.cursor_row == Item(150, "service-00150")
        assert app.table.text[1:4] == before[1:4]
        assert app.table.rows_shown[3] == "renamed"
        assert app.shown == [300, 301]


async def test_reload_tells_of_a_changed_row_under_the_cursor() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3)))
        app.table.reload(ListSource([Item(0, "renamed"), *items(3)[1:]]))
        await settle(pilot)
        assert app.moved == [Item(0, "service-00000"), Item(0, "renamed")]
        app.table.reload(ListSource([]))
        await settle(pilot)
        assert app.moved[-1] is None


async def test_a_reload_during_a_reload_sees_the_later_state() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(3))
        await show(pilot, app.table, shelf)
        shelf.gate.clear()
        app.table.reload()
        await pilot.pause()
        app.table.reload()
        shelf.gate.set()
        await settle(pilot)
        assert [type(ask.where) for ask in shelf.asks] == [Start, Around, Around]


async def test_a_kept_row_stays_under_the_cursor_when_the_filter_goes() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        everything = items(3000)
        await show(pilot, app.table, Shelf(everything[2000:2003]))
        app.table.action_cursor_down()
        app.table.reset(Shelf(everything), keep=True)
        await settle(pilot)
        assert app.table.cursor_row == everything[2001]
        assert app.table.marked == [app.table.text[2]]


class Broken:
    """A source with a mistake in it."""

    async def page(self, ask: Ask[Item]) -> Page[Item]:
        raise ArithmeticError("no such page")


async def test_an_exception_of_the_source_reaches_the_app() -> None:
    async def run() -> None:
        app = Stage()
        async with app.run_test(size=SIZE) as pilot:
            app.table.reset(Broken())
            await settle(pilot)

    with pytest.raises(WorkerFailed, match="no such page"):
        await run()


async def test_the_head_shows_another_order_and_other_columns() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3)))
        app.table.sort = Sort("state", descending=True)
        await pilot.pause()
        assert app.table.text[0].split() == ["Name", "Number", "State", "▼"]
        app.table.columns = COLUMNS[:1]
        await pilot.pause()
        assert app.table.text[1].split() == [">", "service-00000"]


async def test_a_narrow_terminal_drops_the_secondary_column() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(3)))
        await pilot.resize_terminal(29, 12)
        await settle(pilot)
        assert app.table.text[0].split() == ["Name", "State"]
        assert app.table.text[1] == f" > {'service-00000':15}  {'active':8} "


async def test_the_cursor_stays_in_view_when_the_terminal_shrinks() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        for _ in range(9):
            app.table.action_cursor_down()
        await pilot.resize_terminal(60, 5)
        await settle(pilot)
        assert app.table.marked == [app.table.text[-1]]


@pytest.mark.parametrize("size", [(20, 5), (3, 3), (1, 1)])
async def test_the_smallest_terminal_shows_what_fits(size: tuple[int, int]) -> None:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        app.table.action_last()
        await settle(pilot)
        assert {len(line) for line in app.table.text} <= {size[0]}


async def test_a_table_of_automatic_height_is_as_high_as_its_list() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        app.table.styles.height = "auto"
        await show(pilot, app.table, Shelf(items(3)))
        assert app.table.size.height == 4
        app.table.reload(ListSource(items(5)))
        await settle(pilot)
        assert app.table.size.height == 6
        app.table.reload(ListSource([]))
        await settle(pilot)
        assert app.table.size.height == 3
