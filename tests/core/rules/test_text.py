"""What people may type, and what a terminal may be given (PRODUCT.md sections 2 and 8)."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.rules.text import folded, is_visible, normalised, refused_character, shown

# Everything, surrogates included: stored text may have come by any way.
anything = st.text(st.characters())
MENACING = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
INVISIBLE = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u180e"),  # no width
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f"),
    *("\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"),  # letters and marks that show nothing
    *("\u2800", "\U0001d159"),  # a sign of Braille without a dot, a note without a head
    *("\u2065", "\ufff0", "\U000e0080"),  # reserved to be invisible
]


@given(anything)
@example("\x1b]52;c;aGk=\x07")
@example("\x9b31m\x85\u2028\u2029\u202e\ud800\ue000\U000e0041\U0010fffd")
def test_what_is_shown_is_one_line_of_characters_that_no_terminal_obeys(text: str) -> None:
    line = shown(text)
    assert not {unicodedata.category(character) for character in line} & MENACING
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize("character", INVISIBLE)
def test_what_shows_nothing_is_drawn_as_something_and_refused_when_typed(character: str) -> None:
    assert shown(f"a{character}b") == "a\ufffdb"
    assert refused_character(f"a{character}b")


@given(anything)
def test_what_is_shown_is_encodable_and_shown_again_stays_as_it_is(text: str) -> None:
    line = shown(text)
    line.encode()
    assert shown(line) == line


@pytest.mark.parametrize(
    "text", ["billing-api", "Überweisung", "请求", "שלום", "e\u0301", "👩", "[/]", "[@click=app.quit]x[/]"]
)
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text
    assert refused_character(text) is None


def test_control_characters_are_shown_by_their_pictures() -> None:
    assert shown("a\x00\x1b\n\x7fb") == "a␀␛␊␡b"


@pytest.mark.parametrize(("text", "plain"), [("❤\ufe0f", "❤"), ("\u845b\U000e0100", "\u845b"), ("👩\U0001f3fd", "👩")])
def test_what_picks_a_shape_is_left_out_because_terminals_disagree_about_the_width(text: str, plain: str) -> None:
    assert shown(text) == plain
    assert refused_character(text) is None
    assert folded(text) == folded(plain)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\x1b[31m", "a control character (U+001B)"),
        ("tab\tbed", "a control character (U+0009)"),
        ("two\nlines", "a control character (U+000A)"),
        ("\x7f", "a control character (U+007F)"),
        ("\x9b1m", "a control character (U+009B)"),
        ("abc\u202edef", "an invisible or direction-changing character (U+202E)"),
        ("zero\u200bwidth", "an invisible or direction-changing character (U+200B)"),
        ("\u2028", "a line separator (U+2028)"),
        ("\u2029", "a paragraph separator (U+2029)"),
        ("\ud800", "half of a surrogate pair (U+D800)"),
        ("\u3164", "an invisible character (U+3164)"),
        ("\u0378", "a character that Unicode does not know (U+0378)"),
        ("\ue000", "a character of private use (U+E000)"),
    ],
)
def test_a_refused_character_is_named(text: str, sentence: str) -> None:
    assert refused_character(text) == sentence


@given(anything)
def test_what_may_be_entered_holds_nothing_that_would_be_drawn_as_a_substitute(text: str) -> None:
    kinds = {unicodedata.category(character) for character in text}
    assert not kinds & MENACING or refused_character(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "\ufe0f", "\u0301", "\u0301\u0308", "\u2800", "\U0001f3fd", "\u3164"]
)
def test_blanks_and_marks_without_a_letter_are_not_visible(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", "1", "-", "é", "e\u0301", "❤\ufe0f", "请", "👩", "\u3000a", "\u0966"])
def test_letters_digits_and_signs_are_visible(text: str) -> None:
    assert is_visible(text)


@given(anything)
def test_normalised_text_is_trimmed_composed_encodable_and_normal(text: str) -> None:
    normal = normalised(text)
    assert normal == normal.strip() == unicodedata.normalize("NFC", normal) == normalised(normal)
    normal.encode()


def test_text_is_composed_and_trimmed() -> None:
    assert normalised("\u3000 Cafe\u0301\u00a0\n") == "Café"


@given(st.text())
def test_folding_is_the_same_before_and_after_any_normal_form(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)


@given(st.text())
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("billing", "BILLING"),
        ("Straße", "STRASSE"),
        ("\uff21\uff30\uff29", "api"),
        ("Cafe\u0301", "CAFÉ"),
        ("ﬁnance", "Finance"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("billing\u00a0api", "Billing api"),
        ("heart❤\ufe0f", "Heart❤"),
        ("①", "1"),
    ],
)
def test_unicode_twins_fold_to_one_text(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_every_letter_folds_the_same_in_any_case() -> None:
    letters = {chr(number) for number in range(sys.maxunicode + 1)} - {"\u0131"}  # its upper case is that of i
    assert [
        (letter, other)
        for letter in letters
        for other in {letter.title(), letter.upper(), letter.lower()} - {letter}
        if folded(other) != folded(letter)
    ] == []


@pytest.mark.parametrize(("one", "other"), [("billing", "bil1ing"), ("a b", "ab"), ("resume", "résumé")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)
