"""The arithmetic of the client-ID lock, over any sequence of events (PRODUCT.md section 4)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.rules.lockout import LockCount
from tests.staging import NOON

OPEN = LockCount(0, None)
HOUR = timedelta(minutes=60)
TICK = timedelta(microseconds=1)
# Minutes to wait before each failed logon.
histories = st.lists(st.integers(0, 90), max_size=40)


def locked_at_noon() -> LockCount:
    lock = OPEN
    for _ in range(5):
        lock = lock.after_failure(NOON)
    return lock


def test_the_fifth_failed_logon_locks_for_60_minutes_and_the_fourth_does_not() -> None:
    lock = OPEN
    for number in range(1, 5):
        lock = lock.after_failure(NOON)
        assert lock == LockCount(number, None)
    assert lock.after_failure(NOON) == LockCount(5, NOON + HOUR)


def test_it_is_locked_until_the_last_moment_of_the_hour_and_open_at_its_end() -> None:
    lock = locked_at_noon()
    assert lock.is_locked(NOON)
    assert lock.is_locked(NOON + HOUR - TICK)
    assert not lock.is_locked(NOON + HOUR)


def test_while_locked_nothing_counts_and_nothing_extends() -> None:
    lock = locked_at_noon()
    assert lock.after_failure(NOON + HOUR - TICK) == lock


def test_after_the_hour_it_is_open_with_the_count_at_0() -> None:
    lock = locked_at_noon()
    assert lock.at(NOON + HOUR - TICK) == lock
    assert lock.at(NOON + HOUR) == OPEN
    assert lock.after_failure(NOON + HOUR) == LockCount(1, None)


def test_a_count_without_a_lock_does_not_go_away_by_itself() -> None:
    assert LockCount(4, None).at(NOON + timedelta(days=365)) == LockCount(4, None)


def test_after_the_clock_was_set_back_the_hour_is_counted_from_the_first_look() -> None:
    back = NOON - 2 * HOUR
    lock = locked_at_noon()
    assert lock.is_locked(back)
    assert lock.is_overlong(back)
    kept = lock.at(back)
    assert kept == LockCount(5, back + HOUR)
    assert not kept.is_overlong(back)
    assert kept.is_locked(back + HOUR - TICK)
    assert kept.at(back + HOUR) == OPEN


def test_a_lock_of_exactly_an_hour_is_not_too_long() -> None:
    assert not locked_at_noon().is_overlong(NOON)
    assert locked_at_noon().is_overlong(NOON - TICK)


@given(histories)
def test_over_any_history_it_agrees_with_a_plain_account_of_the_rule(waits: list[int]) -> None:
    now, lock = NOON, OPEN
    count, opens = 0, NOON
    for minutes in waits:
        now += timedelta(minutes=minutes)
        lock = lock.after_failure(now)
        if now >= opens:  # an open client ID counts
            count = count + 1
            if count == 5:
                count, opens = 0, now + HOUR
        assert lock.is_locked(now) == (now < opens)
        if now >= opens:
            assert lock.at(now).failed_logons == count


@given(histories)
def test_the_count_is_never_beyond_5_and_a_lock_is_never_longer_than_an_hour(waits: list[int]) -> None:
    now, lock = NOON, OPEN
    for minutes in waits:
        now += timedelta(minutes=minutes)
        lock = lock.after_failure(now)
        assert 1 <= lock.failed_logons <= 5
        assert (lock.locked_until is not None) == (lock.failed_logons == 5)
        assert lock.locked_until is None or now < lock.locked_until <= now + HOUR
