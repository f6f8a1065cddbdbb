"""One line per request: what it holds, what it never holds, and that nobody waits for it."""

import asyncio
import errno
import json
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.web.shell import PATIENCE, answer
from web.discretion import discreet_target, discreet_traceback
from web.lines import LineWriter
from web.refusing import REFUSED
from web.request_log import RequestLog
from web.source import Sources

AT = datetime(2026, 11, 21, 10, 20, 30, 123456, tzinfo=UTC)
SECRET = "kd_" + "aB3" * 19 + "x"
CLIENT = "7b6f4a6e-8a55-4d0e-9d3c-2c1d5f0e9a11"


class Pipe:
    """Where the log goes, and what came out."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()

    def lines(self) -> list[str]:
        """Return all lines, of a log that is closed."""
        os.close(self.writing)
        return self.read()

    def read(self) -> list[str]:
        with os.fdopen(self.reading) as reading:
            return reading.read().splitlines()


@contextmanager
def reading(pipe: Pipe) -> Iterator[list[str]]:
    """Begin to read at last; the lines are there once the block is left, in which the writing end is closed."""
    lines: list[str] = []
    reader = Thread(target=lambda: lines.extend(pipe.read()))
    reader.start()
    yield lines
    reader.join(PATIENCE)


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


def ticks(*seconds: float) -> Callable[[], float]:
    return iter(seconds).__next__


def scope(path: str = "/oauth2/token", **more: Any) -> Scope:
    raw = path.partition("?")[0].encode()
    usual = {"type": "http", "method": "POST", "path": path, "raw_path": raw, "client": ("192.0.2.7", 5), "headers": []}
    return usual | more


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    scope["keydesk"]["client_id"] = CLIENT
    await answer(send, {}, 401)


async def nowhere() -> Message:
    return {"type": "http.disconnect"}


async def lost(_message: Message) -> None:
    """Take an answer."""


async def logged(
    pipe: Pipe, one: Scope, *, app: ASGIApp = app, sources: Sources | None = None, as_json: bool = False
) -> list[str]:
    """Let a request be answered; return the lines."""
    with closing(RequestLog(pipe.writing, now=lambda: AT, ticks=ticks(1.0, 1.0024), as_json=as_json)) as log:
        await log.around(app, sources or Sources())(one, nowhere, lost)
    return pipe.lines()


async def test_a_line_says_what_happened(pipe: Pipe) -> None:
    lines = await logged(pipe, scope())
    assert lines == [f"2026-11-21T10:20:30.123Z 192.0.2.7 POST /oauth2/token 401 2.4ms {CLIENT}"]


async def test_a_line_as_json_has_the_same_in_named_fields(pipe: Pipe) -> None:
    (line,) = await logged(pipe, scope(), as_json=True)
    assert json.loads(line) == {
        "at": "2026-11-21T10:20:30.123Z",
        "source": "192.0.2.7",
        "method": "POST",
        "path": "/oauth2/token",
        "status": 401,
        "ms": 2.4,
        "client_id": CLIENT,
    }


async def test_what_is_not_known_is_said_to_be_absent() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer nothing: the client is gone."""

    text = await logged(Pipe(), scope(client=None), app=silent)
    document = await logged(Pipe(), scope(client=None), app=silent, as_json=True)
    assert text == ["2026-11-21T10:20:30.123Z - POST /oauth2/token - 2.4ms -"]
    assert [json.loads(document[0])[key] for key in ("source", "status", "client_id")] == [None, None, None]


async def test_the_source_is_what_a_trusted_proxy_says(pipe: Pipe) -> None:
    forwarded = scope(headers=[(b"x-forwarded-for", b"203.0.113.9")])
    (line,) = await logged(pipe, forwarded, sources=Sources([ip_network("192.0.2.0/24")]))
    assert " 203.0.113.9 POST " in line


async def test_an_application_that_fails_is_a_500_and_fails_on(pipe: Pipe) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError("x")

    with closing(RequestLog(pipe.writing, now=lambda: AT, ticks=ticks(0, 0))) as log, pytest.raises(KeyError):
        await log.around(failing, Sources())(scope(), nowhere, lost)
    assert pipe.lines() == ["2026-11-21T10:20:30.123Z 192.0.2.7 POST /oauth2/token 500 0.0ms -"]


async def test_a_request_that_the_protocol_ended_has_the_status_that_went_out(pipe: Pipe) -> None:
    assert " 413 " in (await logged(pipe, scope(**{REFUSED: 413})))[0]


async def test_a_request_that_no_application_saw_has_a_line(pipe: Pipe) -> None:
    with closing(RequestLog(pipe.writing, now=lambda: AT)) as log:
        log.refused("::ffff:192.0.2.7", b"GET", f"/{SECRET}?{SECRET}".encode(), 431)
        log.refused(None, b"", b"", 400)
    assert pipe.lines() == [
        "2026-11-21T10:20:30.123Z 192.0.2.7 GET /kd_aB3aB... 431 0.0ms -",
        "2026-11-21T10:20:30.123Z - - - 400 0.0ms -",
    ]


async def test_lifespan_is_no_request(pipe: Pipe) -> None:
    heard = []

    async def living(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope["type"])

    assert await logged(pipe, {"type": "lifespan"}, app=living) == []
    assert heard == ["lifespan"]


