"""The sections of client authentication: one is open, the others are a line each with what needs attention."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.certs import certificate, name, pem
from tests.staging import NOON, Clock, lock_out
from tests.tui.conftest import Open
from tests.tui.console import Console, opened
from tests.tui.gates import Gated

NOBODY = "http://127.0.0.1:9/keys"


def head(desk: Console, section: str) -> str:
    return next(line.strip() for line in desk.lines if line.startswith(f"  {section}"))


def place(desk: Console, text: str) -> int:
    return next(place for place, line in enumerate(desk.lines) if text in line)


async def test_only_the_section_with_the_focus_is_open_and_the_others_tell_what_needs_attention(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    services.certificates.add(application.id, pem(certificate(end=NOON + timedelta(days=371))), "edge")
    services.certificates.add(application.id, pem(certificate(end=NOON + timedelta(days=349))), "batch")
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=NOBODY))
    clock.advance(days=350)
    async with console() as desk:
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › billing-api › Trust › Client Authentication")
        assert "ci" in desk.marked
        assert head(desk, "Certificates") == "Certificates 2/80   1 expired   1 expires within 30 days"
        assert head(desk, "JWT trusts") == "JWT trusts 0/20 by issuer, 1/20 by JWKS URI   last fetch failed"
        assert "tab section" in desk.hints
        await desk.press("tab")
        assert "batch" in desk.marked
        assert head(desk, "Secrets") == "Secrets 1/20   1 expiring"
        assert place(desk, "Certificates 2/80") < place(desk, "batch") < place(desk, "JWT trusts")
        assert [key for key in ("n new certificate", "e edit", "x delete") if key not in desk.hints] == []
        await desk.press("tab")
        assert NOBODY[:20] in desk.marked
        assert [key for key in ("n new JWT trust", "f fetch now", "x delete") if key not in desk.hints] == []
        await desk.press("tab")
        assert "ci" in desk.marked
        await desk.press("shift+tab")
        assert NOBODY[:20] in desk.marked
        await desk.pilot.click("#certificates > .section-head")
        await desk.settle()
        assert "batch" in desk.marked
        assert desk.crumbs.startswith("Applications › billing-api › Trust › Client Authentication")


@pytest.mark.slow
async def test_keys_of_one_section_do_nothing_in_another(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        await desk.press("enter", "tab")
        assert "No certificates yet. Press n to paste one, " in desk.text
        await desk.press("r", "a", "x", "e", "f", "enter")
        assert desk.screen == "ApplicationScreen"
        await desk.press("tab")
        assert "No JWT trusts yet. Press n to add one, by an issuer or by a JWKS URI." in desk.text
        await desk.press("r", "x", "e", "f", "enter")
        assert desk.screen == "ApplicationScreen"
        assert [secret.revoked_at for secret in services.client_secrets.list(application.id)] == [None]
        lock_out(services, application)
        await desk.press("ctrl+r", "u")
        assert desk.status == "The client ID of billing-api is unlocked."


@pytest.mark.slow
async def test_each_section_keeps_its_filter_and_its_order(
    console: Open, services: Services, application: ApplicationView
) -> None:
    for cn in ("alpha", "beta"):
        services.certificates.add(application.id, pem(certificate(subject=name(cn=cn))))
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        await desk.press("enter", "tab", "slash")
        await desk.type("beta")
        await desk.press("enter")
        assert "beta" in desk.marked
        assert "alpha" not in desk.text
        await desk.press("tab", "tab")
        assert "ci" in desk.marked
        assert head(desk, "Certificates") == "Certificates 2/80   /beta"
        await desk.press("tab", "escape", "s", "s", "S")
        assert desk.status == "Sorted by Subject, descending."
        assert "beta" in desk.marked
        await desk.press("slash")
        await desk.type(services.certificates.list(application.id)[0].thumbprint[:6].upper())
        await desk.press("enter")
        assert services.certificates.list(application.id)[0].thumbprint[:10] in desk.marked


async def test_keys_that_come_before_the_rows_wait_for_them(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.certificates.add(application.id, pem(), "edge")
    gated = Gated(services.certificates)
    async with opened(replace(services, certificates=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("enter", "tab", "x")
        await desk.pilot.pause(0.3)
        assert desk.screen == "ApplicationScreen"
        gated.gate.set()
        await desk.settle()
        assert desk.screen == "Confirm"
        assert "Delete the certificate edge?" in desk.text


async def test_unlocking_that_comes_before_the_lock_is_read_waits_for_it(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    lock_out(services, application)
    gated = Gated(services.locks)
    async with opened(replace(services, locks=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("enter", "u")
        await desk.pilot.pause(0.3)
        assert "is unlocked" not in desk.text
        gated.gate.set()
        await desk.settle()
        assert desk.status == "The client ID of billing-api is unlocked."


@pytest.mark.slow
async def test_every_section_fits_every_terminal(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.certificates.add(application.id, pem(), "edge")
    services.jwt_trusts.add(application.id, NewTrust("https://login.example", NOBODY, "build"))
    lock_out(services, application)
    async with console() as desk:
        await desk.press("enter")
        for columns, rows in ((64, 16), (80, 24), (120, 36)):
            await desk.resize(columns, rows)
            for shown in ("Hint", "edge", "login"):
                assert desk.overflowing == []
                assert shown in desk.text
                assert desk.hints.endswith("? all keys")
                await desk.press("tab")
