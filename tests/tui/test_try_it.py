"""Overview: whether keydesk serve runs and where; T: a real request to it, its answer, and no secret left behind."""

import asyncio
import gc
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Static

from core.authentication.trial import Trial
from core.outbound.exchange import Call, Reply
from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.secret_format import checksum, new_value
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from screenshots.serving import serving
from store.database import Database, open_database
from tests.certs import pem
from tests.core.issuer import issuing, jwk
from tests.core.odd_server import answer, saying
from tests.staging import Clock, compose, dice, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import NARROW, SPACIOUS, Console, opened
from tests.web.asserting import Signer
from tui.drawing.themes import Look
from tui.widgets.serve_panel import ServePanel

WRONG = new_value(dice(404))
"""A value as it should be, and nobody's."""
NOT_RUNNING = "Server not running: start it with keydesk serve"


@pytest.fixture
def address(path: Path, clock: Clock, services: Services) -> Iterator[str]:
    """A server that works on the console's database."""
    with served(path, clock) as address:
        yield address


@contextmanager
def served(path: Path, clock: Clock) -> Iterator[str]:
    with serving(compose(open_database(path), clock)) as address:
        yield address


def announce(database: Database, issuer: str) -> None:
    """Leave the row of a server that was killed."""
    statement = (
        "INSERT INTO servers (address, issuer, started_at) VALUES (:issuer, :issuer, '2026-05-01 12:00:00.000000')"
    )
    plain_sql(database, statement, issuer=issuer)


def words_of(desk: Console) -> str:
    """Return what stands on the screen, however far apart."""
    return " ".join(desk.text.split())


async def open_overview(desk: Console) -> None:
    await desk.press("enter", "1")


async def try_value(desk: Console, value: str) -> None:
    """Paste a value into the dialog and ask."""
    await desk.press("T")
    assert desk.screen == "TryItForm"
    await desk.paste(value)
    await desk.press("enter")


async def test_overview_tells_how_to_start_the_server(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await open_overview(desk)
        assert NOT_RUNNING in words_of(desk)
        assert f"Token {DEFAULT_ISSUER}/oauth2/token" in words_of(desk)


@pytest.mark.parametrize("size", [NARROW, SPACIOUS])
async def test_overview_tells_where_the_server_is(
    console: Open, application: ApplicationView, address: str, size: tuple[int, int]
) -> None:
    async with console(size=size) as desk:
        await open_overview(desk)
        for line in (
            f"Server running at {address}, started just now",
            f"Token {address}/oauth2/token",
            f"Introspection {address}/oauth2/introspect",
            f"Revocation {address}/oauth2/revoke",
            f"JWKS {address}/oauth2/certs",
        ):
            assert line in words_of(desk)
        at_length = [
            f"Verify {address}/verify",
            f"Metadata {address}/.well-known/oauth-authorization-server",
        ]
        assert [line in words_of(desk) for line in at_length] == [size == SPACIOUS] * 2
        assert not desk.overflowing


async def test_a_server_that_was_killed_is_not_said_to_run(
    console: Open, application: ApplicationView, database: Database
) -> None:
    announce(database, "http://127.0.0.1:9")
    async with console() as desk:
        await open_overview(desk)
        assert NOT_RUNNING in words_of(desk)
        assert "http://127.0.0.1:9/oauth2/token" in desk.text


async def test_overview_notices_that_the_server_has_started_and_ended(
    console: Open, application: ApplicationView, path: Path, clock: Clock
) -> None:
    async with console() as desk:
        await open_overview(desk)
        with served(path, clock) as address:
            await desk.press("ctrl+r")
            assert f"running at {address}" in desk.text
        await desk.press("ctrl+r")
        assert NOT_RUNNING in words_of(desk)


async def test_the_server_is_asked_no_more_often_than_needed(
    application: ApplicationView, services: Services, clock: Clock, database: Database
) -> None:
    asked = []

    def send(call: Call, _within: float) -> Reply:
        asked.append(call.url)
        return Reply(200, json.dumps({"issuer": "http://127.0.0.1:9"}).encode())

    announce(database, "http://127.0.0.1:9")
    async with opened(replace(services, trial=Trial(services.servers, send=send)), clock) as desk:
        await desk.press("enter")
        assert asked == []
        await desk.press("1", "2", "1", "ctrl+r", "ctrl+r")
        assert asked == ["http://127.0.0.1:9/healthz"]
        clock.advance(seconds=6)
        await desk.press("ctrl+r")
        assert len(asked) == 2


async def test_a_server_that_hangs_stops_nobody(
    console: Open, application: ApplicationView, database: Database
) -> None:
    with saying(b"") as server:
        announce(database, server.address)
        async with console() as desk:
            await desk.press("enter")
            desk.hit("1", "2")
            await desk.until(lambda: "Trust › Client Authentication" in desk.crumbs)
            await desk.press("1")
            assert NOT_RUNNING in words_of(desk)


async def test_nothing_is_drawn_while_nothing_changes(
    console: Open, application: ApplicationView, address: str, clock: Clock
) -> None:
    async with console() as desk:
        await open_overview(desk)
        panel = desk.app.screen.query_one(ServePanel)
        drawn = [id(part.content) for part in panel.query(Static)]
        clock.advance(seconds=6)
        await desk.press("ctrl+r")
        assert [id(part.content) for part in panel.query(Static)] == drawn


async def test_the_command_of_the_overview_fits_what_there_is_and_gets_a_token(
    console: Open, services: Services, application: ApplicationView, address: str, clock: Clock
) -> None:
    who = application.client_id
    claims = {"iss": who, "sub": who, "aud": address, "exp": int(clock().timestamp()) + 60, "jti": "once"}
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "first"))
        async with console() as desk:
            await open_overview(desk)
            assert "no certificates, no JWT trusts" in desk.text
            assert "Nothing authenticates it yet: press 2, and there n for a client secret." in desk.text
            services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri))
            await desk.press("ctrl+r")
            by_assertion = command_on(desk, "TYPE=")
            services.certificates.add(application.id, pem())
            await desk.press("ctrl+r")
            assert "1 certificate, 1 JWT trust" in desk.text
            by_certificate = command_on(desk, "# A certificate is shown in TLS")
            issued = services.client_secrets.add(application.id, NewSecret())
            await desk.press("ctrl+r")
            by_secret = command_on(desk, "echo ")
            assert issued.value not in by_secret
    assert by_certificate.split(" \\\n")[1:] == [f"-d client_id={who}", f"{address}/oauth2/token"]
    for command, held in (
        (by_assertion, {"CLIENT_ASSERTION": Signer().sign(claims)}),
        (by_secret, {"CLIENT_SECRET": issued.value}),
    ):
        assert "access_token" in json.loads(await asyncio.to_thread(shell, command, held)), command


