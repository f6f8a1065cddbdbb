"""T on an API: a real call, through a gateway or straight to verify, its answer, why it was refused, no secret left."""

import asyncio
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest
from textual.widgets import Button

from core.apis.invoking import Invoking
from core.rules.apis import Located, Place, Profile, Security
from core.rules.invocations import Kind
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.applications import ApplicationChanges
from core.rules.secret_format import checksum
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from screenshots.guarding import guarding
from tests.core.odd_server import answer, saying
from tests.core.stream_server import endless, silent, stalling, streaming
from tests.staging import Clock
from tests.tui.conftest import Open
from tests.tui.console import NARROW, SPACIOUS, Console, opened
from tests.tui.test_apis import choose
from tests.tui.test_try_it import WRONG, holders, served, shell, words_of
from tui.modals.form import Field
from tui.screens.try_api import TryApiScreen
from tui.test_panel.trying import Trying, Typed
from tui.widgets.answer_view import AnswerView

SHORT = 1.0
"""Seconds after which an answer is given up that does not come to an end."""
EVIL = "[/][@click=app.quit]x[/]\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e漢字"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def address(path: Path, clock: Clock, services: Services) -> Iterator[str]:
    """A server that works on the console's database."""
    with served(path, clock) as address:
        yield address


async def test_the_story_of_client_id_and_secret_runs_at_the_console(
    console: Open, services: Services, application: object, address: str
) -> None:
    """Protect, subscribe, invoke: 200; change the ID, invoke: 401 Client ID not registered (seed 000)."""
    with guarding(f"{address}/verify/weather") as gateway:
        async with console() as desk:
            await desk.press("P", "n")
            await desk.type("weather")
            for name, text in (("path", "/weather"), ("upstream", "http://10.0.6.20:8080"), ("gateway", gateway)):
                await desk.fill(name, text)
            choose(desk, "subscribed_only", 1)
            choose(desk, "profile", list(Profile).index(Profile.IBM_V5))
            await desk.press("enter", "n", "enter")
            assert desk.status == "billing-api is subscribed: it may call weather from now on."

            await desk.press("T", "tab", "enter", "enter")
            assert desk.screen == "IssuedSecretModal", "a secret is made for the one that calls"
            value = next(line for line in desk.lines if line.startswith("kd_"))
            await desk.press("c", "enter")
            assert desk.screen == "TryApiScreen"
            await desk.fill("path", "/weather/current?zip=90210")
            await desk.press("enter")
            for words in ("200 OK", '"temperature": 21.5', "> 200 GET /weather/current?zip=90210"):
                assert words in words_of(desk)
            assert "Why" not in desk.text
            await desk.resize(*SPACIOUS)
            assert f"GET {gateway}/weather/current?zip=90210" in words_of(desk)
            assert 'printf \'header = "X-IBM-Client-Secret: %s"\\n\' "$CLIENT_SECRET" |' in words_of(desk)
            await desk.resize(*NARROW)
            await desk.fill("method", "POST")
            await desk.fill("body", f'{{"client_secret": "{value}"}}')
            await desk.press("enter")
            assert 'data-raw = "{\\\\"client_secret\\\\": \\\\"%s\\\\"}"' in said(desk)
            assert value not in said(desk)
            await desk.fill("method", "GET")

            await desk.fill("client_id", UNKNOWN)
            await desk.press("enter")
            for words in (
                "401 Unauthorized",
                "Why No application has this client ID.",
                '"httpCode": "401"',
                '"moreInformation": "Client ID not registered"',
            ):
                assert words in words_of(desk)
            assert "> 401 GET /weather/current?zip=90210 00000000…" in words_of(desk)
            assert not desk.overflowing
            assert value not in desk.text
            await desk.fill("secret", "")
            await desk.press("enter")
            assert '"httpCode": "401"' in words_of(desk), "nothing was sent, so nothing is masked"
            assert services.subscriptions.of_api(services.apis.list()[0].id)[0].application == "billing-api"


def field(desk: Console, name: str) -> object:
    """Return the widget of the field of this name."""
    return next(field.widget for field in desk.app.screen.query(Field) if field.name == name)


