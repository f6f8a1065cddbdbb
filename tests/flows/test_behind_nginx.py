"""The server block and the configuration of docs/operations.md, under a real nginx with a certificate of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.handbook import block
from tests.flows.installed import Credential, Installed, answered, curl, until
from tests.ports import free_port

pytestmark = pytest.mark.slow

HOST = "login.example"
CALLER = "127.0.0.5"
"""Another address of loopback than the proxy's."""
ELSEWHERE = "203.0.113.9"
GRANT = 'data = "grant_type=client_credentials"'


@dataclass(frozen=True)
class Behind:
    """A server behind the proxy."""

    installed: Installed
    credential: Credential
    process: subprocess.Popen[bytes]
    logs: Path
    port: int

    @property
    def issuer(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def logon(self) -> str:
        return f'user = "{self.credential.client_id}:{self.credential.secret}"'

    @property
    def query(self) -> str:
        """The mistake of a client that sends its credential in the URL."""
        return f"/oauth2/token?client_id={self.credential.client_id}&client_secret={self.credential.secret}"

    def logged(self) -> str:
        """Return what either of the two has written down."""
        return "".join(path.read_text() for path in self.logs.rglob("*.log"))

    def via_proxy(self, path: str, *lines: str) -> list[str]:
        """Return the lines by which curl comes from `CALLER`, and believes the certificate alone."""
        return [
            f'url = "{self.issuer}{path}"',
            f'resolve = "{HOST}:{self.port}:127.0.0.1"',
            f'cacert = "{self.logs / "certificate.pem"}"',
            f'interface = "{CALLER}"',
            *lines,
        ]

    def asked(self, path: str, *lines: str) -> tuple[int, object]:
        """Return the status and the document that the proxy passes on."""
        return answered(*self.via_proxy(path, *lines))


@pytest.fixture
def behind(home: Path, tmp_path: Path) -> Iterator[Behind]:
    database = {"/var/lib/keydesk/keydesk.db": str(home / "keydesk.db")}
    with standing(home, tmp_path, block("toml", database, holding="database")) as behind:
        yield behind


@contextmanager
def standing(home: Path, tmp_path: Path, settings: str) -> Iterator[Behind]:
    """Let a server with these settings stand behind nginx."""
    for program in ("nginx", "openssl", "curl"):
        if not which(program):
            pytest.skip(f"{program} is not installed: nothing was tried behind nginx")
    configuration = tmp_path / "config.toml"
    configuration.write_text(settings)
    installed = Installed(home, configuration)
    credential = installed.credential("billing-api", "read")
    port = free_port()
    with installed.serving("--issuer", f"https://{HOST}:{port}") as server, nginx(tmp_path, server.address, port):
        yield Behind(installed, credential, server.process, tmp_path, port)


def test_a_token_through_tls_and_the_caller_is_on_record(behind: Behind) -> None:
    assert behind.asked("/.well-known/oauth-authorization-server")[1]["issuer"] == behind.issuer
    status, token = behind.asked(
        "/oauth2/token", behind.logon, GRANT, f'header = "X-Forwarded-For: {ELSEWHERE}, 127.0.0.1"'
    )
    assert (status, token["scope"]) == (200, "read")
    form = f'data = "token={token["access_token"]}"'
    assert behind.asked("/oauth2/introspect", behind.logon, form)[1]["active"] is True
    assert behind.asked("/oauth2/revoke", behind.logon, form) == (200, {})
    assert behind.asked("/oauth2/introspect", behind.logon, form) == (200, {"active": False})
    (secret,) = behind.installed.ran("secret", "list", "billing-api")
    assert secret["last_used_from"] == CALLER
    time.sleep(0.3)  # lines are written in batches
    assert {line.split(" ")[1] for line in behind.installed.log} == {CALLER}


def test_a_refused_logon_is_on_record_with_its_caller(behind: Behind) -> None:
    status, refusal = behind.asked("/oauth2/token", f'user = "{behind.credential.client_id}:wrong"', GRANT)
    assert (status, refusal["error"]) == (401, "invalid_client")
    shown = behind.installed.ran("lock", "show", "billing-api")
    assert [failure["source"] for failure in shown["failures"]] == [CALLER]


def test_both_have_the_same_limit_for_bodies_and_none_touches_the_disk(behind: Behind) -> None:
    (behind.logs / "temporary" / "client_body").chmod(0)  # nginx answers 500 where it needs a file and cannot have it
    body = behind.logs / "body"
    body.write_text("grant_type=client_credentials&scope=".ljust(64 * 1024, "x"))
    whole = f'data-binary = "@{body}"'
    assert behind.asked("/oauth2/token", behind.logon, whole)[0] == 400
    body.write_text(body.read_text() + "x")
    assert status_of(behind.via_proxy("/oauth2/token", whole)) == 413


def test_what_a_client_puts_into_the_query_is_in_no_log(behind: Behind) -> None:
    assert status_of(behind.via_proxy(behind.query, GRANT)) == 400
    time.sleep(0.3)
    assert " POST /oauth2/token 400 " in behind.installed.log[-1]
    assert behind.credential.secret not in behind.logged()


def test_nor_is_it_where_keydesk_is_gone(behind: Behind) -> None:
    behind.process.terminate()
    behind.process.wait(30)
    assert status_of(behind.via_proxy(behind.query, GRANT)) == 502
    assert behind.credential.secret not in behind.logged()


def status_of(lines: list[str]) -> int:
    """Return the status alone, of an answer that may be nginx's own page."""
    return int(curl(*lines).stdout.rpartition("\n")[2])


@contextmanager
def nginx(directory: Path, upstream: str, port: int) -> Iterator[None]:
    """Run nginx with the server block of the page, as a process that ends with the test."""
    make_certificate(directory)
    configuration = directory / "nginx.conf"
    configuration.write_text(main_configuration(directory, server_block(directory, upstream, port)))
    (directory / "temporary").mkdir()
    command = [str(which("nginx")), "-p", str(directory), "-c", str(configuration), "-e", str(directory / "start.log")]
    process = subprocess.Popen(command)
    try:
        until(lambda: listens(port), process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def server_block(directory: Path, upstream: str, port: int) -> str:
    """Return the block of the page with the paths and ports of this test."""
    return block(
        "nginx",
        {
            "127.0.0.1:8400": upstream.removeprefix("http://"),
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "    listen [::]:443 ssl;\n": "",  # not every machine has it
            "/etc/ssl/certs/login.example.pem": str(directory / "certificate.pem"),
            "/etc/ssl/private/login.example.key": str(directory / "certificate.key"),
            "/var/log/nginx/keydesk.log": str(directory / "nginx.log"),
        },
    )


def main_configuration(directory: Path, included: str) -> str:
    """Return what a distribution's nginx.conf has around the block."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {directory / 'temporary' / kind};" for kind in kinds)
    return (
        f"daemon off;\npid {directory / 'nginx.pid'};\nworker_processes 1;\nevents {{ worker_connections 64; }}\n"
        f"http {{\naccess_log {directory / 'access.log'};\n{places}\n{included}}}\n"
    )


def make_certificate(directory: Path) -> None:
    """Make a certificate that signs itself."""
    where = ["-keyout", str(directory / "certificate.key"), "-out", str(directory / "certificate.pem")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run(["openssl", "req", "-x509", *kind, *where, *name], check=True, capture_output=True)


def which(program: str) -> str | None:
    """Find a program that may be among those of the administrator."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin")


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
