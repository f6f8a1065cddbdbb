"""Dark and ansi: the focus and every state are told without colour."""

import pytest
from rich.segment import Segment

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.services import Services
from tests.tui.conftest import Open
from tests.tui.console import Console
from tui.drawing.themes import Look

ANSI, COLOURLESS = Look("ansi"), Look("dark", colour=False)


@pytest.fixture
def two(services: Services) -> None:
    services.applications.create(NewApplication("billing-api"))
    made = services.applications.create(NewApplication("orders"))
    services.applications.change(made.id, ApplicationChanges(enabled=False))


def segments_of(desk: Console, text: str) -> list[Segment]:
    """Return the pieces of the line that holds *text*."""
    return next(line for line in desk.segments if text in "".join(segment.text for segment in line))


def is_reverse(desk: Console, text: str) -> bool:
    return any(text in segment.text and segment.style and segment.style.reverse for segment in segments_of(desk, text))


def colours(desk: Console) -> set[str]:
    """Return the kinds of colours that are drawn."""
    styles = [segment.style for line in desk.segments for segment in line if segment.style]
    found = [colour for style in styles for colour in (style.color, style.bgcolor) if colour]
    return {colour.type.name for colour in found}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("look", [ANSI, COLOURLESS])
async def test_focused_row_is_marked_and_reversed(console: Open, look: Look) -> None:
    async with console(look=look) as desk:
        assert desk.marked.startswith(" > billing-api")
        assert is_reverse(desk, "billing-api")
        assert not is_reverse(desk, "orders")
        await desk.press("j")
        assert is_reverse(desk, "orders")


@pytest.mark.usefixtures("two")
@pytest.mark.slow
async def test_ansi_theme_leaves_every_colour_to_the_terminal(console: Open) -> None:
    async with console(look=ANSI) as desk:
        for keys in ("", "n", "escape enter", "n", "enter", "t", "c enter", "1", "3", "question_mark"):
            await desk.press(*keys.split())
            assert colours(desk) <= {"DEFAULT", "STANDARD"}, keys


@pytest.mark.usefixtures("two")
async def test_dark_theme_marks_the_focused_row_by_more_than_its_colour(console: Open) -> None:
    async with console() as desk:
        row = segments_of(desk, "billing-api")
        assert desk.marked.startswith(" > ")
        assert any(segment.style and segment.style.bold for segment in row)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("look", [Look(), ANSI])
async def test_states_and_choices_are_words_and_signs(console: Open, look: Look) -> None:
    async with console(look=look) as desk:
        assert desk.marked.endswith("active")
        assert next(line for line in desk.lines if "orders" in line).endswith("disabled")
        await desk.press("enter", "n")
        assert "(•) 1 year   ( ) 2 years   ( ) Never" in desk.text
        assert "[x] Application " in desk.text
        await desk.press("tab", "right", "tab", "space")
        assert "( ) 1 year   (•) 2 years   ( ) Never" in desk.text
        assert "[ ] Application " in desk.text


@pytest.mark.usefixtures("two")
async def test_focus_in_forms_is_seen_without_colour(console: Open) -> None:
    async with console(look=ANSI) as desk:
        await desk.press("enter", "n", "tab")
        assert is_reverse(desk, "1 year")
        await desk.press("tab")
        assert is_reverse(desk, "Application ")
        await desk.press("tab", "tab", "tab")
        assert is_reverse(desk, "[ Add secret ]")


@pytest.mark.usefixtures("two")
async def test_trouble_is_set_apart_by_a_sign(console: Open) -> None:
    async with console(look=ANSI) as desk:
        await desk.press("n", "enter")
        assert "! Give the application a name" in desk.text
