"""One look decides about what arrived together, and never about what arrived after it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from core.rules.requests.apis import NewApi
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.web.shell import Client, served
from tests.web.test_direct import LIMITS
from web.answers import empty
from web.app import application as http_face
from web.prepared import Prepared
from web.together import Together

OK = empty(200)


@pytest.fixture
def told() -> list[bool]:
    return []


@pytest.fixture
def prepared(told: list[bool]) -> Prepared:
    found = Together(told.append).around(lambda _scope, _body: Prepared("someone", lambda: OK))({}, b"")
    assert found is not None
    return found


async def test_each_turn_of_the_loop_has_a_look_of_its_own(prepared: Prepared, told: list[bool]) -> None:
    for _ in range(2):
        assert [prepared.answer() for _ in range(3)] == [OK] * 3
        assert told == [True]
        await asyncio.sleep(0)
        assert told == [True, False]
        told.clear()


async def test_a_look_is_good_for_so_many_answers(prepared: Prepared, told: list[bool]) -> None:
    for _ in range(64):
        prepared.answer()
    assert told == [True]
    prepared.answer()
    assert told == [True, True]


@contextmanager
def asked_without_end(port: int, head: str, connections: int) -> Iterator[None]:
    """Keep that many connections busy."""
    over = Event()

    def ask() -> None:
        with Client(port) as client:
            while not over.is_set():
                client.say(head).answer()

    threads = [Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_whoever_is_shut_out_is_out_at_the_next_call_however_busy_the_server_is(
    server: AuthorizationServer, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    api = services.apis.create(NewApi("weather", "/weather", security=["client-id-and-secret"], subscribed_only=True))
    lines = (f"X-IBM-Client-Id: {issued.client_id}", f"X-IBM-Client-Secret: {issued.value}")
    head = "\r\n".join(("GET /verify/weather HTTP/1.1", "Host: x", *lines, "", ""))
    face = http_face(server)
    with served(face, LIMITS, direct=face.direct) as port, asked_without_end(port, head, 8), Client(port) as client:
        for _ in range(50):
            services.subscriptions.add(api.id, application.id)
            assert client.say(head).answer().status == 200
            services.subscriptions.remove(api.id, application.id)
            assert client.say(head).answer().status == 403
