"""Times in the words of the screens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.staging import NOON
from tests.tui.conftest import local_time
from tui.drawing.moments import ago, countdown, date, distance, stamp, until


@pytest.fixture
def berlin() -> Iterator[None]:
    yield from local_time("Europe/Berlin")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (1, "1 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (400 * 86_400, "400 d"),
    ],
)
def test_span_is_told_in_its_largest_unit_rounded_down(seconds: float, words: str) -> None:
    assert distance(timedelta(seconds=seconds)) == words


def test_what_was_never_used_is_a_dash() -> None:
    assert ago(NOON, None) == "–"


def test_what_was_a_moment_ago_is_just_now() -> None:
    assert ago(NOON, NOON - timedelta(seconds=9)) == "just now"
    assert ago(NOON, NOON - timedelta(seconds=10)) == "10 s ago"
    assert ago(NOON, NOON - timedelta(hours=2)) == "2 h ago"


def test_what_another_clock_wrote_in_our_future_is_just_now() -> None:
    assert ago(NOON, NOON + timedelta(seconds=3)) == "just now"


def test_end_is_a_date_until_thirty_days_are_left() -> None:
    month = timedelta(days=30)
    assert until(NOON, None) == "never"
    assert until(NOON, NOON + month + timedelta(seconds=1)) == "2026-06-01"
    assert until(NOON, NOON + month) == "in 30 d"
    assert until(NOON, NOON + timedelta(minutes=5)) == "in 5 min"


def test_end_that_has_come_is_told_by_its_age() -> None:
    assert until(NOON, NOON) == "0 s ago"
    assert until(NOON, NOON - timedelta(days=3)) == "3 d ago"


@pytest.mark.usefixtures("berlin")
def test_dates_are_local_and_stamps_name_the_zone() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert date(late) == "2026-07-01"
    assert stamp(late) == "2026-07-01 00:30:00 CEST"
    assert stamp(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)) == "2026-12-01 13:00:00 CET"


@pytest.mark.usefixtures("berlin")
def test_hour_that_comes_twice_in_autumn_is_told_apart_by_its_zone() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert stamp(first) == "2026-10-25 02:30:00 CEST"
    assert stamp(second) == "2026-10-25 02:30:00 CET"


@pytest.mark.usefixtures("berlin")
def test_distance_over_the_change_of_clocks_counts_real_hours() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert ago(before + timedelta(hours=24), before) == "1 d ago"
    assert ago(before + timedelta(hours=23), before) == "23 h ago"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "00:00"),
        (0, "00:00"),
        (0.4, "00:00"),
        (59.6, "01:00"),
        (2527, "42:07"),
        (3600, "1:00:00"),
        (3727, "1:02:07"),
    ],
)
def test_countdown_runs_to_the_second_and_never_below_zero(seconds: float, words: str) -> None:
    assert countdown(timedelta(seconds=seconds)) == words