def command_on(desk: Console, begin: str) -> str:
    """Return the command at the end of the Overview, as it is pasted."""
    first = next(place for place, line in enumerate(desk.lines) if begin in line)
    return "\n".join(line.strip() for line in desk.lines[first:-2]).strip()


def shell(command: str, held: dict[str, str]) -> bytes:
    """Run the command as somebody does who has pasted it, with what is secret in a variable."""
    environ = {"PATH": os.environ["PATH"], **held}
    ran = subprocess.run(["/bin/sh", "-c", command], env=environ, capture_output=True, timeout=30, check=False)
    if ran.returncode == 127:
        pytest.skip("curl is not installed")
    return ran.stdout


@pytest.mark.parametrize("size", [NARROW, SPACIOUS])
async def test_a_secret_that_works_is_answered_and_the_token_is_decoded_and_cut(
    console: Open,
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    address: str,
    size: tuple[int, int],
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["read"]))
    async with console(size=size) as desk:
        await open_overview(desk)
        await try_value(desk, issued.value)
        assert desk.screen == "TokenAnswer"
        for words in (
            f"200 OK from {address}/oauth2/token",
            "access_token eyJ0eXAi… (",
            "expires_in 3600 · 1 h",
            "Token header typ=at+jwt · alg=ES256",
            f"iss {address}",
            f"client_id {application.client_id}",
            "exp 2026-05-02 13:00:00 UTC · in 1 h",
            "iat 2026-05-02 12:00:00 UTC · just now",
            "scope read",
        ):
            assert words in words_of(desk)
        assert "eyJ0eXAiO" not in desk.text
        assert not desk.overflowing
        (secret,) = services.client_secrets.list(application.id)
        assert secret.use_count == 1
        await desk.press("escape")
        assert desk.screen == "TryItForm"
        assert desk.value("value") == ""
        await desk.press("escape")
        assert desk.crumbs.startswith("Applications › billing-api › Overview")


async def test_a_wrong_secret_is_answered_as_any_client_is(
    console: Open, services: Services, application: ApplicationView, address: str
) -> None:
    async with console() as desk:
        await open_overview(desk)
        await try_value(desk, WRONG)
        assert f"! 401 Unauthorized from {address}/oauth2/token. The" in words_of(desk)
        assert "invalid_client" in desk.text
        assert "error_description " in desk.text, "a name stands on one line"
        assert services.locks.show(application.id).failed_logons == 1


async def test_what_cannot_be_a_secret_is_refused_without_a_request(
    console: Open, services: Services, application: ApplicationView, address: str
) -> None:
    async with console() as desk:
        await open_overview(desk)
        await desk.press("T", "enter")
        assert desk.error_at("value") == "! Paste a client secret, the whole value that begins with kd_."
        for pasted, words in (
            ("the wrong clipboard", "! This is no client secret: one begins with kd_. Nothing was sent."),
            (WRONG[:11], "! This is the hint alone: paste the whole client secret. Nothing was sent."),
            (WRONG[:-1], "this has 60: copy the whole of it. Nothing was sent."),
            (WRONG[:-2] + "00", "! The checksum at its end does not fit"),
        ):
            await desk.paste(pasted)
            await desk.press("enter")
            assert desk.screen == "TryItForm"
            assert words in desk.error_at("value")
            assert desk.value("value") == ""
        assert services.locks.show(application.id).failed_logons == 0


