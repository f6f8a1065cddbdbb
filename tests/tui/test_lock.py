"""The lock panel: what it shows, the countdown, unlocking, and the switch: PRODUCT.md section 4."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import pem
from tests.staging import Clock, compose, fetched, lock_out, log_on
from tests.tui.conftest import Open
from tests.tui.console import Console, opened
from tests.tui.gates import Gated

OPEN = "UPDATE applications SET failed_logons = 0, locked_until = NULL"
LOCK = "SELECT failed_logons, locked_until IS NOT NULL, locking_enabled FROM applications"


@pytest.fixture
def locked(services: Services, application: ApplicationView, clock: Clock) -> ApplicationView:
    for _ in range(5):
        log_on(services, application.client_id)
    clock.advance(minutes=2)
    return application


def panel(desk: Console) -> str:
    return next(line for line in desk.lines if line.startswith("  Lock "))


def counts(desk: Console, left: str) -> bool:
    return f"locked · opens in {left}" in panel(desk)


async def test_panel_shows_the_count_and_the_latest_failures(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    log_on(services, application.client_id, source="10.0.0.9")
    for _ in range(2):
        clock.advance(seconds=30)
        log_on(services, application.client_id, source="10.0.0.7")
    clock.advance(minutes=4)
    async with console() as desk:
        await desk.press("enter")
        assert "open · 3 of 5 failed logons" in panel(desk)
        assert "refused: wrong secret from 10.0.0.7 · 4 min ago" in desk.text
        assert "u unlock" not in desk.hints


async def test_u_works_only_while_locked(
    console: Open, application: ApplicationView, database: Database, services: Services
) -> None:
    log_on(services, application.client_id)
    async with console() as desk:
        await desk.press("enter", "u")
        assert desk.status == ""
        assert fetched(database, LOCK) == [(1, 0, 1)]


async def test_countdown_runs_and_the_lock_opens_by_itself(
    console: Open, locked: ApplicationView, clock: Clock, services: Services
) -> None:
    async with console() as desk:
        assert desk.marked.endswith("locked")
        await desk.press("enter")
        assert "locked · opens in 58:00 · 5 of 5 failed logons" in panel(desk)
        clock.advance(seconds=61)
        await desk.pilot.pause(1.1)
        assert "locked · opens in 56:59" in panel(desk)
        clock.advance(minutes=57)
        await desk.pilot.pause(1.1)
        await desk.settle()
        assert "open · 0 of 5 failed logons" in panel(desk)
        assert desk.crumbs.endswith("active")
        assert not services.locks.show(locked.id).locked


@pytest.mark.slow
async def test_countdown_goes_on_from_where_it_was_when_the_clock_is_set(database: Database, clock: Clock) -> None:
    services = compose(database, clock, since_boot=clock.since_boot)
    application = services.applications.create(NewApplication("billing-api"))
    lock_out(services, application)
    async with opened(services, clock) as desk:
        await desk.press("enter")
        for left, hours in (("59:00", -2), ("58:00", 2), ("57:00", 2)):
            clock.set(hours=hours)
            clock.advance(minutes=1)
            await desk.until(partial(counts, desk, left))


async def test_u_unlocks(console: Open, services: Services, locked: ApplicationView, database: Database) -> None:
    services.client_secrets.add(locked.id, NewSecret())
    services.certificates.add(locked.id, pem())
    services.jwt_trusts.add(locked.id, NewTrust(jwks_uri="http://127.0.0.1:9/keys"))
    async with console() as desk:
        await desk.press("enter")
        for new, end in (("secret", "revoke"), ("certificate", "delete"), ("JWT trust", "delete")):
            assert desk.hints.startswith(f"u unlock   n new {new}   ")
            assert f"x {end}   tab section   " in desk.hints
            assert desk.hints.endswith("? all keys")
            await desk.press("tab")
        await desk.press("u")
        assert desk.status == "The client ID of billing-api is unlocked."
        assert "open · 0 of 5 failed logons" in panel(desk)
        assert fetched(database, LOCK) == [(0, 0, 1)]
        assert fetched(database, "SELECT action FROM audit_events ORDER BY id DESC LIMIT 1") == [
            ("client_id.unlocked",)
        ]


async def test_locking_is_switched_off_and_on(console: Open, application: ApplicationView, database: Database) -> None:
    async with console() as desk:
        await desk.press("enter", "L")
        assert desk.status == "Locking is off: failed logons no longer count."
        assert "locking is off (L switches it on)" in panel(desk)
        assert fetched(database, LOCK) == [(0, 0, 0)]
        await desk.press("L")
        assert desk.status == "Locking is on: five failed logons lock the client ID for 60 minutes."
        assert fetched(database, LOCK) == [(0, 0, 1)]


async def test_locking_switched_off_while_locked_keeps_the_lock_and_says_so(
    console: Open, locked: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "L")
        assert desk.status == "Locking is off. It stays locked until the hour ends, or until u unlocks it."
        assert panel(desk).endswith("locked · opens in 58:00 · locking is off, this lock stays")
        assert fetched(database, LOCK) == [(0, 1, 0)]
        await desk.press("u")
        assert fetched(database, LOCK) == [(0, 0, 0)]


async def test_unlock_that_came_too_late_is_told(
    console: Open, locked: ApplicationView, services: Services, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter")
        async with desk.under_way(database, "u") as session:
            session.connection().execute(text(OPEN))
        await desk.until(lambda: desk.status == "! The client ID of “billing-api” is not locked.")
        assert fetched(database, "SELECT count(*) FROM audit_events WHERE action = 'client_id.unlocked'") == [(0,)]


async def test_refusal_of_a_write_in_the_background_reaches_the_line_behind_a_dialog(
    console: Open, locked: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter")
        async with desk.under_way(database, "u") as session:
            desk.hit("v")
            await desk.until(lambda: desk.screen == "VerifyForm")
            session.connection().execute(text(OPEN))
        assert desk.screen == "VerifyForm"
        await desk.until(lambda: desk.status == "! The client ID of “billing-api” is not locked.")


async def test_disabled_application_is_disabled_before_it_is_locked(
    console: Open, locked: ApplicationView, services: Services
) -> None:
    services.applications.change(locked.id, ApplicationChanges(enabled=False))
    services.client_secrets.add(locked.id, NewSecret())
    async with console() as desk:
        assert desk.marked.endswith("disabled")


async def test_second_l_during_the_first_is_refused_and_the_next_one_means_what_is_shown(
    console: Open, application: ApplicationView, services: Services, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter")
        with database.transaction():
            desk.hit("L", "L")
            await desk.pilot.pause(0.2)
            assert desk.status == "A change is under way: one moment."
        await desk.settle()
        assert desk.status == "Locking is off: failed logons no longer count."
        assert not services.applications.get(application.id).locking_enabled


async def test_l_means_what_the_change_before_it_has_left(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    gated = Gated(services.locks)  # the pane is read again by it
    async with opened(replace(services, locks=gated), clock) as desk:
        await desk.press("enter")
        gated.gate.clear()
        for on in (False, True, False):
            desk.hit("L")
            await desk.pilot.pause(0.2)
            assert services.applications.get(application.id).locking_enabled is on
        gated.gate.set()
