"""Stored text on its way to the screen."""

import pytest
from textual.content import Content

from tui.drawing.plain import line, plain


@pytest.mark.parametrize("text", ["[/]", "[@click=app.quit]x[/]", "[red]x", "$x", "\\[b]"])
def test_markup_is_drawn_as_it_is_written(text: str) -> None:
    assert plain(text).plain == text
    assert plain(text).spans == []


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a\x1b]52;c;eA==\x07b", "a␛]52;c;eA==␇b"),
        ("a\x9b31mb", "a\ufffd31mb"),
        ("a\u202eb", "a\ufffdb"),
        ("one\ntwo\r\tthree", "one␊two␍␉three"),
        ("a\u200db", "a\ufffdb"),
    ],
)
def test_what_a_terminal_would_obey_is_drawn_as_a_picture(text: str, drawn: str) -> None:
    assert plain(text).plain == drawn


def test_parts_of_a_line_are_cleaned_each_and_keep_their_styles() -> None:
    drawn = line("a\x1b", ("b\x1b", "bold"), Content.styled("c", "italic"))
    assert drawn.plain == "a␛b␛c"
    assert [(span.start, span.end, span.style) for span in drawn.spans] == [(2, 4, "bold"), (4, 5, "italic")]