def rows(desk: Console) -> list[list[str]]:
    """Return what the list of the last calls says, the newest on top, in words."""
    begin = next(place for place, line in enumerate(desk.lines) if "Last calls" in line)
    return [line.removeprefix(" >").split() for line in desk.lines[begin + 1 : -2] if line]


@pytest.mark.slow
async def test_a_bearer_token_is_fetched_by_a_real_request_and_every_refusal_has_a_why(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, address: str
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["echo"]))
    asked = NewApi("echo", "/echo", security=[Security.BEARER], scopes=["echo"], profile=Profile.GRAVITEE_2016)
    api = services.apis.create(asked)
    with guarding(f"{address}/verify/echo") as gateway:
        services.apis.change(api.id, ApiChanges(gateway=gateway))
        async with console() as desk:
            await desk.press("P", "T", "enter", "enter")
            assert desk.value("client_id") == application.client_id
            await desk.fill("client_id", "")
            await desk.fill("secret", WRONG)
            await desk.press("enter")
            assert desk.error_at("client_id").startswith("! A token is for an application: choose one")
            await desk.fill("client_id", application.client_id)
            await desk.fill("secret", "")
            await desk.press("enter")
            assert desk.error_at("secret").startswith("! Paste the client secret, by which a token is fetched")
            await desk.paste(WRONG)
            await desk.press("enter")
            assert "401 Unauthorized" in desk.text
            told = "The client secret is none of this application's. There is no token, so the API was not called."
            assert told in words_of(desk)
            await desk.fill("secret", issued.value)
            await desk.press("enter")
            assert [row[:3] for row in rows(desk)] == [
                *(["200", "GET", "/echo"], ["200", "POST", "/oauth2/token"], ["401", "POST", "/oauth2/token"])
            ]
            token = desk.value("token")
            assert token.count(".") == 2
            assert f"As         [ {application.name} ]" in desk.text, "at the left, however long the label was"
            await desk.fill("client_id", UNKNOWN)
            assert desk.value("token") == "", "it was fetched for another client ID"
            assert "[ choose an application ]" in desk.text
            await desk.press("enter")
            assert rows(desk)[0][:4] == ["401", "POST", "/oauth2/token", f"{UNKNOWN[:8]}…"]
            await desk.fill("client_id", application.client_id)
            assert f"As         [ {application.name} ]" in desk.text
            await desk.press("enter")
            await desk.fill("secret", WRONG)
            await desk.press("enter")
            assert rows(desk)[0][:2] == ["401", "POST"], "a token of another secret is not sent"
            await desk.fill("token", token)
            for name, text in (("secret", issued.value), ("client_id", UNKNOWN)):
                await desk.fill(name, text)
                assert desk.value("token") == token, "what was pasted is the operator's"
            await desk.press("enter")
            assert rows(desk)[0][:5] == ["200", "GET", "/echo", "a", "token"], "nobody knows whose it is"
            await desk.fill("client_id", application.client_id)
            for words, changed in (
                ("Why The token is none of this server's", {"token": "x.y.z"}),
                ("Why A credential stands in the call twice", {"token": token, "header-0": "Authorization: Bearer x"}),
            ):
                for name, text in changed.items():
                    await desk.fill(name, text)
                await desk.press("enter")
                assert "401 Unauthorized" in desk.text
                assert words in words_of(desk)
            await desk.fill("header-0", "")
            await desk.press(*["shift+tab"] * 3)
            assert desk.app.screen.focused is field(desk, "kind")
            await desk.press("right")
            assert "Client ID" not in desk.text
            await desk.press("enter")
            assert '"message": "No OAuth authorization header was supplied"' in desk.text
            assert "Why The call has no access token" in words_of(desk)
            assert rows(desk)[0][:4] == ["401", "GET", "/echo", "nobody"]
            await desk.press("left", "shift+tab", "right", "enter")
            assert "200 OK" in desk.text
            assert rows(desk)[0][:3] == ["200", "GET", "/verify/echo"]
            assert f"x-client-id: {application.client_id}" in said(desk)
            for secret in (issued.value, token):
                assert secret not in desk.text


