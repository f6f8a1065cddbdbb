"""From a drawn screen to a picture: what is read, what is dotted out, and how it stands on the grid."""

import re

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import Static

from core.rules.secret_format import hint_of, new_value
from screenshots.picture import Fill, Picture, Run, Style, read, without_values
from screenshots.render import to_png, to_svg

SIZE = (30, 4)
GREY = Style("#808080")


class Toy(App[None]):
    """One text on a screen."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Static(self.text)


async def drawn(text: Text, size: tuple[int, int] = SIZE) -> Picture:
    app = Toy(text)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        return read(app.export_screenshot(simplify=True), *size)


def picture_of(*runs: Run, fills: tuple[Fill, ...] = ()) -> Picture:
    return Picture(*SIZE, "#000000", fills, runs)


def text_of(picture: Picture, row: int) -> str:
    return "".join(run.text for run in picture.runs if run.row == row)


async def test_text_stands_in_its_row_and_column() -> None:
    picture = await drawn(Text("one\n  two"))
    assert [(run.row, run.column, run.text.rstrip()) for run in picture.runs] == [(0, 0, "one"), (1, 0, "  two")]


async def test_styles_are_kept() -> None:
    picture = await drawn(Text("x", style="bold italic underline strike #ff0000"))
    assert picture.runs[0].style == Style("#ff0000", bold=True, italic=True, underline=True, strike=True)


async def test_backgrounds_are_kept() -> None:
    picture = await drawn(Text.assemble("ab", ("cd", "on #102030")))
    assert Fill(0, 2, 2, "#102030") in picture.fills


async def test_text_after_wide_characters_stands_in_its_cell() -> None:
    svg = to_svg(await drawn(Text("請x")), "")
    assert re.search('<text x="12" y="18" text-anchor="middle"[^>]*>請<', svg)
    assert re.search('<text x="30" y="18" text-anchor="middle"[^>]*>x<', svg)


async def test_value_of_a_secret_is_dotted_out_behind_its_hint() -> None:
    value = new_value(lambda size: bytes(range(size)))
    picture = without_values(await drawn(Text(f"id={value};"), (80, 3)))
    assert text_of(picture, 0).rstrip() == f"id={hint_of(value)}_{'•' * 49};"


async def test_value_in_several_styles_is_dotted_out() -> None:
    value = new_value(lambda size: bytes(range(size)))
    picture = without_values(await drawn(Text.assemble((value[:20], "bold"), value[20:]), (80, 3)))
    assert text_of(picture, 0).rstrip() == f"{hint_of(value)}_{'•' * 49}"


def test_hint_alone_is_left_as_it_is() -> None:
    run = Run(0, 0, "kd_7Fq2mX9a is revoked", GREY)
    assert without_values(picture_of(run)).runs == (run,)


def test_same_picture_gives_the_same_bytes() -> None:
    pictures = [to_svg(picture_of(Run(1, 2, "kept", GREY)), "Kept") for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_markup_in_text_is_escaped() -> None:
    assert ">&lt;b&gt; &amp; c<" in to_svg(picture_of(Run(0, 0, "<b> & c", GREY)), "a & b")


def test_fill_of_the_surroundings_colour_is_left_out() -> None:
    fills = (Fill(0, 0, 30, "#000000"), Fill(1, 0, 30, "#111111"))
    svg = to_svg(picture_of(fills=fills), "")
    assert svg.count('height="24"') == 1


def test_png_has_the_size_of_the_svg() -> None:
    for package in ("resvg_py", "fontpkg_fira_code", "pylopdf_fonts_jp"):
        pytest.importorskip(package, reason="the extra `pictures` is not installed")
    png = to_png(to_svg(picture_of(Run(0, 0, "┌─┐ 請", GREY)), ""))
    assert png.startswith(b"\x89PNG")
    assert [int.from_bytes(png[at : at + 4]) for at in (16, 20)] == [30 * 12 + 24, 4 * 24 + 24]
