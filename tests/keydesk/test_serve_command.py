"""`keydesk serve`: what it refuses, what it says when it starts, and how it ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from core.rules.errors import UnfitPlace
from core.services import Services
from keydesk.cautions import cautions
from keydesk.compose import authorization_server
from keydesk.exits import WrongUsage
from keydesk.listening import Door, checked_issuer, open_door
from keydesk.settings import Settings
from tests.processes import ROOT
from tests.web.shell import Client

Keydesk = Callable[..., Any]
WRONG_ISSUER = "--issuer must be an absolute http or https URL"


@dataclass
class Serving:
    """A server that has said where it listens."""

    process: subprocess.Popen[str]
    said: list[str]
    port: int

    def client(self) -> Client:
        return Client(self.port)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, list[str], list[str]]:
        """Send a signal; return the exit code, and the lines on both streams since."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out.splitlines(), err.splitlines()


Serve = Callable[..., AbstractContextManager[Serving]]


@pytest.fixture
def serve(environ: Mapping[str, str]) -> Serve:
    """Start `keydesk serve` on a free port, with more options after it and *before* it."""

    @contextmanager
    def started(*options: str, before: tuple[str, ...] = (), **variables: str) -> Iterator[Serving]:
        seen = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ, **variables}
        command = [sys.executable, "-m", "keydesk", *before, "serve", "--port", "0", *options]
        with subprocess.Popen(
            command, cwd=ROOT, env=seen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr
            first = process.stderr.readline()
            found = re.match(r"Listening on http://[^ ]+:(\d+)\. ", first)
            try:
                assert found, first + process.stderr.read()
                yield Serving(process, [first.rstrip("\n")], int(found[1]))
            finally:
                if process.poll() is None:
                    process.kill()

    return started


def test_it_answers_logs_and_ends_in_order(serve: Serve, services: Services, path: Path) -> None:
    with serve() as server:
        with server.client() as client:
            health = client.say("GET /healthz?secret HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        with server.client() as client:
            assert client.say("nonsense\r\n\r\n").answer().status == 400
        code, out, _ = server.end()
    url = f"http://127.0.0.1:{server.port}"
    assert server.said == [f"Listening on {url}. Issuer: {url}. Database: {path}."]
    assert (code, health.status) == (0, 200)
    assert [line.split(" ", 1)[1].rpartition(" ")[0].rpartition(" ")[0] for line in out] == [
        "127.0.0.1 GET /healthz 200",
        "127.0.0.1 - - 400",
    ]


def test_requests_in_flight_are_answered_before_it_ends(serve: Serve, services: Services) -> None:
    body = "grant_type=client_credentials"
    with serve() as server, server.client() as client:
        client.say(f"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n")
        client.say(body[:5])
        with server.client() as other:  # by its answer, the server has read what was sent before
            other.say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        server.process.send_signal(signal.SIGTERM)
        client.say(body[5:])
        answer = client.answer()
        assert client.rest() == b""
        code, *_ = server.end()
    assert (answer.status < 500, code) == (True, 0)


def test_ctrl_c_ends_it_with_the_code_of_a_shell(serve: Serve, services: Services) -> None:
    with serve() as server:
        code, out, err = server.end(signal.SIGINT)
    assert (code, out) == (130, [])
    assert "Traceback" not in "".join(err)


def test_the_log_is_json_where_that_is_asked_for(serve: Serve, services: Services) -> None:
    with serve("--log-json") as server:
        with server.client() as client:
            client.say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        _, out, _ = server.end()
    assert [json.loads(line)["path"] for line in out] == ["/healthz"]


def test_the_issuer_is_what_was_given_and_never_the_host_header(serve: Serve, services: Services) -> None:
    with serve("--issuer", "https://login.example/desk") as server:
        with server.client() as client:
            client.say("GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            assert client.answer().document["issuer"] == "https://login.example/desk"
        server.end()


def test_a_trusted_proxy_names_the_caller(serve: Serve, services: Services, tmp_path: Path) -> None:
    configuration = tmp_path / "config.toml"
    configuration.write_text('[proxy]\ntrusted = ["127.0.0.0/8"]')
    with serve(KEYDESK_CONFIG=str(configuration)) as server:
        with server.client() as client:
            client.say("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1, 203.0.113.9\r\n\r\n").answer()
        _, out, _ = server.end()
    assert " 203.0.113.9 GET " in out[0]


def test_the_console_can_find_it_while_it_runs(serve: Serve, services: Services) -> None:
    with serve() as server:
        assert [found.address for found in services.servers.list()] == [f"http://127.0.0.1:{server.port}"]
        server.end()
    assert services.servers.list() == ()


def test_a_demo_serves_and_leaves_nothing(serve: Serve, path: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    key_file = tmp_path / "key"
    with serve(before=("--demo",), TMPDIR=str(scratch), KEYDESK_KEY_FILE=str(key_file)) as server:
        with server.client() as client:
            assert client.say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").answer().status == 200
        code, *_ = server.end()
    assert code == 0
    assert list(scratch.iterdir()) == []
    assert not path.exists()
    assert not key_file.exists()


@pytest.mark.skipif(not shutil.which("curl"), reason="the lines to type are curl's, and it is not installed")
def test_the_sample_answers_what_it_says_to_type(serve: Serve, tmp_path: Path) -> None:
    """The story of Gravitee's handbook, and a pair beside it; what a caller makes up reaches no upstream."""
    with serve("--sample", TMPDIR=str(tmp_path)) as server:
        assert server.process.stderr
        typed: list[str] = []
        while len(typed) < 6:
            line = server.process.stderr.readline()
            assert line, typed
            typed += [line] if line.startswith("  ") else []
        made_up = 'curl -i -H X-Client-Id:root -H X_Client_Id:root -H "Authorization: Bearer $TOKEN"'
        script = "\n".join([*typed, f"{made_up} http://127.0.0.1:{server.port}/echo"])
        done = subprocess.run(["/bin/sh"], input=script, capture_output=True, text=True, timeout=30, check=True)
        code, _, _ = server.end()
    refused, echo, uuid, again = done.stdout.split("HTTP/1.1 ")[1:]
    challenge = "www-authenticate: Bearer realm=gravitee.io - No OAuth authorization header was supplied\n"
    body = '{"message": "No OAuth authorization header was supplied", "http_status_code": 401}'
    assert refused.startswith("401 Unauthorized")
    assert challenge in refused
    assert refused.endswith(body)
    assert "x-denial" not in refused
    client_id = typed[0].strip().partition("=")[2]
    for answer in (echo, uuid, again):
        assert answer.startswith("200 OK")
    headers = json.loads(echo.partition("\n\n")[2])["headers"]
    assert (headers["Authorization"][:10], headers["X-Client-Id"]) == ("Bearer eyJ", client_id)
    assert set(json.loads(uuid.partition("\n\n")[2])) == {"uuid"}
    assert "root" not in again
    assert code == 0
    assert list(tmp_path.glob("keydesk-*")) == []


def test_the_sample_wants_no_database_of_anybody(keydesk: Keydesk, path: Path, services: Services) -> None:
    ran = keydesk("--database", str(path), "serve", "--sample", "--port", "0")
    assert (ran.code, ran.out) == (2, "")
    assert "throw-away database" in ran.err


def test_a_missing_database_is_not_made(keydesk: Keydesk, path: Path) -> None:
    ran = keydesk("serve", "--port", "0")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"{path} does not exist.")
    assert not path.exists()


def test_a_port_in_use_is_said(keydesk: Keydesk, services: Services) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = keydesk("serve", "--port", str(port))
    assert (ran.code, ran.out) == (3, "")
    assert (
        ran.err
        == f"127.0.0.1 port {port} cannot be listened on: Address already in use. Choose another one with --port.\n"
    )


def test_an_address_of_another_machine_is_said(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk("serve", "--host", "192.0.2.1", "--port", "0", "--issuer", "https://login.example")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "192.0.2.1 port 0 cannot be listened on: Cannot assign requested address.\n"


@pytest.mark.parametrize("host", ["no such host", "", "127.0.0.256", "[::1]"])
def test_a_host_that_is_no_address_is_said(keydesk: Keydesk, services: Services, host: str) -> None:
    ran = keydesk("serve", "--host", host, "--port", "0")
    assert (ran.code, ran.out, ran.err) == (3, "", f"{host} is no address of this machine.\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "0"])
@pytest.mark.parametrize("issuer", [[], ["--issuer", "http://127.0.0.1:8400"]])
def test_beyond_loopback_it_wants_an_https_issuer(
    keydesk: Keydesk, services: Services, host: str, issuer: list[str]
) -> None:
    ran = keydesk("serve", "--host", host, "--port", "0", *issuer)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"--host {host} is not loopback: put TLS in front of it and name it, such as --issuer https://login.example.\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_wrong_usage(keydesk: Keydesk, services: Services, port: str) -> None:
    assert keydesk("serve", "--port", port).code == 2


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "login.example",
        "//login.example",
        "ftp://login.example",
        "https://",
        "https:///path",
        "https://login.example/",
        "https://login.example?",
        "https://login.example?a=b",
        "https://login.example#",
        "https://user@login.example",
        "https://user:password@login.example",
        "https://login.example:port",
        "https://login.example:99999",
        "https://login.example:0",
        "https://login example",
        "https://login.example\n",
        "https://login.exämple",
        'https://login.example/"',
        "https://[::1",
        "https://" + "a" * 300,
    ],
)
def test_what_is_no_issuer_is_wrong_usage(keydesk: Keydesk, services: Services, issuer: str) -> None:
    ran = keydesk("serve", "--port", "0", "--issuer", issuer)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(WRONG_ISSUER)


@pytest.mark.parametrize(
    "issuer", ["https://login.example", "https://login.example:8443/desk", "http://127.0.0.1:8400", "http://[::1]:8400"]
)
def test_an_issuer_stays_as_it_was_given(issuer: str) -> None:
    assert checked_issuer(issuer) == issuer


@pytest.mark.parametrize(
    ("host", "begins"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("127.1", "http://127.0.0.1:"),
        ("127.0.0.2", "http://127.0.0.2:"),
        ("LOCALHOST", "http://localhost:"),
        ("::1", "http://[::1]:"),
        ("0:0::1", "http://[::1]:"),
    ],
)
def test_the_door_is_named_as_a_client_would(host: str, begins: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    door = open_door(host, 0, None)
    with door.socket:
        port = door.socket.getsockname()[1]
        assert (door.url, door.is_loopback) == (f"{begins}{port}", True)


def test_a_door_that_is_wrong_is_not_opened() -> None:
    with pytest.raises(WrongUsage):
        open_door("0.0.0.0", 0, "http://login.example")


def test_authorities_that_cannot_be_read_are_named(services: Services, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name, words in (("gone.pem", "cannot be read: No such file"), ("empty.pem", "holds no certificates in PEM")):
        settings = Settings(str(tmp_path / "keydesk.db"), mtls_ca=str(tmp_path / name))
        with pytest.raises(UnfitPlace, match=rf"{name} {words}.*; \[mtls\] ca names it\."):
            authorization_server(services, settings, {}, "http://127.0.0.1:8400")


def test_what_is_not_unsafe_is_not_mentioned() -> None:
    assert told("http://127.0.0.1:8400") == []
    assert told("http://localhost:8400") == []
    assert told("https://login.example", "10.0.0.7") == []


@pytest.mark.parametrize(
    ("said", "caution"),
    [
        (lambda: told("http://login.example"), "The issuer is plain http"),
        (lambda: told("https://login.example"), "No proxy is trusted"),
        (lambda: told("https://login.example", "10.0.0.7", loopback=False), "This port speaks plain http"),
        (lambda: told("https://login.example", "::/0"), "[proxy] trusted holds every address"),
        (lambda: told("http://127.0.0.1:8400", client_cert="rfc9440"), "[proxy] client_cert is without effect"),
        (lambda: told("http://127.0.0.1:8400", "10.0.0.7", mtls_ca="ca.pem"), "[mtls] ca is without effect"),
        (lambda: told("http://127.0.0.1:8400", client_cert_header="X-Cert"), "[proxy] client_cert_header is without"),
        (lambda: told("http://127.0.0.1:8400", uid=0), "It runs as root"),
    ],
)
def test_what_is_not_safe_is_one_sentence(said: Callable[[], list[str]], caution: str) -> None:
    (sentence,) = said()
    assert sentence.startswith(caution)


def told(issuer: str, *trusted: str, loopback: bool = True, uid: int = 1000, **more: str) -> list[str]:
    """Return the cautions of a start, with these settings."""
    with socket.socket() as unused:
        networks = tuple(ip_network(text) for text in trusted)
        door = Door(unused, "http://127.0.0.1:8400", is_loopback=loopback)
        return list(cautions(door, issuer, Settings("x.db", trusted=networks, **more), uid))  # type: ignore[arg-type]  # texts


def has_ipv6() -> bool:
    """Tell whether this machine has a loopback of IPv6."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
