"""When a secret ends, and the word for the state that it is in (PRODUCT.md section 3)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.expiry import Lifetime, SecretState, days_left, secret_state, threshold
from tests.staging import NOON

moments = st.datetimes(datetime(2000, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))
maybe = st.none() | moments
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "lifetime", "end"),
    [
        ("2026-05-02 12:00:00", Lifetime.ONE_YEAR, "2027-05-02 12:00:00"),
        ("2026-05-02 12:00:00", Lifetime.TWO_YEARS, "2028-05-02 12:00:00"),
        ("2028-02-29 23:59:59", Lifetime.ONE_YEAR, "2029-02-28 23:59:59"),
        ("2028-02-29 00:00:00", Lifetime.TWO_YEARS, "2030-02-28 00:00:00"),
        ("2027-02-28 08:00:00", Lifetime.ONE_YEAR, "2028-02-28 08:00:00"),
        ("2027-12-31 23:59:59", Lifetime.ONE_YEAR, "2028-12-31 23:59:59"),
    ],
)
def test_a_year_is_a_calendar_year_and_29_february_becomes_28(start: str, lifetime: Lifetime, end: str) -> None:
    assert lifetime.end(at(start)) == at(end)


@given(moments)
def test_never_is_never_and_every_year_has_365_or_366_days(start: datetime) -> None:
    assert Lifetime.NEVER.end(start) is None
    end = Lifetime.ONE_YEAR.end(start)
    assert end is not None
    assert (end - start).days in (365, 366)


def test_the_choices_are_named_as_in_the_form() -> None:
    assert [lifetime.label for lifetime in Lifetime] == ["1 year", "2 years", "Never"]


def test_a_secret_ends_at_its_very_moment() -> None:
    def state(now: datetime) -> SecretState:
        return secret_state(now, revoked_at=None, expires_at=NOON, retires_at=None)

    assert state(NOON - TICK) is SecretState.EXPIRING
    assert state(NOON) is SecretState.EXPIRED


def test_a_retiring_secret_is_revoked_at_the_very_moment_its_grace_ends() -> None:
    def state(now: datetime) -> SecretState:
        return secret_state(now, revoked_at=None, expires_at=None, retires_at=NOON)

    assert state(NOON - TICK) is SecretState.RETIRING
    assert state(NOON) is SecretState.REVOKED


def test_a_secret_with_30_days_left_is_expiring_and_with_a_moment_more_it_is_active() -> None:
    end = NOON + timedelta(days=30)
    assert secret_state(NOON, revoked_at=None, expires_at=end, retires_at=None) is SecretState.EXPIRING
    assert secret_state(NOON, revoked_at=None, expires_at=end + TICK, retires_at=None) is SecretState.ACTIVE


@given(moments, maybe, maybe, maybe)
def test_the_first_state_that_applies_is_the_state(
    now: datetime, revoked_at: datetime | None, expires_at: datetime | None, retires_at: datetime | None
) -> None:
    applies = {
        SecretState.REVOKED: revoked_at is not None or (retires_at is not None and retires_at <= now),
        SecretState.EXPIRED: expires_at is not None and expires_at <= now,
        SecretState.RETIRING: retires_at is not None,
        SecretState.EXPIRING: expires_at is not None and expires_at <= now + timedelta(days=30),
        SecretState.ACTIVE: True,
    }
    first = next(state for state, is_so in applies.items() if is_so)
    assert secret_state(now, revoked_at=revoked_at, expires_at=expires_at, retires_at=retires_at) is first


def test_revoked_and_expired_secrets_do_not_work_and_all_others_do() -> None:
    assert {state for state in SecretState if state.works} == {
        SecretState.RETIRING,
        SecretState.EXPIRING,
        SecretState.ACTIVE,
    }


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 0), (23, 0), (24, 1), (47, 1), (24 * 30, 30), (-1, -1), (-24, -1), (-25, -2)]
)
def test_days_left_are_whole_days_and_negative_afterwards(hours: int, days: int) -> None:
    assert days_left(NOON, NOON + timedelta(hours=hours)) == days


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(days=-5), 3),
        (timedelta(0), 3),
        (timedelta(days=3), 3),
        (timedelta(days=3, microseconds=1), 14),
        (timedelta(days=14), 14),
        (timedelta(days=30), 30),
        (timedelta(days=30, microseconds=1), None),
    ],
)
def test_threshold_is_the_nearest_that_the_end_lies_within(left: timedelta, days: int | None) -> None:
    assert threshold(NOON, NOON + left, (30, 14, 3)) == days