@pytest.mark.slow
async def test_a_pair_in_the_query_is_sent_there_and_curl_repeats_the_call(
    console: Open, services: Services, application: ApplicationView, issued: IssuedSecret, address: str
) -> None:
    places = Located(Place.QUERY, "id"), Located(Place.QUERY, "key")
    services.apis.create(NewApi("rain", "/rain", client_id_at=places[0], client_secret_at=places[1]))
    async with console() as desk:
        await desk.press("P", "T")
        new = desk.app.screen.query_one("#make", Button)
        for typed, sentence in (
            ("", "! Choose the application first: the secret is made for it."),
            (UNKNOWN, "! No application has this client ID: choose one above."),
        ):
            await desk.fill("client_id", typed)
            new.focus()
            await desk.press("enter")
            assert desk.error_at("client_id") == sentence
            assert sentence in desk.text, "the whole of it is read"
            assert desk.app.focused is field(desk, "client_id")
        await desk.press("shift+tab", "enter", "enter")
        await desk.paste(issued.value)
        await desk.fill("path", "/rain?day=1")
        await desk.press("enter")
        assert "200 OK" in desk.text, "a gateway tells verify of the query"
        view = desk.app.screen.query_one(AnswerView)
        assert view.tried is not None
        command = view.tried.command
        assert f'X-Original-URI: /rain?day=1&id={application.client_id}&key=%s"' in command
        assert issued.value not in command
        services.apis.change(services.apis.list()[0].id, ApiChanges(client_secret_at=Located(Place.HEADER, "X-Key")))
        await desk.press("escape", "T")
        assert rows(desk) == [["200", "GET", "/verify/rain", ANY, ANY, "ms", ANY]], (
            "the panel knows what was called last"
        )
        assert "before the panel was left; no more of it is kept." in words_of(desk)
        assert "data" not in words_of(desk)
        await desk.press("enter", "enter")
        await desk.paste(issued.value)
        await desk.press("enter")
        assert len(rows(desk)) == 2
        desk.app.screen.query_one(AnswerView).focus()
        await desk.press("c")
        assert "Sent to your terminal" in desk.status
        command = desk.app.screen.query_one(AnswerView).tried.command  # type: ignore[union-attr]
    said = await asyncio.to_thread(shell, command, {"CLIENT_SECRET": issued.value})
    assert said.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.slow
