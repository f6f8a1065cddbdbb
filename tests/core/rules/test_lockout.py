"""The arithmetic of the client-ID lock, over any sequence of events (PRODUCT.md section 4)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.clocks import Clocks, Uptime
from core.rules.lockout import OPEN, LockCount
from tests.staging import NOON

HOUR = timedelta(minutes=60)
TICK = timedelta(microseconds=1)
MS = timedelta(milliseconds=1)
# Minutes to wait before each failed logon.
histories = st.lists(st.integers(0, 90), max_size=40)
# Minutes that pass before each failed logon, and by how many the clock is set before it.
disturbed = st.lists(
    st.tuples(st.integers(0, 70), st.sampled_from([0, 0, 61, -120, 5_000_000, -5_000_000])), max_size=30
)


def wall(time: datetime) -> Clocks:
    """Return what a machine can tell that knows no uptime."""
    return Clocks(time)


def both(time: datetime, passed: timedelta, boot: str = "a boot") -> Clocks:
    return Clocks(time, Uptime(boot, passed // MS))


def locked_at(clocks: Clocks) -> LockCount:
    lock = OPEN
    for _ in range(5):
        lock = lock.after_failure(clocks)
    return lock


LOCKED_AT_NOON = locked_at(wall(NOON))


def test_the_fifth_failed_logon_locks_for_60_minutes_and_the_fourth_does_not() -> None:
    lock = OPEN
    for number in range(1, 5):
        lock = lock.after_failure(wall(NOON))
        assert lock == LockCount(number, None)
    assert lock.after_failure(wall(NOON)) == LockCount(5, NOON + HOUR)


def test_it_is_locked_until_the_last_moment_of_the_hour_and_open_at_its_end() -> None:
    assert LOCKED_AT_NOON.is_locked(wall(NOON))
    assert LOCKED_AT_NOON.is_locked(wall(NOON + HOUR - TICK))
    assert not LOCKED_AT_NOON.is_locked(wall(NOON + HOUR))


def test_while_locked_nothing_counts_and_nothing_extends() -> None:
    assert LOCKED_AT_NOON.after_failure(wall(NOON + HOUR - TICK)) == LOCKED_AT_NOON


def test_after_the_hour_it_is_open_with_the_count_at_0() -> None:
    assert LOCKED_AT_NOON.at(wall(NOON + HOUR - TICK)) == LOCKED_AT_NOON
    assert LOCKED_AT_NOON.at(wall(NOON + HOUR)) == OPEN
    assert LOCKED_AT_NOON.after_failure(wall(NOON + HOUR)) == LockCount(1, None)


def test_a_count_without_a_lock_does_not_go_away_by_itself() -> None:
    assert LockCount(4, None).at(wall(NOON + timedelta(days=365))) == LockCount(4, None)


@given(histories)
def test_over_any_history_it_agrees_with_a_plain_account_of_the_rule(waits: list[int]) -> None:
    now, lock = NOON, OPEN
    count, opens = 0, NOON
    for minutes in waits:
        now += timedelta(minutes=minutes)
        lock = lock.after_failure(wall(now))
        if now >= opens:  # an open client ID counts
            count = count + 1
            if count == 5:
                count, opens = 0, now + HOUR
        assert lock.is_locked(wall(now)) == (now < opens)
        if now >= opens:
            assert lock.at(wall(now)).failed_logons == count


@given(histories)
def test_the_count_is_never_beyond_5_and_a_lock_is_never_longer_than_an_hour(waits: list[int]) -> None:
    now, lock = NOON, OPEN
    for minutes in waits:
        now += timedelta(minutes=minutes)
        lock = lock.after_failure(wall(now))
        assert 1 <= lock.failed_logons <= 5
        assert (lock.locked_until is not None) == (lock.failed_logons == 5)
        assert lock.locked_until is None or now < lock.locked_until <= now + HOUR


# Measured by the time since boot.


@given(disturbed)
def test_however_the_clock_is_set_it_agrees_with_an_account_of_the_time_that_passed(
    history: list[tuple[int, int]],
) -> None:
    passed, ahead, lock = timedelta(days=3), timedelta(0), OPEN
    count, opens = 0, passed
    for minutes, setting in history:
        passed, ahead = passed + timedelta(minutes=minutes), ahead + timedelta(minutes=setting)
        clocks = both(NOON + ahead + passed, passed)
        lock = lock.after_failure(clocks)
        if passed >= opens:
            count = count + 1
            if count == 5:
                count, opens = 0, passed + HOUR
        assert lock.left(clocks) == max(opens - passed, timedelta(0))
        shown = lock.at(clocks).locked_until
        assert shown == (clocks.time + (opens - passed) if passed < opens else None)


@pytest.mark.parametrize("setting", [timedelta(minutes=61), timedelta(hours=-2), timedelta(0)])
def test_a_measured_lock_opens_at_the_end_of_the_hour_whatever_the_clock_says(setting: timedelta) -> None:
    lock = locked_at(both(NOON, HOUR))
    before, end = both(NOON + HOUR + setting - MS, 2 * HOUR - MS), both(NOON + HOUR + setting, 2 * HOUR)
    assert lock.is_locked(before)
    assert lock.at(before).locked_until == NOON + HOUR + setting
    assert not lock.is_overlong(before)
    assert lock.at(end) == OPEN


def test_an_end_by_the_clock_is_not_rewritten_for_what_two_clocks_drift_apart() -> None:
    lock = locked_at(both(NOON, HOUR))
    for drift in (-1900, -10, 10, 1900):
        assert lock.at(both(NOON + drift * MS, HOUR)) == lock
    assert lock.at(both(NOON + 2100 * MS, HOUR)).locked_until == NOON + HOUR + 2100 * MS


def test_an_end_that_has_passed_by_the_clock_alone_is_shown_as_it_is() -> None:
    lock = locked_at(both(NOON, HOUR))
    late = both(NOON + HOUR + MS, 2 * HOUR - MS)
    assert lock.is_locked(late)
    assert lock.at(late).locked_until == NOON + HOUR + 2 * MS


# Not measured: restarted since, another machine, or no uptime.


@pytest.mark.parametrize(
    "clocks",
    [wall(NOON + HOUR / 2), both(NOON + HOUR / 2, timedelta(0), "another boot"), both(NOON + HOUR / 2, timedelta(0))],
    ids=["unknown", "another boot", "a container's own uptime"],
)
def test_a_lock_that_cannot_be_measured_goes_by_the_clock(clocks: Clocks) -> None:
    lock = locked_at(both(NOON, HOUR))
    assert lock.left(clocks) == HOUR / 2
    assert lock.at(clocks).locked_until == NOON + HOUR
    assert not lock.is_locked(Clocks(NOON + HOUR, clocks.uptime))


def test_what_holds_after_a_restart_is_measured_by_the_new_boot() -> None:
    lock = locked_at(both(NOON, 5 * HOUR)).at(both(NOON + HOUR / 2, timedelta(0), "another boot"))
    assert lock == LockCount(5, NOON + HOUR, Uptime("another boot", HOUR / 2 // MS))
    assert lock.is_locked(both(NOON + 61 * HOUR, HOUR / 2 - MS, "another boot"))


def test_after_the_clock_was_set_back_the_hour_is_counted_from_the_first_look() -> None:
    back = NOON - 2 * HOUR
    assert LOCKED_AT_NOON.left(wall(back)) == HOUR
    assert LOCKED_AT_NOON.is_overlong(wall(back))
    kept = LOCKED_AT_NOON.at(wall(back))
    assert kept == LockCount(5, back + HOUR)
    assert not kept.is_overlong(wall(back))
    assert kept.is_locked(wall(back + HOUR - TICK))
    assert kept.at(wall(back + HOUR)) == OPEN


def test_a_lock_of_an_hour_is_not_too_long_nor_one_that_another_machine_has_made_a_second_ago() -> None:
    assert not LOCKED_AT_NOON.is_overlong(wall(NOON))
    assert not LOCKED_AT_NOON.is_overlong(wall(NOON - timedelta(seconds=2)))
    assert LOCKED_AT_NOON.is_overlong(wall(NOON - timedelta(seconds=2) - TICK))