@pytest.mark.parametrize(
    "path",
    [
        f"/{SECRET}",
        f"/verify/x={SECRET}",
        f"/{SECRET}/y",
        f"/eyJhbGciOiJFUzI1NiJ9.{'eyJpc3Mi' * 9}",
        f"/{'a' * 20}{SECRET}",
    ],
)
async def test_a_secret_in_the_wrong_place_is_cut(pipe: Pipe, path: str) -> None:
    (line,) = await logged(pipe, scope(path))
    assert path[1 + 32 :] not in line
    assert SECRET not in line
    assert line.split()[3].endswith(("...", ".../y"))


async def test_hostile_text_stays_one_plain_line(pipe: Pipe) -> None:
    raw = b'/\x1b[2J\r\n"\\\xff ' + b"/ab" * 300
    (line,) = await logged(pipe, scope(raw_path=raw, method="GE\nT\x1b"))
    assert line.isascii()
    assert line.isprintable()
    _, _, method, path, *_ = line.split()
    assert method == "GE%0AT%1B"
    assert path.startswith('/%1B[2J%0D%0A"\\%FF%20/ab/ab')
    assert len(path) == 200


@given(st.binary(max_size=500))
def test_every_target_is_printable_ascii_of_limited_length(target: bytes) -> None:
    plain = discreet_target(target)
    assert plain.isascii()
    assert plain.isprintable() or not plain
    assert " " not in plain
    assert "?" not in plain
    assert len(plain) <= 200


def test_every_path_of_ours_is_shown_in_full() -> None:
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/oauth2/introspect"):
        assert discreet_target(path.encode()) == path


def test_a_traceback_holds_no_secret_and_no_local_variable() -> None:
    def fail(value: str) -> None:
        raise ValueError(f"invalid: {value}\n\x1b[2J")

    try:
        fail(SECRET)
    except ValueError as error:
        told = discreet_traceback(error)
    assert SECRET not in told
    assert "\x1b" not in told
    assert "in fail" in told
    assert "ValueError: invalid: kd_aB3aB..." in told


async def test_a_reader_that_stalls_stops_nobody_and_learns_what_it_missed() -> None:
    pipe = Pipe()
    log = RequestLog(pipe.writing, now=lambda: AT, most=1000)
    around = log.around(app, Sources())
    for _ in range(1000):  # more than the pipe takes
        await around(scope(), nowhere, lost)
    await asyncio.sleep(0.3)  # the writer is stuck by now
    began = time.monotonic()
    for _ in range(3000):
        await around(scope(), nowhere, lost)
    assert time.monotonic() - began < 2
    with reading(pipe) as lines:
        log.close()
        os.close(pipe.writing)
    told = [line for line in lines if "dropped" in line]
    missed = sum(int(line.split()[1]) for line in told)
    assert 2000 <= missed < 3000, "a thousand are kept, of which some may be from before"
    assert len(lines) - len(told) + missed == 4000


async def test_closing_does_not_wait_for_a_reader_that_never_comes() -> None:
    pipe = Pipe()
    log = RequestLog(pipe.writing, now=lambda: AT)
    around = log.around(app, Sources())
    for _ in range(4000):
        await around(scope(), nowhere, lost)
    began = time.monotonic()
    log.close()
    assert time.monotonic() - began < PATIENCE
    os.close(pipe.reading)


async def test_a_reader_that_is_gone_is_told_once(pipe: Pipe) -> None:
    told: list[OSError] = []
    os.close(pipe.reading)
    with closing(RequestLog(pipe.writing, now=lambda: AT, lost=told.append)) as log:
        await log.around(app, Sources())(scope(), nowhere, lost)
        await asyncio.sleep(0.3)  # three batches
        await log.around(app, Sources())(scope(), nowhere, lost)
    assert [error.errno for error in told] == [errno.EPIPE]


async def test_a_descriptor_that_does_not_block_gets_every_line() -> None:
    pipe = Pipe()
    os.set_blocking(pipe.writing, False)
    log = RequestLog(pipe.writing, now=lambda: AT)
    around = log.around(app, Sources())
    for _ in range(3000):
        await around(scope(), nowhere, lost)
    with reading(pipe) as lines:
        log.close()
        os.close(pipe.writing)
    assert len(lines) == 3000


async def test_lines_come_out_while_the_server_runs(pipe: Pipe) -> None:
    with closing(RequestLog(pipe.writing, now=lambda: AT)) as log:
        await log.around(app, Sources())(scope(), nowhere, lost)
        assert os.read(pipe.reading, 10) == b"2026-11-21"


def test_many_lines_do_not_wait_until_they_have_taken_much_memory(pipe: Pipe) -> None:
    writer = LineWriter(pipe.writing, dropped=str, lost=lambda _error: None, every=2 * PATIENCE)
    with closing(writer):
        for number in range(600):
            writer.write(str(number))
        assert select.select([pipe.reading], [], [], PATIENCE)[0], "they are out before it is time"
        assert os.read(pipe.reading, 10) == b"0\n1\n2\n3\n4\n"
    assert len(pipe.lines()) == 595
