"""Upstreams that answer, refuse, hang, speak something else, or are not there."""

import socket
import time

import pytest

from core.apis.status import ApiStatus
from core.outbound.exchange import Call, Reply
from core.rules.requests.apis import NewApi
from core.rules.views.apis import ApiView
from core.services import Services
from tests.core.odd_server import answer, saying


def api(services: Services, upstream: str | None, name: str = "weather") -> ApiView:
    return services.apis.create(NewApi(name, f"/{name}", upstream))


@pytest.mark.parametrize(
    ("says", "up", "reason"),
    [
        (answer(200, b"{}"), True, "200 Response"),
        (answer(302, b"", "Location: http://127.0.0.1:1/"), True, "302 Response"),
        (answer(401, b""), True, "AUTH 401"),
        (answer(403, b""), True, "AUTH 403"),
        (answer(404, b""), False, "404 Response"),
        (answer(503, b""), False, "503 Response"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False, "CONNECTION"),
    ],
)
def test_what_an_upstream_says_is_up_or_down_with_the_reason(
    services: Services, says: bytes, up: bool, reason: str
) -> None:
    with saying(says) as server:
        found = ApiStatus().of(api(services, f"{server.address}/v1"))
    assert (found.up, found.reason, found.word) == (up, reason, "UP" if up else "DOWN")
    assert found.milliseconds is not None
    assert server.heard[0].startswith(b"GET /v1 HTTP/1.1\r\n")
    assert b"authorization" not in server.heard[0].lower()


def test_an_endless_answer_is_a_status_and_nothing_of_it_is_read(services: Services) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"
    with saying(head + b"x" * 100_000) as server:
        assert ApiStatus().of(api(services, server.address)).reason == "200 Response"


def test_without_an_answer_the_reason_is_a_word(services: Services) -> None:
    status, hasty = ApiStatus(patience=10), ApiStatus(patience=0.3)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nowhere = f"http://127.0.0.1:{gone.getsockname()[1]}"
    assert status.of(api(services, nowhere)).reason == "CONNECTION"
    assert hasty.of(api(services, "http://no-such-host.invalid", "named")).reason in ("DNS", "TIMEOUT")
    with saying(answer(200, b"")) as plain:
        assert status.of(api(services, plain.address.replace("http:", "https:"), "tls")).reason == "SSL"
    with saying(b"") as silent:
        begun = time.monotonic()
        assert hasty.of(api(services, silent.address, "silent")).reason == "TIMEOUT"
        assert time.monotonic() - begun < 3


def test_without_an_upstream_there_is_nothing_to_ask(services: Services) -> None:
    found = ApiStatus().of(api(services, None))
    assert (found.up, found.word, found.reason, found.milliseconds) == (False, "-", "no upstream", None)


def test_several_are_asked_beside_each_other_and_told_in_their_order(services: Services) -> None:
    with saying(b"") as silent, saying(answer(200, b"")) as quick:
        apis = [api(services, silent.address, f"silent-{number}") for number in range(6)]
        apis.append(api(services, quick.address, "quick"))
        begun = time.monotonic()
        found = ApiStatus(patience=1.5).of_all(apis)
        assert time.monotonic() - begun < 6
    assert [state.reason for state in found] == ["TIMEOUT"] * 6 + ["200 Response"]


def test_who_no_longer_wants_to_know_asks_no_further_upstream(services: Services) -> None:
    asked: list[str] = []

    def send(call: Call, within: float) -> Reply:
        asked.append(call.url)
        return Reply(200, b"")

    apis = [api(services, f"http://127.0.0.1:{port}", f"api-{port}") for port in range(1, 40)]
    found = ApiStatus(send=send).of_all(apis, unwanted=lambda: bool(asked))
    assert 1 <= len(asked) <= 16, "those that were asked at once"
    assert {state.reason for state in found} == {"200 Response", "not asked"}


def test_the_time_is_that_of_the_answer_in_milliseconds(services: Services) -> None:
    ticks = iter((10.0, 10.25))
    status = ApiStatus(send=lambda call, within: Reply(204, b""), elapsed=lambda: next(ticks))
    assert status.of(api(services, "http://127.0.0.1:9")).milliseconds == 250
