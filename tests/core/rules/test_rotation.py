"""How long a rotated secret goes on working: PRODUCT.md section 3."""

from datetime import timedelta

import pytest

from core.rules.expiry import Lifetime
from core.rules.rotation import PRESELECTED, Grace, retires_at
from tests.staging import NOON


def test_the_choices_are_those_of_the_command_line_and_a_day_is_preselected() -> None:
    assert [grace.value for grace in Grace] == ["now", "1h", "24h", "7d", "30d"]
    assert PRESELECTED is Grace.DAY


@pytest.mark.parametrize(
    ("grace", "span"),
    zip(
        Grace, (timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30)), strict=True
    ),
)
def test_a_grace_ends_after_its_time_and_never_after_the_secrets_own_expiry(grace: Grace, span: timedelta) -> None:
    assert grace.end(NOON) == retires_at(NOON, grace, None) == NOON + span
    assert retires_at(NOON, grace, NOON + span + timedelta(seconds=1)) == NOON + span
    assert retires_at(NOON, grace, NOON + span - timedelta(seconds=1)) == NOON + span - timedelta(seconds=1)


@pytest.mark.parametrize("lifetime", Lifetime)
def test_a_lifetime_is_known_by_its_ends(lifetime: Lifetime) -> None:
    for start in (NOON, NOON.replace(year=2028, month=2, day=29)):
        assert Lifetime.between(start, lifetime.end(start)) is lifetime


def test_what_is_no_lifetime_counts_as_the_nearest() -> None:
    assert Lifetime.between(NOON, NOON + timedelta(days=3)) is Lifetime.ONE_YEAR
    assert Lifetime.between(NOON, NOON + timedelta(days=700)) is Lifetime.TWO_YEARS
    assert Lifetime.between(NOON, NOON - timedelta(days=3)) is Lifetime.ONE_YEAR
