"""Stored text that means harm, put in by plain SQL: every screen and dialog draws it cleaned, and the app lives on."""

import json

import pytest

from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import pem
from tests.staging import Clock, fetched, log_on, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import NARROW, SPACIOUS, Console
from tui.drawing.themes import Look
from tui.widgets.text_box import TextBox

MARKUP = "[/][@click=app.quit]x[/][red]$x\\[b]"
SEQUENCES = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b[31m\x9b31m\x9d52;c;ZXZpbA==\x9ca\nb\rc\td\x00e\x7f"
SHAPES = "\u202egnp.exe\u2066\u200b\u2028👩\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈عربي עברית\ue000\U000f0000\uffff"
WIDE = "漢字" * 20 + "e\u0301" * 10 + "\u0310" * 40

APPLICATION = "UPDATE applications SET name = :text, description = :text, scopes = :text"
SECRET = "UPDATE client_secrets SET description = :text, created_by = :text, last_used_from = :text, last_used_at = :at"
EVENT = (
    "UPDATE audit_events SET actor = :text, claimed = :text, action = :text, object = :text, reason = :text,"
    " source = :text, before = :json, after = :json"
)


CERTIFICATE = (
    "UPDATE certificates SET description = :text, subject = :name, issuer = :text, serial = :text, created_by = :text,"
    " last_used_from = :text, last_used_at = :at, not_after = '2026-05-04 12:00:00.000000'"
)
TRUST = (
    "UPDATE jwt_trusts SET issuer = :text, subject = :text, jwks_uri = :text, audience = :text, description = :text,"
    " failure = :text, failed_at = :at, keys = :keys, fetched_at = :at, created_by = :text"
)


@pytest.fixture
def hostile_rows(services: Services, application: ApplicationView, database: Database, clock: Clock) -> ApplicationView:
    services.client_secrets.add(application.id, NewSecret("ci"))
    log_on(services, application.client_id)
    plain_sql(services.desk.database, "UPDATE client_secrets SET expires_at = '2026-05-04 12:00:00.000000'")
    clock.advance(minutes=1)  # a twin stands above the secret that it replaces
    return application


def spoil(database: Database, text: str) -> None:
    """Put *text* into every field that is shown."""
    document = json.dumps({text: text, "list": [text]})
    plain_sql(database, APPLICATION, text=text[:100])
    plain_sql(database, SECRET, text=text, at="2026-05-02 11:00:00.000000")
    plain_sql(database, EVENT, text=text, json=document)


PATH = (
    ("e", "EditApplicationForm"),
    ("escape x", "DeleteApplicationForm"),
    ("escape colon", "Palette"),
    ("-", "Palette"),
    ("escape enter", "ApplicationScreen"),
    ("enter", "Details"),
    ("escape e", "EditSecretForm"),
    ("escape x", "Confirm"),
    ("escape r", "RotateForm"),
    ("enter", "IssuedSecretModal"),
    ("enter tab enter", "ApplicationScreen"),
    ("j r", "RotationDialog"),
    ("escape v", "VerifyForm"),
    ("escape question_mark", "Help"),
    ("escape n", "NewSecretForm"),
    ("enter", "IssuedSecretModal"),
    ("enter tab enter", "ApplicationScreen"),
    ("1", "ApplicationScreen"),
    ("e", "EditApplicationForm"),
    ("escape 3", "ApplicationScreen"),
    ("enter", "Details"),
    ("escape escape", "ApplicationsScreen"),
    ("E", "ExpiringScreen"),
    ("x", "Confirm"),
    ("escape enter", "ApplicationScreen"),
    ("escape slash z", "ExpiringScreen"),
    ("escape escape", "ApplicationsScreen"),
)
"""Keys that lead to every screen and dialog that shows stored text; `-` is in every client ID."""


async def visit(desk: Console) -> None:
    """Walk through the screens and look at each."""
    for keys, screen in PATH:
        await desk.press(*keys.split())
        assert desk.screen == screen
        assert desk.is_clean, (keys, desk.text)
        assert not desk.overflowing, (keys, desk.overflowing)


@pytest.mark.parametrize(
    ("text", "size", "look"),
    [
        pytest.param(MARKUP, NARROW, Look(), marks=pytest.mark.slow),
        (SEQUENCES, NARROW, Look()),
        pytest.param(SHAPES + WIDE, NARROW, Look(), marks=pytest.mark.slow),
        pytest.param(WIDE + SEQUENCES, SPACIOUS, Look("ansi"), marks=pytest.mark.slow),
    ],
    ids=["markup", "sequences", "shapes", "ansi"],
)
async def test_every_screen_draws_hostile_text_harmlessly(
    console: Open, hostile_rows: ApplicationView, database: Database, text: str, size: tuple[int, int], look: Look
) -> None:
    spoil(database, text)
    stored = fetched(database, "SELECT name, description FROM applications")
    async with console(size=size, look=look) as desk:
        await visit(desk)
        assert fetched(database, "SELECT name, description FROM applications") == stored


SECTIONS = (
    ("enter tab", "ApplicationScreen"),
    ("enter", "Details"),
    ("escape e", "DescribeCertificateForm"),
    ("escape x", "Confirm"),
    ("escape n", "Ways"),
    ("down down enter", "GenerateCertificateForm"),
    ("escape tab", "ApplicationScreen"),
    ("enter", "Details"),
    ("pagedown pagedown", "Details"),
    ("escape e", "EditTrustForm"),
    ("escape x", "Confirm"),
    ("tab enter", "ApplicationScreen"),
    ("escape E", "ExpiringScreen"),
    ("x", "Confirm"),
    ("escape enter", "ApplicationScreen"),
    ("n enter", "PasteCertificateForm"),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MARKUP, id="markup"),
        pytest.param(SEQUENCES, id="sequences", marks=pytest.mark.slow),
        pytest.param(SHAPES + WIDE, id="shapes", marks=pytest.mark.slow),
    ],
)
async def test_certificates_and_trusts_are_drawn_harmlessly(
    console: Open, services: Services, application: ApplicationView, database: Database, text: str
) -> None:
    services.certificates.add(application.id, pem())
    services.jwt_trusts.add(application.id, NewTrust("http://127.0.0.1:9", "http://127.0.0.1:9/keys", "x"))
    at = "2026-05-02 11:00:00.000000"
    plain_sql(database, APPLICATION, text=text[:100])
    plain_sql(database, CERTIFICATE, text=text, name=f"CN={text}", at=at)
    key = {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "kid": text, "alg": text}
    plain_sql(database, TRUST, text=text, keys=json.dumps({"keys": [key]}), at=at)
    async with console() as desk:
        for keys, screen in SECTIONS:
            await desk.press(*keys.split())
            assert desk.screen == screen, keys
            assert desk.is_clean, (keys, desk.text)
            assert not desk.overflowing, (keys, desk.overflowing)
        await desk.paste(text)
        assert desk.is_clean
        assert desk.app.screen.query_one(TextBox).text.splitlines() == text.splitlines()