async def test_whatever_the_gateway_answers_is_bounded_and_drawn_harmlessly(services: Services, clock: Clock) -> None:
    body = {
        "binary": answer(200, bytes(range(256))),
        "hostile": answer(418, json.dumps({EVIL: EVIL}).encode(), "X-Evil: \x1b]52;c;ZXZpbA==\x07 \x9b31m"),
        "ansi": answer(200, f"\x1b[2J{EVIL}\r\nsecond\tline".encode()),
        "deep": answer(200, b"[" * 20_000),
        "huge": answer(200, b"[" + b"1," * 20_000 + b"1]"),
        "empty": answer(204, b""),
        "closed": answer(503, b""),
    }
    speaking = [endless]

    def speak(connection: socket.socket) -> None:
        speaking[0](connection)

    with streaming(speak) as server:
        gateway = server.address
        services.apis.create(NewApi("odd", "/odd", gateway=gateway, security=[Security.CLIENT_ID]))
        async with opened(services, clock) as desk:
            await desk.press("P", "T", "tab")
            await desk.fill("client_id", UNKNOWN)
            await desk.press("enter")
            for words in ("200 OK", "65,536 bytes of more", "Yet it was answered: does its gateway ask keydesk?"):
                assert words in words_of(desk)
            assert "Cut at 64 kB: it is longer." in said(desk)
            for name, words in (
                ("binary", "Binary, 256 bytes; the first of them:"),
                ("hostile", "X-Evil: ␛]52;c;ZXZpbA==␇"),
                ("ansi", "␛[2J[/][@click=app.quit]"),
                ("deep", "[[[[[["),
                ("huge", "… and 19,603 more lines."),
                ("empty", "no body"),
                ("closed", "Why   The gateway cannot ask keydesk, and lets nobody in: no keydesk serve runs on this"),
            ):
                speaking[0] = lambda connection, name=name: connection.sendall(body[name])  # type: ignore[misc]
                await desk.press("enter")
                assert words in said(desk), name
                assert desk.is_clean, name
                assert not desk.overflowing, name
        speaking[0] = stalling
        async with opened(replace(services, invoking=Invoking(patience=SHORT)), clock) as desk:
            await desk.press("P", "T", "tab")
            await desk.fill("client_id", UNKNOWN)
            await desk.press("enter")
            assert "Cut after 30 s" in said(desk)
            speaking[0] = silent
            await desk.press("enter")
            assert f"! No answer within {SHORT:g} s from {gateway}." in desk.text
            assert rows(desk)[0][0] == "none"
        services.apis.change(services.apis.list()[0].id, ApiChanges(gateway="http://127.0.0.1:9"))
        async with opened(services, clock) as desk:
            await desk.press("P", "T", "tab", "enter")
            assert "! Nothing listens at http://127.0.0.1:9." in desk.text
            await desk.fill("header-0", "X-A: 1")
            await desk.fill("header-1", "X-B: 2")
            assert desk.value("header-2") == "", "one line more than are filled in"
            for name, wrong, field in (
                ("method", "PO ST", "path"),
                ("path", "odd", "path"),
                ("path", "/wéather", "path"),
                ("header-1", "Content-Length: 5", "header-1"),
                ("header-2", "nocolon", "header-2"),
            ):
                before = desk.value(name)
                await desk.fill(name, wrong)
                desk.app.screen.query_one("#client_id").focus()
                await desk.press("enter")
                assert desk.error_at(field).startswith("! ")
                assert len(desk.app.screen.query("Field.-wrong")) == 1, "only the one that is wrong"
                assert desk.app.focused is desk.app.screen.query_one(f"#{name}")
                assert "Calling …" not in said(desk), "nothing is under way"
                await desk.fill(name, before)
            assert said(desk).strip() == "The call was not sent: what is wrong is marked with !."


def test_a_gateway_that_lets_nobody_in_is_told_from_one_that_refuses(
    services: Services, clock: Clock, application: ApplicationView, address: str
) -> None:
    with streaming(lambda connection: connection.sendall(answer(503, b""))) as server:
        api = services.apis.create(NewApi("away", "/away", gateway=server.address, security=[Security.CLIENT_ID]))
        for client_id, by_gateway, words in (
            (UNKNOWN, True, "The gateway had no answer from keydesk, and lets nobody in. Does its configuration say"),
            (application.client_id, True, "The gateway had no answer from keydesk, or none from its upstream. Does"),
            (application.client_id, False, None),
        ):
            typed = Typed(Kind.CLIENT_ID, by_gateway, "GET", "/away", (), "", client_id, "", "")
            why = Trying(services, clock).call(api, typed).why
            assert why is None if words is None else str(why).startswith(words)
            assert client_id not in str(why)


def test_what_was_called_off_before_it_began_is_not_sent(services: Services, clock: Clock) -> None:
    with streaming(lambda connection: connection.sendall(answer(200, b""))) as server:
        api = services.apis.create(NewApi("away", "/away", gateway=server.address, security=[Security.CLIENT_ID]))
        trying = Trying(services, clock)
        typed = Typed(Kind.CLIENT_ID, True, "DELETE", "/away", (), "", UNKNOWN, "", "")
        for _ in range(5):
            trying.begin()
            trying.call_off()  # such as while it is asked what keydesk decides
            assert trying.call(api, typed).trouble == "Called off."
        trying.begin()
        assert trying.call(api, typed).answer is not None
        assert len(server.heard) == 1, "nobody else has as much as connected"


def said(desk: Console) -> str:
    """Return the whole of the answer, also what has to be scrolled to."""
    return "\n".join(str(part.content) for part in desk.app.screen.query("AnswerView Static"))  # type: ignore[attr-defined]