async def test_without_a_server_it_says_how_to_start_one(
    console: Open, application: ApplicationView, database: Database
) -> None:
    announce(database, "http://127.0.0.1:9")
    async with console() as desk:
        await open_overview(desk)
        await try_value(desk, WRONG)
        assert "! Nothing listens at http://127.0.0.1:9. Start it with: keydesk serve" in desk.text


async def test_the_secret_on_show_can_be_tried_and_stays_on_show(
    console: Open, services: Services, application: ApplicationView, address: str
) -> None:
    async with console() as desk:
        await desk.press("enter", "n", "enter")
        value = next(line for line in desk.lines if line.startswith("kd_"))
        await desk.press("T")
        assert "200 OK" in desk.text
        await desk.press("colon")
        assert desk.screen == "TokenAnswer", "no way out past the secret"
        await desk.press("escape")
        assert desk.screen == "IssuedSecretModal"
        assert value in desk.lines
        await desk.press("enter")
        assert desk.screen == "Confirm", "it is not kept because it was tried"


async def test_the_secret_on_show_names_the_real_token_endpoint(
    console: Open, application: ApplicationView, address: str
) -> None:
    async with console() as desk:
        await desk.press("enter", "n", "enter", "t", "t")
        assert f"{address}/oauth2/token" in desk.text


async def test_an_answer_that_hangs_can_be_left(
    application: ApplicationView, services: Services, clock: Clock, database: Database
) -> None:
    answered = Event()

    def send(call: Call, _within: float) -> Reply:
        if call.content:
            answered.wait(10)
        return Reply(503, b"{}")

    async with opened(replace(services, trial=Trial(services.servers, send=send)), clock) as desk:
        await open_overview(desk)
        await desk.press("T")
        await desk.paste(WRONG)
        desk.hit("enter")
        await desk.pilot.pause(0.3)
        assert desk.screen == "TokenAnswer"
        assert "Asking …" in desk.text
        desk.hit("escape", "escape")
        await desk.pilot.pause(0.3)
        assert desk.screen == "ApplicationScreen"
        answered.set()


@pytest.mark.slow
@pytest.mark.parametrize("look", [Look(), Look("ansi")])
async def test_a_hostile_answer_and_issuer_are_drawn_harmlessly(
    console: Open, application: ApplicationView, database: Database, look: Look
) -> None:
    evil = "[/][@click=app.quit]x[/]\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e漢字"
    content = json.dumps({evil: evil, "error": [evil], "expires_in": 10**30, "access_token": evil * 9}).encode()
    with saying(answer(200, content)) as server:
        announce(database, server.address)
        async with console(look=look) as desk:
            await open_overview(desk)
            await try_value(desk, WRONG)
            assert desk.screen == "TokenAnswer"
            assert "[@click=app.quit]x[/]" in desk.text
            assert desk.is_clean
            assert not desk.overflowing
    announce(database, f"http://{evil}")
    plain_sql(database, "UPDATE servers SET started_at = '2026-05-02 11:00:00.000000' WHERE issuer LIKE '%quit%'")
    async with console(look=look) as desk:
        await open_overview(desk)
        assert "[@click=app.quit]" in desk.text
        assert desk.is_clean
        assert not desk.overflowing


async def test_a_client_id_that_is_none_makes_no_command(
    console: Open, application: ApplicationView, database: Database
) -> None:
    plain_sql(database, "UPDATE applications SET client_id = '$(touch /tmp/x)'")
    async with console() as desk:
        await open_overview(desk)
        assert "curl" not in desk.text
        assert "The client ID of this application is no UUID" in desk.text


@pytest.mark.slow
async def test_the_console_forgets_a_value_that_was_tried(
    console: Open, application: ApplicationView, address: str
) -> None:
    parts = ["kd_", "forgotte_", "n" * 42]  # only here, so that whoever holds the value has kept it
    parts += ["e", checksum("".join(parts) + "e")]
    async with console() as desk:
        await open_overview(desk)
        await desk.press("T")
        await desk.paste("".join(parts))
        assert holders(parts), "this would find nothing"
        await desk.press("enter")
        assert desk.screen == "TokenAnswer"
        await desk.press("x")
        assert holders(parts) == []


def holders(parts: list[str]) -> list[str]:
    """Return what kinds of objects refer to a text that holds the value."""
    gc.collect()
    value = "".join(parts)
    return [
        type(thing).__qualname__
        for thing in gc.get_objects()
        if any(type(part) is str and part is not value and value in part for part in gc.get_referents(thing))
    ]