async def test_markup_in_a_name_stands_there_as_it_is(
    console: Open, hostile_rows: ApplicationView, database: Database
) -> None:
    spoil(database, "[@click=app.quit]x[/]")
    async with console() as desk:
        assert desk.marked.startswith(" > [@click=app.quit]x[/]")
        await desk.pilot.click("Table", offset=(6, 1))
        await desk.settle()
        assert desk.app.is_running
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › [@click=app.quit]x[/] › Trust")
        await desk.pilot.click("Crumbs", offset=(20, 0))
        assert desk.app.is_running


async def test_edit_of_a_hostile_row_keeps_what_was_not_touched(
    console: Open, hostile_rows: ApplicationView, database: Database
) -> None:
    name = "\x1b]52;c;ZXZpbA==\x07"
    spoil(database, name)
    plain_sql(database, "UPDATE applications SET scopes = ''")
    async with console() as desk:
        await desk.press("e")
        await desk.fill("token_lifetime", "15")
        await desk.press("enter")
        assert desk.screen == "ApplicationsScreen"
        assert fetched(database, "SELECT name, token_lifetime FROM applications") == [(name, 15)]
        await desk.press("e")
        await desk.fill("name", "mended")
        await desk.fill("description", "too")
        await desk.press("enter")
        assert fetched(database, "SELECT name, description FROM applications") == [("mended", "too")]


async def test_hostile_application_is_deleted_by_typing_what_it_is_called(
    console: Open, hostile_rows: ApplicationView, database: Database
) -> None:
    plain_sql(database, "UPDATE applications SET name = 'evil' || char(27) || '[31m'")
    async with console() as desk:
        await desk.press("x")
        await desk.paste("evil\x1b[31m")
        await desk.press("enter")
        assert fetched(database, "SELECT count(*) FROM applications") == [(0,)]
