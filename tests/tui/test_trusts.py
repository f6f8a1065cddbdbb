"""The JWT trusts of an application: by issuer, by JWKS URI, fetched now, edited, deleted (PRODUCT.md section 5)."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.rules.requests.jwt_trusts import NewTrust
from core.rules.views.applications import ApplicationView
from core.rules.views.jwt_trusts import TrustView
from core.services import Services
from store.database import Database
from tests.core.issuer import Issuer, issuing, jwk
from tests.staging import Clock, fetched
from tests.tui.conftest import Open
from tests.tui.console import opened

NOBODY = "http://127.0.0.1:9/keys"
ROWS = "SELECT kind, issuer, jwks_uri, subject, audience, refresh_hours, description FROM jwt_trusts"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "one"), jwk("P-256", "two"))
        issuer.describe()
        yield issuer


async def test_trust_by_issuer_is_discovered_and_shows_its_keys(
    console: Open, application: ApplicationView, database: Database, issuer: Issuer
) -> None:
    async with console() as desk:
        await desk.press("enter", "shift+tab", "n", "enter", "enter")
        assert desk.error_at("issuer") == "! Give the issuer: its URL."
        for field, text, sentence in (
            ("issuer", "http://login.example", "! The issuer begins with https://"),
            ("issuer", issuer.url, "! Give the subject"),
        ):
            await desk.fill(field, text)
            await desk.press("enter")
            told = desk.error_at("issuer") + desk.error_at("subject")
            assert told.startswith(sentence)
            assert desk.value(field) == text
        assert fetched(database, ROWS) == []
        await desk.fill("subject", "build")
        await desk.fill("description", "CI")
        await desk.press("enter")
        assert desk.status.startswith("The JWT trust is added. 2 keys found: ")
        assert fetched(database, ROWS) == [("issuer", issuer.url, None, "build", None, 24, "CI")]
        assert issuer.url[:16] in desk.marked
        assert desk.marked.endswith("Ready")
        assert "JWT trusts 1/20 by issuer, 0/20 by JWKS URI" in desk.text
        await desk.press("enter")
        assert desk.screen == "Details"
        for fact in ("EC · kid one", "EC · kid two", "(by the issuer's", "our own issuer", "every 24 hours"):
            assert fact in desk.text, fact


async def test_trust_by_jwks_uri_is_there_though_its_fetch_failed_and_says_why(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console(size=(120, 36)) as desk:
        await desk.press("enter", "shift+tab", "n", "down", "enter", "enter")
        assert desk.error_at("jwks_uri") == "! Give the JWKS URI."
        await desk.fill("jwks_uri", NOBODY)
        await desk.press("tab", "right", "enter")
        assert desk.status.startswith("! The JWT trust is added. The fetch failed: ")
        assert fetched(database, ROWS) == [("jwks_uri", None, NOBODY, None, None, 12, None)]
        assert "No keys" in desk.marked
        assert "last fetch failed" in desk.text
        assert "none: no JWT is accepted" in desk.text


async def test_fetch_now_tells_how_many_keys_were_found_or_why_none(
    console: Open, services: Services, application: ApplicationView, issuer: Issuer
) -> None:
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri))
    async with console(size=(120, 36)) as desk:
        await desk.press("enter", "shift+tab")
        assert "2" in desk.marked.split()
        issuer.publish(jwk("P-256", "three"))
        await desk.press("f")
        assert desk.status.startswith("1 key found: ")
        issuer.says.clear()
        await desk.press("f")
        assert desk.status.startswith("! The fetch failed: Nothing is there (status 404): check the path of http://")
        assert "Failed" in desk.marked
        assert len(services.jwt_trusts.list(application.id)[0].keys) == 1
        assert "Failed just now:" not in desk.lines[-3]  # it stands beside the list
        await desk.resize(80, 24)
        assert desk.lines[-3].startswith("   Failed just now: Nothing is there (status 404): check the path of http:")
        issuer.publish(jwk("P-256", "three"))
        await desk.press("f")
        assert "Failed just now:" not in desk.text


class SlowFetch:
    """Stands before the trusts; a fetch or an addition takes until the test lets it go on."""

    def __init__(self, services: Services) -> None:
        self._trusts = services.jwt_trusts
        self.list = self._trusts.list
        self.gate = threading.Event()
        self.asked = 0

    def fetch(self, application_id: str, trust_id: str) -> TrustView:
        self.asked += 1
        self.gate.wait(20)
        return self._trusts.fetch(application_id, trust_id)

    def add(self, application_id: str, asked: NewTrust) -> TrustView:
        self.gate.wait(20)
        return self._trusts.add(application_id, asked)


async def test_fetch_that_is_under_way_blocks_no_key_but_itself(
    services: Services, application: ApplicationView, clock: Clock, issuer: Issuer
) -> None:
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri, description="signer"))
    slow = SlowFetch(services)
    async with opened(replace(services, jwt_trusts=slow), clock) as desk:  # type: ignore[arg-type]
        await desk.press("enter", "shift+tab")
        desk.hit("f")
        await desk.until(lambda: slow.asked == 1)
        assert desk.status.startswith(f"Fetching the keys of {issuer.jwks_uri}")
        desk.hit("f")
        await desk.until(lambda: "Its keys are being fetched: one moment." in desk.text)
        assert desk.marked.endswith("Fetching")
        desk.hit("L")
        await desk.until(lambda: "Locking is off: failed logons" in desk.text)
        desk.hit("x")
        await desk.until(lambda: desk.screen == "Confirm")
        desk.hit("escape", "tab")
        await desk.until(lambda: "n new secret" in desk.text)
        slow.gate.set()
        await desk.until(lambda: "2 keys found: " in desk.text)
        assert slow.asked == 1


async def test_form_that_is_left_while_it_fetches_still_tells_what_came_of_it(
    services: Services, application: ApplicationView, clock: Clock, issuer: Issuer
) -> None:
    slow = SlowFetch(services)
    async with opened(replace(services, jwt_trusts=slow), clock) as desk:  # type: ignore[arg-type]
        await desk.press("enter", "shift+tab", "n", "down", "enter")
        await desk.fill("jwks_uri", issuer.jwks_uri)
        desk.hit("enter", "enter")
        await desk.until(lambda: "The keys are being fetched" in desk.text)
        desk.hit("escape")
        await desk.until(lambda: desk.screen == "ApplicationScreen")
        slow.gate.set()
        await desk.until(lambda: "The JWT trust is added. 2 keys found: " in desk.text)
        await desk.settle()
        assert len(services.jwt_trusts.list(application.id)) == 1
        assert desk.marked.endswith("Ready")


async def test_edit_sends_what_was_changed_and_fetches_only_from_elsewhere(
    console: Open, services: Services, application: ApplicationView, database: Database, issuer: Issuer
) -> None:
    asked = NewTrust(issuer.url, issuer.jwks_uri, "build", "https://us.example", description="CI")
    services.jwt_trusts.add(application.id, asked)
    async with console() as desk:
        await desk.press("enter", "shift+tab", "e")
        assert desk.value("jwks_uri") == issuer.jwks_uri
        await desk.fill("subject", "")
        await desk.press("enter")
        assert desk.error_at("subject").startswith("! Give the subject")
        await desk.fill("subject", "deploy")
        await desk.fill("audience", "")
        await desk.press("enter")
        assert desk.status == "The JWT trust is saved."
        await desk.press("e")
        await desk.fill("jwks_uri", "")
        await desk.press("enter")
        assert desk.status.startswith("The JWT trust is saved. 2 keys found: ")
        assert fetched(database, ROWS) == [("issuer", issuer.url, None, "deploy", None, 24, "CI")]


async def test_delete_asks_and_tells_what_stops(
    console: Open, services: Services, application: ApplicationView, database: Database, issuer: Issuer
) -> None:
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri))
    async with console() as desk:
        await desk.press("enter", "shift+tab", "x")
        for fact in (
            "It stops working for billing-api at once, and for good.",
            "Tokens that it obtained become inactive at once.",
            "Never used.",
            "No other JWT trust remains that works; there is no live client secret and no certificate: nothing else",
        ):
            assert fact in " ".join(desk.text.replace("│", " ").split())
        await desk.press("enter")
        assert len(fetched(database, ROWS)) == 1
        await desk.press("x", "tab", "enter")
        assert desk.status == f"The JWT trust {issuer.jwks_uri} is deleted."
        assert fetched(database, ROWS) == []
