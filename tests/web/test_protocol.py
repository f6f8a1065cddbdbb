"""The bounds of HTTP: what is too large or too slow ends, and what lies within them does not notice."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.web.shell import LARGE, PATIENCE, Client, Probe, served
from web.limits import Limits

TIGHT = Limits(
    head=4096,
    body=8192,
    head_within=0.3,
    body_within=0.3,
    read_within=0.3,
    linger=1.0,
    connections=20,
    pipelined=4,
)
GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = "POST /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n"
Noted = tuple[str | None, bytes, bytes, int]


@dataclass
class Bench:
    """A server with tight limits, its application, and what its protocol refused by itself."""

    probe: Probe = field(default_factory=Probe)
    noted: list[Noted] = field(default_factory=list)
    port: int = 0

    def client(self) -> Client:
        return Client(self.port)


@pytest.fixture(scope="module")
def running() -> Iterator[Bench]:
    bench = Bench()
    with served(bench.probe, TIGHT, lambda *noted: bench.noted.append(noted)) as bench.port:
        yield bench


@pytest.fixture
def bench(running: Bench) -> Bench:
    running.noted.clear()
    running.probe.heard.clear()
    running.probe.gone.clear()
    return running


def lines(size: int) -> str:
    """Return header lines of *size* bytes together."""
    short, rest = divmod(size, 64)
    return ("X: " + "a" * 59 + "\r\n") * (short - 1) + "X: " + "a" * (59 + rest) + "\r\n"


def post(size: int, sent: int | None = None) -> str:
    """Return a request that announces a body of *size* bytes."""
    return f"{POST}Content-Length: {size}\r\n\r\n{'b' * (size if sent is None else sent)}"


def chunks(size: int, each: int) -> str:
    return (f"{each:x}\r\n" + "b" * each + "\r\n") * (size // each) + "0\r\n\r\n"


def test_the_limits_are_those_of_the_documentation() -> None:
    assert (Limits().head, Limits().body) == (32 * 1024, 64 * 1024)
    assert (Limits().head_within, Limits().body_within) == (10, 10)
    assert Limits().connections >= 1000


def test_a_head_and_a_body_of_exactly_the_limit_are_heard(bench: Bench) -> None:
    head = f"{POST}Content-Length: {TIGHT.body}\r\n"
    # The words of the first line are not counted, but its target is.
    head += lines(TIGHT.head - len(head) + len("POST  HTTP/1.1\r\n"))
    with bench.client() as client:
        answer = client.say(head, "\r\n", "b" * TIGHT.body).answer()
    assert (answer.status, len(answer.document["body"])) == (200, TIGHT.body)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"GET /a HTTP/1.1\r\n{lines(TIGHT.head)}\r\n", id="complete"),
        pytest.param(f"GET /a HTTP/1.1\r\n{lines(TIGHT.head)}", id="more lines to come"),
        pytest.param(f"GET /a HTTP/1.1\r\nX: {'a' * TIGHT.head}", id="a line without an end"),
        pytest.param(f"GET /{'a' * TIGHT.head} HTTP/1.1\r\n\r\n", id="a long target"),
        pytest.param("\r\n" * TIGHT.head, id="empty lines"),
    ],
)
def test_a_large_head_is_refused(bench: Bench, head: str) -> None:
    with bench.client() as client:
        answer = client.say(head).answer()
        assert client.rest() == b""
    assert answer.status == 431
    assert answer.document["error"] == "invalid_request"
    assert answer.headers["connection"] == "close"
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert "server" not in answer.headers
    assert bench.probe.heard == []


def test_a_large_head_in_small_pieces_is_refused(bench: Bench) -> None:
    with bench.client() as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.say("GET /a HTTP/1.1\r\nX: ")
        for _ in range(TIGHT.head // 512 + 1):
            client.say("a" * 512)
            time.sleep(0.002)
        assert client.answer().status == 431


def test_the_head_of_each_request_counts_by_itself(bench: Bench) -> None:
    request = f"GET /a HTTP/1.1\r\n{lines(1500)}\r\n"
    with bench.client() as client:
        assert [client.say(request).answer().status for _ in range(5)] == [200] * 5
        client.say(request * 4)
        assert [client.answer().status for _ in range(4)] == [200] * 4


def test_the_body_of_each_request_counts_by_itself(bench: Bench) -> None:
    with bench.client() as client:
        assert [client.say(post(3000)).answer().status for _ in range(5)] == [200] * 5
        assert [client.say(CHUNKED, chunks(4096, 16)).answer().status for _ in range(3)] == [200] * 3


def test_a_large_announced_body_is_refused_before_it_comes(bench: Bench) -> None:
    with bench.client() as client:
        answer = client.say(post(TIGHT.body + 1, sent=0)).answer()
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert bench.probe.heard == []
    assert bench.noted == [("127.0.0.1", b"POST", b"/a", 413)]


def test_a_large_chunked_body_is_refused_and_its_application_hears_the_end(bench: Bench) -> None:
    with bench.client() as client:
        answer = client.say(CHUNKED, chunks(TIGHT.body + 1024, 1024)).answer()
        assert bench.probe.gone.wait(TIGHT.linger / 2)
        assert client.rest() == b""
    assert (answer.status, answer.document["error"]) == (413, "invalid_request")


def test_an_application_that_does_not_listen_gives_no_second_answer(bench: Bench) -> None:
    with bench.client() as client:
        client.say("POST /impatient HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", chunks(1024, 1024)[:-5])
        time.sleep(0.05)
        received = client.say(chunks(TIGHT.body, 1024)).rest()
    assert received.startswith(b"HTTP/1.1 413")
    assert received.count(b"HTTP/1.1") == 1


def test_a_chunked_body_within_the_limit_is_heard(bench: Bench) -> None:
    with bench.client() as client:
        answer = client.say(CHUNKED, chunks(4096, 16)).answer()
        assert answer.document["body"] == "b" * 4096
        assert client.say(GET).answer().status == 200


@pytest.mark.parametrize("part", ["5;x=", "0\r\nX: "])
def test_an_endless_chunk_extension_or_trailer_is_refused(bench: Bench, part: str) -> None:
    with bench.client() as client:
        client.say(CHUNKED, part)
        for _ in range(TIGHT.head // 512 + 5):  # what comes along with the head is not counted
            client.say("a" * 512)
            time.sleep(0.002)
        assert client.answer().status == 413


def test_trailer_fields_are_no_headers(bench: Bench) -> None:
    with bench.client() as client:
        client.say(CHUNKED, "1\r\nb\r\n0\r\nAuthorization: Basic x\r\n\r\n")
        assert client.answer().document["headers"] == ["host", "transfer-encoding"]


def test_a_refused_client_that_goes_on_sending_still_reads_the_answer(bench: Bench) -> None:
    with bench.client() as client:
        client.say(post(10_000_000, sent=0))
        for _ in range(20):
            client.say("b" * 10_000)
            time.sleep(0.002)
        assert client.answer().status == 413


def test_a_refused_client_that_never_ends_is_cut_off(bench: Bench) -> None:
    with bench.client() as client:
        client.say(post(10_000_000, sent=0))
        began = time.monotonic()
        with pytest.raises(OSError, match=r"reset|pipe"):
            while time.monotonic() < began + PATIENCE:
                client.say("b" * 1000)
                time.sleep(0.01)


@pytest.mark.parametrize("head", ["", "\r\n", "G", "GET /a HTTP/1.1\r\nHost: x\r\n", f"{GET}G"])
def test_a_head_that_is_late_closes_the_connection(bench: Bench, head: str) -> None:
    began = time.monotonic()
    with bench.client() as client:
        received = client.say(head).rest()
    assert TIGHT.head_within * 0.9 < time.monotonic() - began < 3
    assert received.count(b"HTTP/1.1 200") == received.count(b"HTTP/1.1") == head.count(GET)


def test_a_head_is_not_given_more_time_by_dribbling(bench: Bench) -> None:
    began = time.monotonic()
    with bench.client() as client:
        with suppress(OSError):
            while time.monotonic() < began + 3:
                client.say("\r\n")
                time.sleep(0.05)
        assert time.monotonic() - began < 2


def test_a_kept_connection_may_rest_longer_than_a_head_may_take(bench: Bench) -> None:
    with bench.client() as client:
        client.say(GET).answer()
        time.sleep(TIGHT.head_within * 1.5)
        assert client.say(GET).answer().status == 200
        began = time.monotonic()
        assert client.say("GET /a").rest() == b""
        assert TIGHT.head_within * 0.9 < time.monotonic() - began < 3


def test_head_and_body_have_a_time_of_their_own(bench: Bench) -> None:
    with bench.client() as client:
        for part in (post(3, sent=0), "bbb"):
            time.sleep(TIGHT.head_within * 0.7)
            client.say(part)
        assert client.answer().document["body"] == "bbb"
        time.sleep(TIGHT.body_within * 1.5)
        assert client.say(GET).answer().status == 200


@pytest.mark.parametrize("request_", [post(10, sent=9), f"{CHUNKED}5\r\nab"])
def test_a_late_body_is_told_so_and_its_application_hears_the_end(bench: Bench, request_: str) -> None:
    began = time.monotonic()
    with bench.client() as client:
        answer = client.say(request_).answer()
        assert bench.probe.gone.wait(TIGHT.linger / 2)
        assert client.rest() == b""
    assert TIGHT.body_within * 0.9 < time.monotonic() - began < 3
    assert (answer.status, answer.headers["connection"]) == (408, "close")


def test_a_late_body_ends_an_answer_that_has_begun(bench: Bench) -> None:
    with bench.client() as client:
        received = client.say("POST /begin HTTP/1.1\r\nContent-Length: 9\r\n\r\nb").rest()
    assert received.endswith(b"\r\n\r\n{")
    assert received.count(b"HTTP/1.1") == 1
    assert bench.probe.gone.wait(PATIENCE)


def test_a_late_body_that_nobody_waits_for_closes_the_connection(bench: Bench) -> None:
    with bench.client() as client:
        assert client.say("POST /early HTTP/1.1\r\nContent-Length: 9\r\n\r\nb").answer().status == 200
        assert client.rest() == b""


def test_a_client_that_does_not_read_is_cut_off(bench: Bench) -> None:
    with Client(bench.port, buffer=4096) as client:
        client.say("GET /large HTTP/1.1\r\n\r\n")
        time.sleep(TIGHT.read_within * 3)
        assert len(client.rest()) < LARGE


def test_a_client_that_reads_slowly_gets_all_of_a_large_answer(bench: Bench) -> None:
    began = time.monotonic()
    with Client(bench.port, buffer=200_000) as client:
        client.say("GET /large HTTP/1.1\r\nConnection: close\r\n\r\n")
        received = 0
        while piece := client.socket.recv(200_000):
            received += len(piece)
            time.sleep(0.01)
    assert received > LARGE
    assert time.monotonic() - began > TIGHT.read_within


@pytest.mark.parametrize(
    "nonsense",
    [
        "nonsense",
        "GET http://x HTTP/1.1",
        "CONNECT x:1 HTTP/1.1",
        "PRI * HTTP/2.0\r\n\r\nSM",
        "GET / HTTP/1.1\r\nA : b",
    ],
)
def test_what_is_no_request_is_refused(bench: Bench, nonsense: str) -> None:
    with bench.client() as client:
        answer = client.say(nonsense, "\r\n\r\n").answer()
        assert client.rest() == b""
    assert (answer.status, answer.document["error"]) == (400, "invalid_request")
    assert bench.probe.heard == []


def test_nonsense_after_a_request_does_not_take_its_answer(bench: Bench) -> None:
    with bench.client() as client:
        received = client.say(post(3), "nonsense\r\n\r\n", GET).rest()
    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1") == 1
    assert bench.probe.heard == ["/a"]


def test_more_pipelined_requests_than_the_limit_are_not_taken(bench: Bench) -> None:
    with bench.client() as client:
        received = client.say(GET * 100).rest()
    assert received.count(b"HTTP/1.1 200") == received.count(b"HTTP/1.1") == 1 + TIGHT.pipelined


def test_a_pipelined_body_that_is_too_large_is_no_request(bench: Bench) -> None:
    first = "POST /impatient HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb"
    with bench.client() as client:
        received = client.say(first, CHUNKED, chunks(TIGHT.body + 1024, 1024)).rest()
    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1") == 1
    assert bench.probe.heard == ["/impatient"]
    assert bench.noted == [("127.0.0.1", b"POST", b"/a", 413)]


@pytest.mark.parametrize("pieces", [1, 2])
def test_an_offer_of_another_protocol_is_not_answered_and_costs_no_body(bench: Bench, pieces: int) -> None:
    offer = f"{POST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 10\r\n\r\n"
    with bench.client() as client:
        if pieces == 1:
            client.say(offer, "0123456789", GET)
        else:
            client.say(offer, "01234")
            time.sleep(0.05)
            client.say("56789", GET)
        assert client.answer().document["body"] == "0123456789"
        assert client.answer().document["method"] == "GET"


def test_an_offer_with_a_chunked_body_is_refused(bench: Bench) -> None:
    with bench.client() as client:
        client.say(f"{POST}Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", GET)
        assert client.answer().status == 400
        assert client.rest() == b""
    assert bench.probe.heard == []


def test_a_connection_too_many_is_told_to_come_back(bench: Bench) -> None:
    clients = [bench.client() for _ in range(TIGHT.connections)]
    try:
        assert clients[-1].say(GET).answer().status == 200
        with bench.client() as client:
            answer = client.say(GET).answer()
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    finally:
        for client in clients:
            client.socket.close()


def test_a_hundred_continue_is_not_given_to_a_body_that_is_too_large(bench: Bench) -> None:
    with bench.client() as client:
        client.say(f"{POST}Expect: 100-continue\r\nContent-Length: {TIGHT.body + 1}\r\n\r\n")
        assert client.answer().status == 413


def test_refusals_are_noted_without_the_query(bench: Bench) -> None:
    with bench.client() as client:
        client.say(f"GET /a?secret HTTP/1.1\r\nX: {'a' * TIGHT.head}").answer()
    with bench.client() as client:
        client.say("nonsense\r\n\r\n").answer()
    with bench.client() as client:
        client.say(GET).answer()
        client.say("\r\n" * TIGHT.head).answer()
    assert bench.noted == [
        ("127.0.0.1", b"GET", b"/a", 431),
        ("127.0.0.1", b"", b"", 400),
        ("127.0.0.1", b"", b"", 431),
    ]


def test_uvicorn_has_what_the_protocol_stands_on() -> None:
    assert {"_start_asgi_task", "_unset_keepalive_if_required", "timeout_keep_alive_handler"} <= set(
        vars(HttpToolsProtocol)
    )
    made = HttpToolsProtocol(Config(None, log_config=None), ServerState(), {}, _loop=asyncio.new_event_loop())  # type: ignore[arg-type]
    made.loop.close()
    assert {"cycle", "pipeline", "flow", "timeout_keep_alive_task", "expect_100_continue"} <= set(vars(made))
