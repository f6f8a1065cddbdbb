"""The server as a process: how it ends, what it says of a defect, and that nobody makes it grow."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.web.shell import PATIENCE, Client

SECRET = b"kd_" + b"aB3" * 19 + b"x"
MOST_GROWTH = 8 * 1024
"""Kilobytes: what a few connections may cost, and far less than what they send."""


@dataclass
class Running:
    """The program of `small_server.py`, listening."""

    process: subprocess.Popen[bytes]
    port: int

    def client(self) -> Client:
        return Client(self.port)

    def next_word(self) -> bytes:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self, number: int) -> tuple[int, bytes, bytes]:
        """Send a signal; return the exit code and what was said since."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, bytes, bytes]:
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def most_memory(self) -> int:
        """The most that was ever resident, in kilobytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+)", status)
        assert found
        return int(found[1])


@pytest.fixture
def running() -> Iterator[Running]:
    command = [sys.executable, "-m", "tests.web.small_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        yield Running(process, int(process.stdout.readline()))
        if process.poll() is None:
            process.kill()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_lets_requests_in_flight_be_answered(running: Running, number: int, code: int) -> None:
    with running.client() as client, running.client() as resting:
        resting.say("GET / HTTP/1.1\r\n\r\n").answer()
        client.say("GET /slow HTTP/1.1\r\n\r\n")
        assert running.next_word() == b"begun"
        running.process.send_signal(number)
        assert resting.rest() == b""
        answer = client.answer()
        assert client.rest() == b""
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert running.ended() == (code, b"ended in order\n", b"")


def test_a_resting_connection_may_ask_once_more_while_the_server_ends(running: Running) -> None:
    with running.client() as resting, running.client() as never:
        for client in (resting, never):
            client.say("GET / HTTP/1.1\r\n\r\n").answer()
        running.process.send_signal(signal.SIGTERM)
        with pytest.raises(OSError, match=r"refused|reset"):  # which tells that it has begun to end
            while True:
                running.client().socket.close()
                time.sleep(0.01)
        answer = resting.say("GET / HTTP/1.1\r\n\r\n").answer()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert resting.rest() == never.rest() == b""
    assert running.ended() == (0, b"ended in order\n", b"")


def test_a_client_that_leaves_two_requests_behind_is_no_defect(running: Running) -> None:
    with running.client() as client:
        client.say("GET /slow HTTP/1.1\r\n\r\n" * 2)
        client.reset()
    assert running.next_word() == b"begun"
    assert running.end(signal.SIGTERM) == (0, b"ended in order\n", b"")


def test_no_new_connection_is_taken_while_the_server_ends(running: Running) -> None:
    with running.client() as client:
        client.say("GET /slow HTTP/1.1\r\n\r\n")
        running.next_word()
        running.process.send_signal(signal.SIGTERM)
        with pytest.raises(OSError, match=r"refused|reset"):
            while True:
                running.client().socket.close()
                time.sleep(0.02)
        assert client.answer().status == 200


def test_a_second_ctrl_c_waits_for_nobody_and_still_ends_the_application(running: Running) -> None:
    with running.client() as client:
        client.say("GET /forever HTTP/1.1\r\n\r\n")
        running.next_word()
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        began = time.monotonic()
        assert running.end(signal.SIGINT)[:2] == (130, b"ended in order\n")
        assert time.monotonic() - began < 5


def test_what_cannot_be_answered_in_time_is_told_so(running: Running) -> None:
    with running.client() as client:
        client.say("GET /forever HTTP/1.1\r\n\r\n")
        running.next_word()
        running.process.send_signal(signal.SIGTERM)
        answer = client.answer()
    assert (answer.status, answer.document["error"]) == (503, "temporarily_unavailable")
    code, out, err = running.ended()
    assert (code, out) == (0, b"ended in order\n")
    assert b"Traceback" not in err


def test_nohup_keeps_a_hang_up_away() -> None:
    command = ["/usr/bin/env", "sh", "-c", 'trap "" HUP; exec "$0" -m tests.web.small_server', sys.executable]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        running = Running(process, int(process.stdout.readline()))
        with running.client() as client:
            client.say("GET / HTTP/1.1\r\n\r\n").answer()
            process.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            assert client.say("GET / HTTP/1.1\r\n\r\n").answer().status == 200
        assert running.end(signal.SIGTERM)[0] == 0


def test_a_defect_is_told_to_the_operator_and_not_to_the_caller(running: Running) -> None:
    with running.client() as client:
        answer = client.say("GET /fail HTTP/1.1\r\n\r\n").answer()
    assert (answer.status, answer.document) == (
        500,
        {"error": "server_error", "error_description": "The server could not answer."},
    )
    with running.client() as client:
        assert client.say("GET / HTTP/1.1\r\n\r\n").answer().status == 200
    code, _, err = running.end(signal.SIGTERM)
    assert code == 0
    assert err.startswith(b"Traceback (most recent call last):\n")
    assert b"in app" in err
    assert b"ValueError: kd_aB3aB... is wrong" in err
    assert SECRET not in err


def test_a_defect_in_the_middle_of_an_answer_cuts_it_off(running: Running) -> None:
    with running.client() as client:
        received = client.say("GET /fail-late HTTP/1.1\r\n\r\n").rest()
    assert received.endswith(b"\r\n\r\n1")
    assert received.count(b"HTTP/1.1") == 1
    told = running.end(signal.SIGTERM)[2]
    assert told.count(b"Traceback") == told.count(b"ValueError: ") == 1


def test_no_header_names_the_server_and_none_is_believed(running: Running) -> None:
    with running.client() as client:
        client.say("GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n\r\n")
        answer = client.answer()
    assert answer.document == {"client": "127.0.0.1", "scheme": "http"}
    assert "server" not in answer.headers
    assert "date" in answer.headers


def test_a_thousand_connections_are_answered(running: Running) -> None:
    clients = []
    try:
        for _ in range(1000):
            client = running.client()
            clients.append(client)
            client.say("GET / HTTP/1.1\r\n\r\n")
        assert {client.answer().status for client in clients} == {200}
    except OSError as error:
        pytest.skip(f"this account may not open a thousand connections: {error}")
    finally:
        for client in clients:
            client.socket.close()


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param("GET / HTTP/1.1\r\nX: ", id="a header line without an end"),
        pytest.param("GET /", id="a target without an end"),
        pytest.param("POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n", id="a body of a gigabyte"),
        pytest.param("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", id="a chunk without an end"),
        pytest.param("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", id="a trailer without an end"),
        pytest.param("POST /slow HTTP/1.1\r\nContent-Length: 60000\r\n\r\n", id="what comes after a body"),
    ],
)
def test_memory_is_flat_whatever_is_sent(running: Running, beginning: str) -> None:
    with running.client() as client:
        client.say("GET / HTTP/1.1\r\n\r\n").answer()
    before = running.most_memory()
    with running.client() as client:
        client.say(beginning)
        flood(client, 64 * 1024 * 1024)
    assert running.most_memory() - before < MOST_GROWTH
    with running.client() as client:
        assert client.say("GET / HTTP/1.1\r\n\r\n").answer().status == 200


def test_memory_is_flat_under_many_pipelined_requests(running: Running) -> None:
    with running.client() as client:
        client.say("GET / HTTP/1.1\r\n\r\n").answer()
    before = running.most_memory()
    with running.client() as client:
        client.socket.settimeout(2)
        with suppress(OSError):
            client.say("GET /slow HTTP/1.1\r\n\r\n" * 100_000)
    assert running.most_memory() - before < MOST_GROWTH


def flood(client: Client, size: int) -> None:
    """Send *size* bytes, or as many as are taken."""
    piece = b"a" * 65536
    until = time.monotonic() + PATIENCE
    client.socket.settimeout(1)
    with suppress(OSError, socket.timeout):
        for _ in range(size // len(piece)):
            if time.monotonic() > until:
                return
            client.socket.sendall(piece)
