"""Rotating at the console: the dialog, the overlap in sight, completing and undoing, room at the limit."""

from datetime import timedelta

import pytest
from textual.widgets import Button, Static

from core.rules.expiry import Lifetime, SecretState
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.rotation import Grace
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, fetched, log_on
from tests.tui.conftest import Open
from tests.tui.console import Console
from tui.widgets.controls import Choices

CLOSE = ("enter", "tab", "enter")
"""Close a secret on show that was not kept."""


@pytest.fixture
def twin(services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock) -> IssuedSecret:
    """The twin of the one secret, which retires for a day from now on."""
    clock.advance(minutes=1)
    return services.rotations.rotate(application.id, issued.secret.id, Grace.DAY).issued


def panel(desk: Console) -> list[str]:
    """The two lines about what retires."""
    first = next((place for place, line in enumerate(desk.lines) if line.startswith("  Retiring ")), None)
    return [] if first is None else [line.strip() for line in desk.lines[first : first + 2]]


def meaning(desk: Console) -> str:
    """What the form says of the choice."""
    return str(desk.app.screen.query_one("#meaning", Static).content)


def facts(desk: Console) -> str:
    """What a question tells, however it is broken into lines."""
    return " ".join(str(fact.content) for fact in desk.app.screen.query(".fact").results(Static))


