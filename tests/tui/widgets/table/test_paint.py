import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.widgets import Input

from tests.tui.widgets.table.stage import SIZE, Item, Shelf, Stage, Watched, items, settle, show
from tests.tui.widgets.table.test_fit import HOSTILE


async def test_a_step_of_the_cursor_draws_two_lines() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        app.table.action_cursor_down()
        await settle(pilot)
        assert sorted(app.table.drawn) == [1, 2]


async def test_a_reload_draws_only_the_lines_that_changed() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(30))
        await show(pilot, app.table, shelf)
        shelf.rows[4] = Item(40, "service-00040", "locked")
        shelf.rows[20] = Item(200, "out of sight")
        app.table.reload()
        await settle(pilot)
        assert app.table.drawn == [5]


async def test_a_row_inserted_above_moves_no_line() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(3000))
        await show(pilot, app.table, shelf)
        app.table.action_last()
        await settle(pilot)
        app.table.drawn.clear()
        shelf.rows.insert(0, Item(-5))
        app.table.reload()
        await settle(pilot)
        assert app.table.drawn == []


@pytest.mark.parametrize("action", ["reload", "redraw", "action_cursor_up", "action_first", "action_page_up"])
async def test_what_changes_nothing_draws_nothing(action: str) -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        getattr(app.table, action)()
        await settle(pilot)
        assert app.table.drawn == []


async def test_a_jump_draws_each_line_once_when_its_rows_are_here() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        shelf = Shelf(items(3000))
        await show(pilot, app.table, shelf)
        shelf.gate.clear()
        app.table.action_last()
        await pilot.pause()
        assert app.table.drawn == []
        shelf.gate.set()
        await settle(pilot)
        assert sorted(app.table.drawn) == list(range(1, 11))


async def test_scrolling_does_not_draw_the_heads() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        app.table.action_page_down()
        await settle(pilot)
        assert 0 not in app.table.drawn


def styles_of(table: Watched, line: int) -> list[Style]:
    strip = table.render_lines(table.size.region)[line]
    return [segment.style for segment in strip if segment.style is not None]


async def test_without_the_focus_the_row_is_marked_but_subdued() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        focused, other = styles_of(app.table, 1)[0], styles_of(app.table, 2)[0]
        app.query_one(Input).focus()
        await settle(pilot)
        blurred = styles_of(app.table, 1)[0]
        assert len({style.bgcolor for style in (focused, blurred, other)}) == 3
        assert (focused.bold, bool(blurred.bold)) == (True, False)
        assert app.table.marked == [app.table.text[1]]


async def test_the_row_under_the_cursor_is_reversed_where_there_are_no_colours() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        app.theme = "ansi-dark"
        await show(pilot, app.table, Shelf(items(30)))
        assert {style.reverse for style in styles_of(app.table, 1) if style.bold} == {True}
        assert not any(style.reverse for style in styles_of(app.table, 2))


async def test_another_theme_repaints_the_table_in_its_colours() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(items(30)))
        before = styles_of(app.table, 2)
        app.theme = "textual-light"
        await settle(pilot)
        assert all(old != new for old, new in zip(before, styles_of(app.table, 2), strict=True))


async def test_hostile_text_is_drawn_as_text_in_its_own_cells() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf(Item(number, text) for number, text in enumerate(HOSTILE)))
        for _ in HOSTILE:
            app.table.action_cursor_down()
            await settle(pilot)
        strips = app.table.render_lines(app.table.size.region)
        assert {strip.cell_length for strip in strips} == {60}
        assert {cell_len(strip.text) for strip in strips} == {60}
        drawn = "".join(app.table.text)
        assert all(character.isprintable() for character in drawn)
        assert not any(style.meta for line in range(11) for style in styles_of(app.table, line))


async def test_markup_in_a_row_is_shown_letter_by_letter() -> None:
    app = Stage()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, app.table, Shelf([Item(0, "[@click=app.quit]x[/]")]))
        await pilot.click(Watched, offset=(20, 1))
        await settle(pilot)
        assert app.is_running
        assert app.table.rows_shown[0] == "[@click=app.quit]x[/]"
