"""What is typed into the activity's filter line: words, and terms of a key and a value."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.activity_filter import EVERYTHING, KEYS, ActivityFilter, Result, activity_filter
from core.rules.errors import Refusal
from core.rules.search import search_text

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", EVERYTHING),
        ("  ", EVERYTHING),
        ("alice", ActivityFilter(words=("alice",))),
        ("alice  revoked", ActivityFilter(words=("alice", "revoked"))),
        ("actor:alice", ActivityFilter(actor="alice")),
        ("ACTOR:Alice", ActivityFilter(actor="Alice")),
        ("actor:", EVERYTHING),
        ("actor: alice", ActivityFilter(words=("alice",))),
        ('object:"billing batch" x', ActivityFilter(object="billing batch", words=("x",))),
        ('object:"billing ba', ActivityFilter(object="billing ba")),
        ('"foo:bar baz"', ActivityFilter(words=("foo:bar baz",))),
        ('"actor:alice"', ActivityFilter(words=("actor:alice",))),
        ('""', EVERYTHING),
        ("actor:a:b", ActivityFilter(actor="a:b")),
        ("2001:db8::1 10.0.0.7:443 ::1", ActivityFilter(words=("2001:db8::1", "10.0.0.7:443", "::1"))),
        ("result:refused", ActivityFilter(result=Result.REFUSED)),
        ("result:D", ActivityFilter(result=Result.DONE)),
        ("reason:locked since:2d", ActivityFilter(reason="locked", since=NOW - 2 * DAYS)),
        ("until:1d action:secret", ActivityFilter(action="secret", until=NOW - DAYS)),
        ("kd_7Fq2mX9a_" + "x" * 49, ActivityFilter(words=("kd_7Fq2mX9a",))),
        ("object:kd_7Fq2mX9a_" + "x" * 49, ActivityFilter(object="kd_7Fq2mX9a")),
    ],
)
def test_words_and_terms_are_told_apart(typed: str, wanted: ActivityFilter) -> None:
    assert activity_filter(typed, NOW) == wanted


@pytest.mark.parametrize(
    ("typed", "key", "words"),
    [
        ("foo:bar", "foo", "foo: is none of actor, action, object, result, reason, since, until;"),
        ("alice who:bob", "who", "put it in quotes"),
        ("actor:a actor:b", "actor", "actor: is given twice"),
        ("since:soon", "since", "since: wants a span"),
        ("until:2026-02-30", "until", "until: wants a span"),
        ("result:maybe", "result", "result: is done or refused."),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_key_and_what_would_be_right(typed: str, key: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        activity_filter(typed, NOW)
    assert refused.value.field == key
    assert words in refused.value.sentence


def test_terms_given_apart_hold_together_with_what_is_typed() -> None:
    given_apart = [("actor", "alice smith"), ("reason", "")]
    assert activity_filter("x reason:y", NOW, given=given_apart) == ActivityFilter(
        actor="alice smith", reason="y", words=("x",)
    )
    with pytest.raises(Refusal, match="twice"):
        activity_filter("actor:bob", NOW, given=given_apart)


_VALUE = st.text("abcÄß: .*%_-12", min_size=1).map(str.strip).filter(lambda text: bool(text) and '"' not in text)


@given(st.lists(_VALUE, max_size=4), st.dictionaries(st.sampled_from(["actor", "action", "object", "reason"]), _VALUE))
def test_quotes_keep_every_value_as_it_is_in_any_order(words: list[str], terms: dict[str, str]) -> None:
    parts = [f'"{word}"' for word in words] + [f'{key}:"{value}"' for key, value in terms.items()]
    wanted = ActivityFilter(words=tuple(words), **terms)  # type: ignore[arg-type]  # the texts among its fields
    assert activity_filter(" ".join(parts), NOW) == wanted
    assert activity_filter(" ".join(sorted(parts, key=lambda part: part[0] == '"')), NOW) == wanted


@given(st.one_of(st.text(), st.lists(st.sampled_from([*KEYS, *': "\t2da\udcff'])).map("".join)))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        wanted = activity_filter(text, NOW)
    except Refusal:
        return
    assert all(word == search_text(word) != "" for word in wanted.words)
