"""What is said of a retiring secret: whether it is still used, and which one is told of first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.rules.expiry import SecretState
from core.rules.requests.client_secrets import NewSecret
from core.rules.rotation import Grace
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from core.services import Services
from tests.staging import NOON, Clock
from tui.facts.retiring import foremost, is_still_used, last_use, twin_of
from tui.modals.details import secret_facts

HOUR = timedelta(hours=1)


@pytest.fixture
def pair(services: Services, application: ApplicationView, clock: Clock) -> tuple[SecretView, SecretView]:
    """A secret that retires since noon, and its twin."""
    old = services.client_secrets.add(application.id, NewSecret()).secret
    rotation = services.rotations.rotate(application.id, old.id, Grace.DAY)
    return rotation.old, rotation.issued.secret


def test_only_what_is_used_after_its_twin_was_made_is_still_used(pair: tuple[SecretView, SecretView]) -> None:
    old, twin = pair
    now = NOON + 3 * HOUR
    used = replace(old, last_used_at=NOON + HOUR, last_used_from="10.0.0.7")
    before = replace(old, last_used_at=NOON - HOUR, last_used_from="10.0.0.7")
    assert last_use(used, twin, now) == "still used 2 h ago from 10.0.0.7"
    assert last_use(replace(used, last_used_from=None), twin, now) == "still used 2 h ago"
    assert last_use(before, twin, now) == "not used since it was rotated"
    assert last_use(old, twin, now) == "never used"
    assert last_use(before, None, now) == "last used 4 h ago from 10.0.0.7"
    assert last_use(replace(used, last_used_from=None), None, now) == "last used 2 h ago"
    assert [is_still_used(used, each) for each in (twin, None)] == [True, False]


def test_the_one_under_the_cursor_is_told_of_or_the_one_that_ends_first(pair: tuple[SecretView, SecretView]) -> None:
    old, twin = pair
    sooner = replace(old, id="sooner", retires_at=NOON + HOUR, replaced_by="elsewhere")
    secrets = [old, twin, sooner]
    assert (
        foremost(secrets, None) is foremost(secrets, replace(twin, id="another")) is foremost(secrets, sooner) is sooner
    )
    assert foremost(secrets, old) is foremost(secrets, twin) is old
    assert foremost([twin], twin) is None
    assert twin_of(old, secrets) is twin
    assert twin_of(sooner, secrets) is None


def test_the_details_count_days_only_where_the_expiry_decides(pair: tuple[SecretView, SecretView]) -> None:
    old, twin = pair
    now = NOON + HOUR
    revoked = replace(old, state=SecretState.REVOKED, revoked_at=now, revoked_reason="rotated")
    ends = [dict(secret_facts(each, now, pair))["Expires"] for each in (twin, old, revoked)]
    assert ends == ["2027-05-02 12:00:00 UTC · 365 d left", "2027-05-02 12:00:00 UTC", "2027-05-02 12:00:00 UTC"]
    assert dict(secret_facts(old, now, pair))["Replaced by"] == f"{twin.hint}, active"
    assert "Replaced by" not in dict(secret_facts(twin, now, pair))
