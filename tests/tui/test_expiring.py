"""The screen of what expires next, and the badge that leads there."""

from datetime import datetime, timedelta

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import certificate, name, pem
from tests.staging import NOON, Clock, fetched, log_on, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import Console


def ends(services: Services, application: ApplicationView, name: str, at: datetime) -> str:
    """Make a secret that ends at a moment of the test's choice, and return its value."""
    issued = services.client_secrets.add(application.id, NewSecret(name))
    plain_sql(
        services.desk.database,
        "UPDATE client_secrets SET expires_at = :at WHERE id = :id",
        at=at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        id=issued.secret.id,
    )
    return issued.value


@pytest.fixture
def other(services: Services, application: ApplicationView) -> ApplicationView:
    """An application beside billing-api; both have secrets that end, soon and later, and one has ended."""
    other = services.applications.create(NewApplication("reports"))
    value = ends(services, application, "till by the door", NOON + timedelta(days=2))
    log_on(services, application.client_id, value)
    ends(services, application, "night run", NOON + timedelta(days=25))
    ends(services, other, "dashboard", NOON + timedelta(days=10))
    ends(services, other, "last year's", NOON - timedelta(days=3))
    services.client_secrets.add(application.id, NewSecret("fresh"))
    return other


def rows(desk: Console) -> list[str]:
    """The rows of the list, without the mark of the cursor."""
    head = next(place for place, line in enumerate(desk.lines) if "Credential" in line and "State" in line)
    return [line[3:] for line in desk.lines[head + 1 : -3] if line.strip()]


