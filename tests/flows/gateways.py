"""Real gateways on loopback with what `keydesk api gateway` prints, other places for their files filled in."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.flows.installed import Credential, Installed, Server, curl, until
from tests.flows.test_behind_nginx import listens, which
from tests.flows.upstream import Upstream, upstream
from tests.ports import free_port

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""Whose certificates a configuration trusts; *trusting* names others."""


@dataclass(frozen=True)
class Answer:
    """What a caller saw."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def field(self, name: str) -> list[str]:
        """Return the values of a header field."""
        return [value for given, value in self.headers if given.lower() == name.lower()]


@dataclass(frozen=True)
class Guarded:
    """A keydesk that serves, an application with a secret, and a service that is to be protected."""

    installed: Installed
    server: Server
    credential: Credential
    upstream: Upstream
    directory: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where the gateway listens, or will."""
        return f"http://127.0.0.1:{self.port}"

    def protect(self, *options: str, name: str = "weather", path: str = "/weather", base: str = "/v1") -> None:
        """Protect the service as an API under a path; *base* is its own."""
        where = ("--path", path, "--upstream", f"{self.upstream.url}{base}", "--gateway", self.url)
        self.installed.ran("api", "create", name, *where, *options)

    def printed(self, gateway: str, *names: str) -> str:
        """Return the configuration, by default for `weather` alone."""
        return str(self.installed.ran("api", "gateway", *(names or ("weather",)), "--for", gateway)["configuration"])

    def token(self, *scopes: str) -> str:
        """Return an access token."""
        form = f'data = "grant_type=client_credentials&scope={"+".join(scopes)}"'
        logon = f'user = "{self.credential.client_id}:{self.credential.secret}"'
        ended = curl(f'url = "{self.server.address}/oauth2/token"', logon, form)
        found = re.search(r'"access_token":"([^"]+)"', ended.stdout)
        assert found, ended.stdout
        return found[1]

    def pair(self, **other: str) -> list[str]:
        """Return the header pair, as lines for `asked`."""
        given = {"client_id": self.credential.client_id, "secret": self.credential.secret, **other}
        return [header("X-IBM-Client-Id", given["client_id"]), header("X-IBM-Client-Secret", given["secret"])]

    def asked(self, path: str, *lines: str) -> Answer:
        """Call the API through the gateway."""
        ended = curl(f'url = "{self.url}{path}"', "include", "path-as-is", *lines)
        assert ended.returncode == 0, ended.stderr
        head, _, rest = ended.stdout.replace("\r\n", "\n").partition("\n\n")
        body, _, status = rest.rpartition("\n")
        fields = [line.partition(": ") for line in head.splitlines()[1:]]
        return Answer(int(status), [(name, value) for name, _, value in fields], body)

    def sent(self, path: str, *fields: tuple[str, str], method: str = "GET", body: bytes = b"") -> Answer:
        """Call the API with bytes that curl would not send; whatever frames the body stands in the fields."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.putrequest(method, path)
            for name, value in fields:
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read().decode())

    def logged(self) -> str:
        """End the server, and return whatever it and the gateway, which has ended, wrote down; no configurations."""
        self.server.process.terminate()  # it writes its last lines before it ends
        self.server.process.wait(30)
        kept = [path for path in self.directory.rglob("*") if path.suffix in (".log", ".out")]
        return "".join(path.read_text() for path in [*kept, self.installed.directory / "requests.log"])


@contextmanager
def guarded(home: Path, directory: Path, *scopes: str) -> Iterator[Guarded]:
    """Within the block, everything but the gateway works."""
    installed = Installed(home, surroundings={"KEYDESK_DATABASE": str(home / "keydesk.db")})
    credential = installed.credential("billing-api", *(scopes or ("read", "write")))
    with installed.serving() as server, upstream() as behind:
        yield Guarded(installed, server, credential, behind, directory)


def header(name: str, value: str) -> str:
    """Return a header field as a line of curl's configuration."""
    return f'header = "{name}: {value}"'


def bearer(token: str) -> str:
    """Return the header field with a token."""
    return header("Authorization", f"Bearer {token}")


@contextmanager
def nginx(guarded: Guarded, text: str | None = None, *, trusting: Path | str = AUTHORITIES) -> Iterator[None]:
    """Run nginx with its configuration."""
    program = _installed("nginx")
    directory = guarded.directory
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {directory / kind};" for kind in kinds)
    included = (text or guarded.printed("nginx")).replace("/var/log/nginx/", f"{directory}/")
    included = included.replace(AUTHORITIES, str(trusting))
    (directory / "nginx.conf").write_text(
        f"daemon off;\npid {directory / 'nginx.pid'};\nworker_processes 1;\nevents {{ worker_connections 128; }}\n"
        f"http {{\naccess_log {directory / 'access.log'};\n{places}\n{included}}}\n"
    )
    command = [program, "-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", str(directory / "start.log")]
    with _running(guarded, command):
        yield


@contextmanager
def caddy(guarded: Guarded, text: str | None = None, *, trusting: Path | str = AUTHORITIES) -> Iterator[None]:
    """Run Caddy with its configuration, and no administration."""
    program = _installed("caddy")
    file = guarded.directory / "Caddyfile"
    file.write_text((text or guarded.printed("caddy")).replace("\n{\n", "\n{\n\tadmin off\n", 1))
    with _running(guarded, [program, "run", "--adapter", "caddyfile", "--config", str(file)], trusting):
        yield


@contextmanager
def haproxy(guarded: Guarded, text: str | None = None, *, trusting: Path | str = AUTHORITIES) -> Iterator[None]:
    """Run HAProxy with its configuration, having done as it says with its keys."""
    program = _installed("haproxy")
    printed = (text or guarded.printed("haproxy")).replace("/etc/haproxy/", f"{guarded.directory}/")
    named = re.search(r"^# then: haproxy -c -f (\S+)$", printed, re.MULTILINE)
    assert named, "it says into which file it goes"
    file = Path(named[1])
    file.write_text(printed.replace(AUTHORITIES, str(trusting)))
    for command in re.findall(r"^#   (sed .*)$", file.read_text(), re.MULTILINE):
        subprocess.run(["sh", "-c", command], check=True)
    with _running(guarded, [program, "-db", "-f", str(file)]):
        yield


@contextmanager
def _running(guarded: Guarded, command: list[str], trusting: Path | str = AUTHORITIES) -> Iterator[None]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(guarded.directory), "SSL_CERT_FILE": str(trusting)}
    with (guarded.directory / "gateway.out").open("w") as out:
        process: subprocess.Popen[Any] = subprocess.Popen(command, env=environ, stdout=out, stderr=out)
    try:
        until(lambda: listens(guarded.port), process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _installed(program: str) -> str:
    found = which(program)
    if not found or not which("curl"):
        pytest.skip(f"{program} or curl is not installed: no call went through a real {program}")
    return found
