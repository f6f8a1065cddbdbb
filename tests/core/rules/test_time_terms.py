"""Moments that bound a list: what is typed means all of it."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.errors import Refusal
from core.rules.time_terms import since, until

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "first", "after"),
    [
        ("2d", NOW - timedelta(days=2), NOW - timedelta(days=2)),
        ("90min", NOW - timedelta(minutes=90), NOW - timedelta(minutes=90)),
        ("90m", NOW - timedelta(minutes=90), NOW - timedelta(minutes=90)),
        ("3H", NOW - timedelta(hours=3), NOW - timedelta(hours=3)),
        ("1w", NOW - timedelta(weeks=1), NOW - timedelta(weeks=1)),
        ("today", datetime(2026, 11, 20, 23, tzinfo=UTC), datetime(2026, 11, 21, 23, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 19, 23, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)),
        ("2026-11-01T14:30", datetime(2026, 11, 1, 13, 30, tzinfo=UTC), datetime(2026, 11, 1, 13, 31, tzinfo=UTC)),
        ("2026-11-01 14:30", datetime(2026, 11, 1, 13, 30, tzinfo=UTC), datetime(2026, 11, 1, 13, 31, tzinfo=UTC)),
        ("2026-11-21t08:30:00z", NOW, NOW + timedelta(seconds=1)),
        ("2026-11-21T10:30+02:00", NOW, NOW + timedelta(minutes=1)),
        # The day on which the clocks go back has 25 hours.
        ("2026-10-25", datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_term_reaches_from_its_first_moment_to_the_one_after_its_last(
    typed: str, first: datetime, after: datetime
) -> None:
    assert (since(typed, NOW, BERLIN), until(typed, NOW, BERLIN)) == (first, after)


def test_without_a_zone_the_system_says_when_a_day_begins() -> None:
    assert since("2026-11-01", NOW) == datetime(2026, 11, 1).astimezone()


@pytest.mark.parametrize(
    "typed",
    [
        *("", "x", "2", "d", "-2d", "2y", "1234567d", "999999w", "٢d"),
        *("2026-02-30", "2026-13-01", "26-11-01", "2026-11", "20261101", "2026-W01-1", "0001-01-01", "9999-12-31"),
        *("2026-11-01T", "2026-11-01T25:00", "2026-11-01T14:30+99:00"),
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(typed: str) -> None:
    for key, bound in (("since", since), ("until", until)):
        with pytest.raises(Refusal, match="2026-11-01T14:30") as refused:
            bound(typed, NOW, timezone(timedelta(hours=1)) if typed != "9999-12-31" else timezone(timedelta(hours=-1)))
        assert refused.value.field == key
        assert refused.value.sentence.startswith(f"{key}: ")


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2, 1, 2), max_value=datetime(9998, 1, 1)))
def test_a_moment_as_python_writes_it_lies_within_itself(moment: datetime) -> None:
    assert since(moment.isoformat(), NOW) == moment
    assert moment < until(moment.isoformat(), NOW)


@given(st.text(), st.sampled_from(["since", "until"]))
def test_no_text_does_more_than_be_refused(text: str, key: str) -> None:
    try:
        moment = (since if key == "since" else until)(text, NOW, BERLIN)
    except Refusal:
        return
    assert moment.tzinfo is UTC