async def test_an_api_that_was_changed_meanwhile_is_sent_nothing_before_one_has_looked(
    services: Services, clock: Clock
) -> None:
    with saying(answer(200, b"old")) as old, saying(answer(200, b"new")) as new:
        api = services.apis.create(NewApi("weather", "/weather", gateway=old.address))
        async with opened(services, clock) as desk:
            await desk.press("P", "T", "tab")
            for name, text in (("client_id", UNKNOWN), ("secret", WRONG), ("path", "/weather/now?zip=90210")):
                await desk.fill(name, text)
            desk.app.screen.query_one("#secret").focus()
            changes = ApiChanges(gateway=new.address, path="/v2", security=[Security.CLIENT_ID])
            services.apis.change(api.id, changes)
            await desk.press("enter")
            assert desk.status == "! weather has changed meanwhile: look again, then Enter."
            assert "The call was not sent." in desk.text
            assert (old.heard, new.heard) == ([], [])
            assert desk.crumbs.endswith(f"{new.address}/v2")
            assert desk.value("path") == "/v2/now?zip=90210"
            assert "Secret" not in desk.text, "it is asked for none any more"
            services.apis.change(api.id, ApiChanges(title="Weather"))
            await desk.press("enter")
            assert "200 OK" in desk.text
            assert (old.heard, new.heard[0].split()[1], len(new.heard)) == ([], b"/v2/now?zip=90210", 1)
            assert WRONG.encode() not in new.heard[0]
            desk.app.screen.query_one("#header-0").focus()
            for number in range(8):
                await desk.paste(f"X-{number}: {number}")
                await desk.press("tab")
            await desk.press("enter")
            assert {"  200 OK", "  new"} <= {line[:8].rstrip() for line in desk.lines}, "the form leaves it room"
            assert b"X-7: 7\r\n" in new.heard[1]
            services.apis.change(api.id, ApiChanges(gateway=None))
            await desk.press("enter")
            assert "the gateway" not in desk.text
            services.apis.delete(api.id)
            await desk.press("enter")
            assert (desk.screen, desk.status) == (
                "ApisScreen",
                "! This API is no longer there: somebody has deleted it.",
            )
            assert len(new.heard) == 2


async def test_esc_calls_off_at_once_and_only_then_leaves(services: Services, clock: Clock) -> None:
    with streaming(silent) as server:
        services.apis.create(NewApi("slow", "/slow", gateway=server.address, security=[Security.CLIENT_ID]))
        async with opened(services, clock) as desk:
            await desk.press("P", "T", "tab")
            await desk.fill("client_id", UNKNOWN)
            desk.hit("enter")
            await desk.until(lambda: bool(server.heard))
            assert "Calling …   Esc calls it off." in desk.text
            desk.hit("enter")
            await desk.until(lambda: "A call is under way" in desk.status)
            desk.hit("escape")
            await desk.until(lambda: "! Called off." in desk.text)
            assert desk.screen == "TryApiScreen"
            assert server.left.wait(5), "the server is hung up on"
            screen = desk.app.screen
            assert isinstance(screen, TryApiScreen)
            screen.action_invoke()
            screen.action_back()  # Esc in the same breath
            await desk.until(lambda: "Last calls" in desk.text and len(rows(desk)) == 2)
            assert len(server.heard) == 1, "nothing was sent"
            desk.hit("enter")
            await desk.until(lambda: len(server.heard) == 2)
            desk.hit("escape", "escape")
            await desk.until(lambda: desk.screen == "ApisScreen")


@pytest.mark.slow
async def test_the_panel_forgets_what_was_pasted_when_it_is_left(
    console: Open, services: Services, application: ApplicationView, address: str
) -> None:
    services.apis.create(NewApi("rain", "/rain"))
    parts = ["kd_", "forgottn_", "m" * 42]  # only here, so that whoever holds the value has kept it
    parts += ["e", checksum("".join(parts) + "e")]
    async with console() as desk:
        await desk.press("P", "T", "enter", "enter")
        await desk.paste("".join(parts))
        await desk.press("enter")
        assert "Why The client secret is none of this application's." in words_of(desk)
        assert services.locks.show(application.id).failed_logons == 1, "why itself counts as none"
        assert isinstance(desk.app.screen, TryApiScreen)
        assert holders(parts), "this would find nothing"
        await desk.press("escape")
        assert holders(parts) == []
        await desk.press("T")
        assert rows(desk)[0][:2] == ["401", "GET"]
        assert holders(parts) == []
