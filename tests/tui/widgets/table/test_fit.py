import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.table.fit import cut, cut_middle, fit, wrap

HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m\x9dC1",
    "one\ntwo\rthree\tfour",
    "\u202eright to left\u202c שלום",
    "👩\u200d👩\u200d👧 family",
    "e\u0301te\u0301 \u0301\u0302\u0303",
    "請求書サービス",
    "\ud800 half",
]
# Terminals themselves differ about the width of these.
DOUBTFUL = ["❤\ufe0f", "👍🏽", "🇩🇪", "1\ufe0f\u20e3", "\u3164"]
samples = st.sampled_from(HOSTILE + DOUBTFUL)
texts = st.text() | st.lists(samples, min_size=1).map("".join)


@given(texts, st.integers(0, 40), st.sampled_from(["left", "right"]), st.booleans())
def test_any_text_fills_exactly_its_width(text: str, width: int, align: str, middle: bool) -> None:
    assert cell_len(fit(text, width, align, middle=middle)) == width


@given(texts, st.integers(0, 40), st.booleans())
def test_no_fitted_text_holds_a_character_that_a_terminal_obeys(text: str, width: int, middle: bool) -> None:
    fitted = fit(text, width, middle=middle)
    assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in fitted)


@given(texts, st.integers(1, 40))
def test_wrapped_lines_are_never_too_wide(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("billing-api", 11, "billing-api"),
        ("billing-api", 8, "billing…"),
        ("billing api", 9, "billing…"),
        ("請求書", 6, "請求書"),
        ("請求書", 5, "請求…"),
        ("請求書", 4, "請…"),
        ("x", 0, ""),
        ("xy", 1, "…"),
    ],
)
def test_what_is_lost_is_marked_by_an_ellipsis(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("login.example/realms/prod", 25, "login.example/realms/prod"),
        ("login.example/realms/prod", 16, "login.ex…ms/prod"),
        ("login.example/realms/prod", 3, "l…d"),
        ("login.example/realms/prod", 2, "l…"),
        ("請求書請求書", 7, "請求…書"),
        ("xyz", 1, "…"),
        ("xyz", 0, ""),
    ],
)
def test_what_is_lost_in_the_middle_is_marked_by_an_ellipsis(text: str, width: int, expected: str) -> None:
    assert cut_middle(text, width) == expected


def test_markup_is_only_text() -> None:
    assert fit("[/]", 5) == "[/]  "


def test_a_sentence_breaks_between_words() -> None:
    assert wrap("No applications yet. Press n to make one.", 20) == [
        "No applications yet.",
        "Press n to make one.",
    ]
