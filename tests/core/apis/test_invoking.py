"""Invoking: what is sent is what was typed, and whatever comes back is bounded; calling off works at once."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from core.apis.invoking import THREAD, Answer, CalledOff, Cut, Invoking
from core.outbound.exchange import Call, NoReply, exchange
from core.rules.invocations import Invocation
from tests.core.odd_server import answer, saying
from tests.core.stream_server import (
    Speak,
    breaking_off,
    breaking_off_in_chunks,
    endless,
    silent,
    stalling,
    streaming,
)

PATIENT = 10.0
"""Seconds that a busy machine may take; a short patience is for what is to be cut by it."""


def invoke(url: str, method: str = "GET", *headers: tuple[str, str], body: bytes | None = None, **how: float) -> Answer:
    return Invoking(**how).begin(Invocation(method, url, headers, body)).answer()  # type: ignore[arg-type]


def test_the_request_is_what_was_typed_and_nothing_more() -> None:
    with streaming(lambda connection: connection.sendall(answer(200, b"{}"))) as server:
        invoke(f"{server.address}/weather?zip=90210", "PUT", ("X-Id", "a"), ("X-ID", "b"), body=b"rain")
        host = server.address.removeprefix("http://")
        assert server.heard[0].split(b"\r\n") == [
            b"PUT /weather?zip=90210 HTTP/1.1",
            f"Host: {host}".encode(),
            *(b"User-Agent: keydesk", b"X-Id: a", b"X-ID: b", b"Content-Length: 4", b"Connection: close"),
            *(b"", b"rain"),
        ]
        invoke(server.address, "GET", ("Host", "api.example"), ("User-Agent", "curl"))
        assert (
            server.heard[1] == b"GET / HTTP/1.1\r\nHost: api.example\r\nUser-Agent: curl\r\nConnection: close\r\n\r\n"
        )


def test_every_status_is_an_answer_and_no_redirect_is_followed() -> None:
    with saying(answer(302, b"\x00\xff", "Location: http://127.0.0.1:9/", "X-A: 1", "X-A: 2")) as server:
        found = invoke(server.address, "DELETE")
        assert (found.status, found.content, found.cut) == (302, b"\x00\xff", None)
        assert [value for name, value in found.headers if name == "X-A"] == ["1", "2"]
        assert found.milliseconds > 0
        assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("speak", "patience", "cut", "content"),
    [
        (endless, PATIENT, Cut.SIZE, b"and so on, "),
        (stalling, 1.0, Cut.TIME, b"begun"),
        (breaking_off, PATIENT, Cut.BROKEN, b"begun"),
        (breaking_off_in_chunks, PATIENT, Cut.BROKEN, b"begun"),
    ],
)
def test_a_body_is_cut_and_it_is_known_why(speak: Speak, patience: float, cut: Cut, content: bytes) -> None:
    with streaming(speak) as server:
        found = invoke(server.address, patience=patience, most=5000)
        assert (found.status, found.cut) == (200, cut)
        assert found.content.startswith(content)
        assert len(found.content) <= 5000


def test_a_body_that_dribbles_is_cut_when_its_time_is_over() -> None:
    def dribble(connection: "object") -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]
        while True:
            connection.sendall(b".")  # type: ignore[attr-defined]
            time.sleep(0.05)

    with streaming(dribble) as server:
        found = invoke(server.address, patience=1.0)
        assert found.cut is Cut.TIME
        assert 1 <= len(found.content) < 40


@pytest.mark.parametrize(
    ("speak", "patience", "sentence"),
    [
        (silent, 0.2, "No answer within 0.2 s from "),
        (
            lambda connection: connection.sendall(b"SSH-2.0-x\r\n"),
            PATIENT,
            "What answers does not speak HTTP as it should: check its URL",
        ),
        (lambda connection: None, PATIENT, "The connection broke off before an answer: try again"),
    ],
)
def test_what_gives_no_answer_is_said_in_a_sentence(
    speak: Callable[[object], object], patience: float, sentence: str
) -> None:
    with streaming(speak) as server, pytest.raises(NoReply) as silence:
        invoke(server.address, patience=patience)
    assert silence.value.sentence.startswith(sentence)


def test_interim_answers_are_none_and_do_not_go_on_for_ever() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    with saying(b"HTTP/1.1 100 Continue\r\n\r\n" + early * 2000 + answer(401, b"no", "X-A: 1")) as server:
        found = invoke(server.address, patience=PATIENT)
        assert (found.status, found.content, found.cut) == (401, b"no", None)
        assert "Link" not in dict(found.headers)
        reply = exchange(Call(server.address), PATIENT)
        assert (reply.status, reply.content) == (401, b"no")
    with saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n") as server:
        assert invoke(server.address, patience=PATIENT).status == 101

    def hinting(connection: socket.socket) -> None:
        while True:
            connection.sendall(early)
            time.sleep(0.01)

    with streaming(hinting) as server:
        with pytest.raises(NoReply, match=r"No answer within 0.3 s"):
            invoke(server.address, patience=0.3)
        assert server.left.wait(PATIENT), "the thread of the call has hung up"
        server.left.clear()
        with pytest.raises(NoReply, match=r"No answer within 0.3 s"):
            exchange(Call(server.address), 0.3)
        assert server.left.wait(PATIENT)


def test_nobody_there_is_said_in_a_sentence() -> None:
    with pytest.raises(NoReply, match=r"Nothing listens at http://127.0.0.1:9\."):
        invoke("http://127.0.0.1:9/")


@pytest.mark.parametrize("speak", [silent, stalling, endless])
def test_calling_off_works_at_once_and_ends_the_call(speak: Speak) -> None:
    with streaming(speak) as server:
        running = Invoking(most=10**9).begin(Invocation("GET", server.address))
        calls = [thread for thread in threading.enumerate() if thread.name == THREAD]
        ends = time.monotonic() + PATIENT
        while not server.heard:
            assert time.monotonic() < ends
            time.sleep(0.01)
        begun = time.monotonic()
        running.call_off()
        with pytest.raises(CalledOff):
            running.answer()
        assert time.monotonic() - begun < 1, "it would take 30 s"
        for call in calls:
            call.join(PATIENT)
        assert [call.is_alive() for call in calls] == [False]


def test_what_was_called_off_while_it_was_connecting_is_not_sent() -> None:
    off = threading.Event()

    def timer() -> float:
        off.wait(PATIENT)
        return 0.0

    with streaming(lambda connection: connection.sendall(answer(200, b"{}"))) as server:
        running = Invoking(timer=timer).begin(Invocation("DELETE", server.address))
        running.call_off()
        off.set()
        with pytest.raises(CalledOff):
            running.answer()
        assert invoke(server.address, patience=PATIENT).status == 200
        assert [heard[:3] for heard in server.heard if heard] == [b"GET"]


def test_a_proxy_is_asked_for_other_machines_and_never_for_this_one() -> None:
    with saying(answer(200, b"by proxy")) as proxy, saying(answer(200, b"direct")) as direct:
        named = proxy.address.replace("http://", "http://kim:p%40w@")
        invoking = Invoking(proxies=lambda: {"http": named, "https": named})
        assert invoking.begin(Invocation("GET", direct.address)).answer().content == b"direct"
        assert invoking.begin(Invocation("GET", "http://api.example/a?b")).answer().content == b"by proxy"
        assert proxy.heard[0].startswith(b"GET http://api.example/a?b HTTP/1.1\r\nHost: api.example\r\n")
        assert b"Proxy-Authorization: Basic a2ltOnBAdw==" in proxy.heard[0]
        with pytest.raises(NoReply):  # it says 200 and then no TLS
            invoking.begin(Invocation("GET", "https://api.example/a", (("X-Id", "secret"),))).answer()
        assert proxy.heard[1].startswith(b"CONNECT api.example:443 HTTP/1.")
        assert b"a2ltOnBAdw==" in proxy.heard[1]
        assert b"secret" not in proxy.heard[1]


def test_nothing_that_proves_who_calls_stands_in_a_repr() -> None:
    asked = Invocation("GET", "http://127.0.0.1/?key=s3cret", (("X-Key", "s3cret"),), b"s3cret")
    assert "s3cret" not in repr(asked)
    assert "s3cret" not in repr(Answer(200, (("X-Key", "s3cret"),), b"s3cret", None, 1.0))