async def test_r_makes_a_twin_shows_it_once_and_lets_the_old_one_retire_for_a_day(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    async with console() as desk:
        await desk.press("enter")
        assert "r rotate" in desk.hints
        assert panel(desk) == []
        await desk.press("r")
        assert desk.screen == "RotateForm"
        assert f"Rotate {issued.secret.hint}" in desk.text
        assert "(•) 24 hours" in desk.text
        assert "Both work until 2026-05-03 12:00 UTC." in desk.text
        assert desk.overflowing == []
        await desk.press("right", "enter")
        assert desk.screen == "IssuedSecretModal"
        (twin,) = (view for view in services.client_secrets.list(application.id) if view.id != issued.secret.id)
        value = next(line for line in desk.lines if line.startswith(twin.hint))
        assert services.verification.verify(application.id, value).works
        assert f"  It replaces {issued.secret.hint}, which works until 2026-05-09 12:00 UTC." in desk.lines
        await desk.press(*CLOSE)
        assert desk.status == f"{twin.hint} replaces {issued.secret.hint}, which works until 2026-05-09 12:00 UTC."
        assert twin.hint in desk.marked
        assert value not in desk.text
        old = services.client_secrets.resolve(application.id, issued.secret.id)
        assert (old.state, old.retires_at) == (SecretState.RETIRING, clock() + timedelta(days=7))
        assert panel(desk) == [
            f"Retiring    {issued.secret.hint} until 2026-05-09 12:00 UTC · 7 d left",
            f"never used · {twin.hint} replaces it",
        ]


async def test_every_choice_of_grace_says_what_it_means(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret())
    clock.advance(days=360)
    async with console() as desk:
        await desk.press("enter", "r")
        meanings = []
        await desk.press("left", "left")
        for _ in Grace:
            meanings.append(meaning(desk))
            await desk.press("right")
        assert meanings == [
            "This one stops working at once; tokens that it obtained live on.",
            "Both work until 2027-04-27 13:00 UTC.",
            "Both work until 2027-04-28 12:00 UTC.",
            "Both work until 2027-05-02 12:00 UTC, its own expiry.",
            "Both work until 2027-05-02 12:00 UTC, its own expiry.",
        ]
        await desk.press("escape")
        assert len(services.client_secrets.list(application.id)) == 1


@pytest.mark.slow
async def test_the_countdown_repaints_its_own_cells_and_at_its_end_the_secret_is_revoked(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    clock.advance(minutes=1)
    twin = services.rotations.rotate(application.id, issued.secret.id, Grace.HOUR).issued.secret
    clock.advance(minutes=10)
    log_on(services, application.client_id, issued.value)
    clock.advance(minutes=2)
    async with console() as desk:
        await desk.press("enter")
        assert panel(desk) == [
            f"Retiring    {issued.secret.hint} until 2026-05-02 13:01 UTC · 48:00 left",
            f"still used 2 min ago from 10.0.0.7 · {twin.hint} replaces it",
        ]
        before = desk.lines
        clock.advance(seconds=3)
        await desk.until(lambda: "47:57 left" in panel(desk)[0])
        assert [line for line, then in zip(desk.lines, before, strict=True) if line != then] == [
            f"  {panel(desk)[0]}",
        ]
        await desk.press("down", "enter")
        assert "Retiring until 2026-05-02 13:01:00 UTC" in desk.text
        assert "2 min ago from 10.0.0.7, still used" in desk.text
        assert f"Replaced by       {twin.hint}, active" in desk.text
        await desk.press("escape")
        clock.advance(minutes=50)
        await desk.until(lambda: panel(desk) == [])
        await desk.settle()
        assert "Secrets 1/20" in desk.text
        await desk.press("a", "G", "enter")
        assert "Revoked           2026-05-02 13:01:00 UTC, rotated" in desk.text
        assert "still used" not in desk.text
        await desk.press("escape", "r")
        assert desk.status == f"! {issued.secret.hint} was rotated: rotate what replaces it, or n adds a new one."


async def test_a_rotation_is_left_undone_and_completed_by_r_on_the_retiring_secret(
    console: Open,
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    twin: IssuedSecret,
    clock: Clock,
) -> None:
    hint = issued.secret.hint
    async with console() as desk:
        await desk.press("enter", "down", "r")
        assert desk.screen == "RotationDialog"
        assert f"{hint} is retiring" in desk.text
        assert "It works until 2026-05-03 12:01 UTC, 1 d from now; never used." in desk.text
        assert f"Undo: {twin.secret.hint}, which nobody has used yet, is revoked" in desk.text
        await desk.press("enter")
        assert services.client_secrets.resolve(application.id, issued.secret.id).state is SecretState.RETIRING
        await desk.press("r", "tab", "enter")
        assert desk.status == f"The rotation is undone: {hint} is active as before."
        assert panel(desk) == []
        clock.advance(minutes=1)
        await desk.press("r", "left", "left", "right", "enter", *CLOSE, "down", "r", "tab", "tab", "enter")
        assert desk.status == f"The rotation is complete: {hint} is revoked."
        assert services.client_secrets.resolve(application.id, issued.secret.id).revoked_reason == "rotated"
        await desk.press("a", *"jjj")
        assert hint in desk.marked
        await desk.press("x")
        assert "It was rotated and has ended already. Tokens that it obtained end now, too." in facts(desk)
        await desk.press("tab", "enter")
        assert desk.status == f"{hint} had been rotated; tokens that it obtained end now, too."
        assert services.client_secrets.resolve(application.id, issued.secret.id).revoked_reason == "revoked"
        await desk.press("x")
        assert desk.screen == "ApplicationScreen"


async def test_a_twin_that_is_used_leaves_nothing_to_undo_and_one_that_was_used_meanwhile_is_told(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, twin: IssuedSecret
) -> None:
    async with console() as desk:
        await desk.press("enter", "down", "r")
        log_on(services, application.client_id, twin.value)
        await desk.press("tab", "enter")
        assert desk.status.startswith(f"! {twin.secret.hint} was used: while it works, this rotation can only be")
        await desk.press("r")
        used = f"{twin.secret.hint} was used: while it works, this rotation can only be completed. Last used just now."
        assert used in facts(desk)
        assert [button.id for button in desk.app.screen.query(Button) if button.display] == ["cancel", "complete"]
        await desk.press("escape", "up", "x")
        assert f"It replaces {issued.secret.hint}, which retires all the same: to keep that one, press r" in facts(desk)
        await desk.press("tab", "enter")
        assert panel(desk)[1] == f"never used · {twin.secret.hint}, which replaces it, is revoked"
        assert twin.secret.hint not in desk.marked
        await desk.press("enter")
        assert f"Replaced by       {twin.secret.hint}, revoked" in desk.text
        await desk.press("escape")
        await desk.press("r")
        assert f"{twin.secret.hint}, which replaces it, is revoked. No other live secret remains: the" in facts(desk)
        assert f"Undo: {twin.secret.hint} is revoked already and stays so, and this one is as" in facts(desk)
        await desk.press("tab", "enter")
        assert desk.status == f"The rotation is undone: {issued.secret.hint} is active as before."


async def test_revoking_one_of_the_two_tells_of_the_other(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, twin: IssuedSecret
) -> None:
    async with console() as desk:
        await desk.press("enter", "x")
        assert f"It replaces {issued.secret.hint}, which retires all the same" in desk.text
        await desk.press("escape", "down", "x")
        assert f"{twin.secret.hint}, which replaces it, goes on working." in desk.text
        await desk.press("tab", "enter")
        assert services.client_secrets.list(application.id) == (twin.secret,)


async def test_what_has_ended_says_what_to_do_instead(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    ended = services.client_secrets.add(application.id, NewSecret()).secret
    clock.advance(days=366)
    async with console() as desk:
        await desk.press("enter", "r")
        assert desk.screen == "ApplicationScreen"
        assert desk.status == f"! {ended.hint} is expired and cannot be rotated: n adds a new one."
        services.client_secrets.revoke(application.id, ended.id)
        await desk.press("ctrl+r", "a", "r")
        assert desk.status == f"! {ended.hint} is revoked and cannot be rotated: n adds a new one."


async def test_at_twenty_the_dialog_offers_what_to_revoke_and_the_rotation_goes_on(
    console: Open, services: Services, application: ApplicationView, clock: Clock, database: Database
) -> None:
    for number in range(20):
        clock.advance(minutes=1)
        services.client_secrets.add(application.id, NewSecret(f"partner {number}", Lifetime.TWO_YEARS))
    (last, *_, oldest) = services.client_secrets.list(application.id)
    services.client_secrets.edit(application.id, oldest.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))
    clock.advance(days=400)
    async with console() as desk:
        await desk.press("enter", "r", "enter")
        assert desk.screen == "RotateForm"
        assert "! All 20 places are taken. Choose one to revoke" in desk.text
        assert "(•) none of them" in desk.text
        assert f"( ) {oldest.hint} partner 0 · expired, never used" in desk.text
        assert desk.text.count("partner 1 · never used") == 1
        assert "[ Rotate ]" in desk.text
        await desk.press("enter")
        assert desk.screen == "RotateForm"
        assert fetched(database, "SELECT count(*) FROM client_secrets") == [(20,)]
        assert isinstance(desk.app.focused, Choices)
        await desk.press("down")
        assert meaning(desk).endswith(f"{oldest.hint} is revoked now, for good.")
        await desk.press("enter")
        assert desk.screen == "IssuedSecretModal"
        await desk.press(*CLOSE)
        assert "Secrets 20/20" in desk.text
        assert services.client_secrets.resolve(application.id, oldest.id).revoked_reason == "revoked"
        assert services.client_secrets.resolve(application.id, last.id).state is SecretState.RETIRING