async def test_badge_counts_what_expires_and_leads_to_the_list(
    console: Open, other: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        assert desk.lines[0].endswith("2 · 1 expired, 3 expire within 30 days: E")
        await desk.press("E")
        assert desk.crumbs.startswith("Applications › Expiring")
        assert desk.lines[0].endswith("4 within 30 days")
        told = [" ".join(row.split()) for row in rows(desk)]
        assert told == [
            "reports last year's 2026-04-29 3 d ago – Expired",
            "billing-api till by the… 2026-05-04 2 d just now Within 3 d",
            "reports dashboard 2026-05-12 10 d – Within 14 d",
            "billing-api night run 2026-05-27 25 d – Within 30 d",
        ]
        hints = {"last year's": "", "till by the door": " · last used from 10.0.0.7"}
        for key, (description, used) in zip(("g", "j"), hints.items(), strict=True):
            await desk.press(key)
            sql = "SELECT hint FROM client_secrets WHERE description = :name"
            ((hint,),) = fetched(database, sql, name=description)
            assert desk.lines[-3] == f"   client secret {hint} · {description}{used}"
        await desk.press("y")
        assert desk.status == "Sent to your terminal. It cannot be confirmed: paste to test."
        assert [key for key in ("x revoke", "enter open", "/ filter", "a show all") if key not in desk.hints] == []
        await desk.press("q")
        assert desk.app.is_running
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_badge_says_nothing_where_nothing_expires_and_follows_the_data(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    async with console() as desk:
        assert desk.lines[0].split() == ["Applications", "1"]
        await desk.press("E")
        assert "Nothing expires within 30 days. Press a to see all that ends at any time." in desk.text
        await desk.press("escape")
        ends(services, application, "soon", NOON + timedelta(days=1))
        await desk.press("ctrl+r")
        assert desk.lines[0].endswith("1 · 1 expires within 30 days: E")
        clock.advance(days=1)
        await desk.press("ctrl+r")
        assert desk.lines[0].endswith("1 · 1 expired within 30 days: E")


async def test_thresholds_of_the_configuration_choose_the_window_and_the_marks(
    console: Open, other: ApplicationView
) -> None:
    async with console(thresholds=(12, 1)) as desk:
        assert desk.lines[0].endswith("2 · 1 expired, 2 expire within 12 days: E")
        await desk.press("E")
        assert [row.split()[-3:] for row in rows(desk)[1:]] == [["Within", "12", "d"]] * 2


async def test_enter_opens_the_application_at_that_secret_and_escape_leads_back(
    console: Open, other: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("E", "r")
        assert desk.status.endswith(" is expired and cannot be rotated: Enter, then n, adds a new one.")
        await desk.press("j", "enter")
        assert desk.crumbs.startswith("Expiring › billing-api › Trust › Client Authentication")
        assert "till by the" in desk.marked
        await desk.press("escape")
        assert desk.crumbs.startswith("Applications › Expiring")
        assert "till by the" in desk.marked


async def test_list_is_filtered_sorted_and_widened(console: Open, services: Services, other: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("E", "slash")
        await desk.type("DASH")
        assert [row.split()[1] for row in rows(desk)] == ["dashboard"]
        await desk.press("enter")
        assert desk.lines[0].endswith("1 within 30 days · /DASH")
        await desk.press("escape", "s")
        assert desk.status == "Sorted by Application, ascending."
        assert [row.split()[0] for row in rows(desk)] == ["billing-api", "billing-api", "reports", "reports"]
        services.applications.change(other.id, ApplicationChanges(enabled=False))
        await desk.press("a")
        assert desk.lines[0].endswith("5 that end at any time")
        assert sum(row.endswith("Disabled") for row in rows(desk)) == 2
        assert any("fresh" in row and row.endswith("Later") for row in rows(desk))
        await desk.press("a")
        assert desk.lines[0].endswith("2 within 30 days")


async def test_x_revokes_the_secret_under_the_cursor_after_naming_its_application(
    console: Open, other: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("E", "j", "x")
        assert "(till by the door)?" in desk.text
        assert "It stops working for billing-api at once, and for good." in desk.text
        await desk.press("tab", "enter")
        assert desk.screen == "ExpiringScreen"
        assert desk.status.endswith(" is revoked.")
        assert len(rows(desk)) == 3
        revoked = fetched(database, "SELECT description FROM client_secrets WHERE revoked_at IS NOT NULL")
        assert revoked == [("till by the door",)]


async def test_keys_typed_ahead_reach_the_dialog_and_the_application_that_they_were_meant_for(
    console: Open, other: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        desk.hit("E", "j", "x", "tab", "enter", "enter")
        await desk.until(lambda: desk.screen == "ApplicationScreen")
        await desk.settle()
        assert fetched(database, "SELECT count(*) FROM client_secrets WHERE revoked_at IS NOT NULL") == [(1,)]


async def test_row_whose_application_has_just_been_deleted_says_so(
    console: Open, services: Services, other: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("E")
        services.applications.delete(other.id, other.name)
        await desk.press("enter")
        assert desk.screen == "ExpiringScreen"
        assert desk.status.startswith("! ")
        assert [row.split()[0] for row in rows(desk)] == ["billing-api", "billing-api"]


async def test_certificate_without_a_description_is_listed_by_its_common_name(
    console: Open, services: Services, application: ApplicationView
) -> None:
    end = NOON + timedelta(days=5)
    made = certificate(subject=name(cn="\x1b[31mtill\u202e", o=None), end=end)
    services.certificates.add(application.id, pem(made))
    async with console() as desk:
        assert desk.lines[0].endswith("1 · 1 expires within 30 days: E")
        await desk.press("E")
        (row,) = rows(desk)
        assert row.split()[:3] == ["billing-api", "cert.", "␛[31m…"]
        assert row.endswith("Within 14 d")


async def test_certificate_opens_under_the_cursor_is_deleted_by_x_and_never_rotated(
    console: Open, services: Services, other: ApplicationView, database: Database
) -> None:
    for named, left in (("edge", 5), ("later", 300)):
        text = pem(certificate(end=NOON + timedelta(days=left)))
        services.certificates.add(other.id, text, named)
    async with console() as desk:
        await desk.press("E", "slash")
        await desk.type("edge")
        await desk.press("enter")
        assert "cert. edge" in desk.marked
        assert "r rotate" not in desk.hints
        await desk.press("r")
        assert desk.screen == "ExpiringScreen"
        await desk.press("enter")
        assert desk.crumbs.startswith("Expiring › reports › Trust")
        assert "edge" in desk.marked
        assert "n new certificate" in desk.hints
        await desk.press("escape", "x")
        assert "Delete the certificate edge?" in desk.text
        assert "One other certificate remains that works; of other kinds" in " ".join(
            desk.text.replace("│", " ").split()
        )
        await desk.press("tab", "enter")
        assert desk.status == "The certificate edge is deleted."
        assert fetched(database, "SELECT description FROM certificates") == [("later",)]
