"""What is answered where it is read: the same answers as by the long way, one for each request, and true each time."""

import gc
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlencode

import pytest

from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.web.certifying import Certified, certificate
from tests.web.client import FORM, basic
from tests.web.shell import Answer, Client, live, logged, served
from web.answers import Answer as Made
from web.app import Face
from web.app import application as http_face
from web.client_certificate import Forwarded
from web.direct import protocol
from web.limits import Limits
from web.prepared import Direct, Prepared
from web.request_log import RequestLog
from web.served import ServedAtOnce

GRANT = {"grant_type": "client_credentials"}
LIMITS = Limits(linger=0.2, last_call=0.1)


@dataclass
class Served:
    """A real server, and the credential that works there."""

    port: int
    issued: IssuedSecret
    log: Path
    asked: list[str] = field(default_factory=list)
    """The paths of the requests that went the long way."""

    def request(self, path: str = "/oauth2/token", more: str = "", value: str | None = None, **form: str) -> bytes:
        name, content = basic(self.issued.client_id, value or self.issued.value)
        body = urlencode(form or GRANT)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        return f"{head}{name}: {content}\r\n{more}\r\n{body}".encode()

    def client(self, source: str = "127.0.0.1") -> Client:
        return Client(self.port, source=source)

    def ask(self, *pieces: bytes, source: str = "127.0.0.1") -> Answer:
        with self.client(source) as client:
            for piece in pieces:
                client.say(piece)
            return client.answer()


@pytest.fixture
def running(server: AuthorizationServer, issued: IssuedSecret, tmp_path: Path) -> Iterator[Served]:
    path = tmp_path / "log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    log = RequestLog(descriptor)
    face = http_face(server, log=log)
    asked: list[str] = []
    with served(noting(face, asked), LIMITS, log.refused, face.direct) as port:
        known = Served(port, issued, path, asked)
        assert known.ask(known.request()).status == 200  # the first use is committed, and its secret verified
        asked.clear()
        yield known
    log.close()
    os.close(descriptor)


def noting(face: Face, asked: list[str]) -> Face:
    """Return *face*, which notes what goes the long way."""

    async def noted(scope, receive, send):  # type: ignore[no-untyped-def]  # as ASGI has it
        if scope["type"] == "http":
            asked.append(scope["path"])
        await face(scope, receive, send)

    return Face(noted, face.direct)


def test_a_request_in_one_piece_is_answered_like_one_in_many(running: Served) -> None:
    whole = running.ask(running.request(scope="read", **GRANT))
    assert running.asked == []
    pieces = running.request(scope="read", **GRANT)
    with running.client() as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.say(pieces[:-5])
        time.sleep(0.1)
        parted = client.say(pieces[-5:]).answer()
    assert running.asked == ["/oauth2/token"]
    assert whole.status == parted.status == 200
    assert list(whole.headers.items())[1:] == list(parted.headers.items())[1:]  # but for the date
    assert whole.document.keys() == parted.document.keys()


def test_the_same_bytes_again_get_another_token(running: Served) -> None:
    with running.client() as client:
        tokens = {client.say(running.request()).answer().document["access_token"] for _ in range(5)}
    assert len(tokens) == 5
    assert running.asked == []


def test_the_same_bytes_are_refused_once_the_secret_is_revoked(
    running: Served, services: Services, application: ApplicationView
) -> None:
    with running.client() as client:
        assert client.say(running.request()).answer().status == 200
        services.client_secrets.revoke(application.id, running.issued.secret.id)
        answer = client.say(running.request()).answer()
    assert (answer.status, answer.document["error"]) == (401, "invalid_client")


def test_a_token_that_was_looked_up_is_inactive_once_its_secret_is_revoked(
    running: Served, services: Services, application: ApplicationView
) -> None:
    token = running.ask(running.request()).document["access_token"]
    verify = f"GET /verify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    other = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    running.issued, spent = other, running.issued
    assert running.ask(running.request()).status == 200
    for _ in range(2):
        assert running.ask(running.request("/oauth2/introspect", token=token)).document["active"] is True
        assert running.ask(verify).headers["x-client-id"] == spent.client_id
    services.client_secrets.revoke(application.id, spent.secret.id)
    assert running.ask(running.request("/oauth2/introspect", token=token)).document == {"active": False}
    assert running.ask(verify).status == 401


def test_a_bound_token_is_remembered_together_with_its_certificate(
    server: AuthorizationServer, services: Services, application: ApplicationView
) -> None:
    own, other = certificate("billing", key=1), certificate("billing", key=2)
    added = services.certificates.add(application.id, own.pem)
    client = server.mutual_tls.client(application.client_id, own.der, None)
    token = server.tokens.issue(client, None).value
    face = http_face(server, trusted=[ip_network("127.0.0.1")], forwarded=Forwarded("rfc9440", "Client-Cert"))
    asked: list[str] = []

    def verify(*shown: Certified) -> bytes:
        fields = "".join(f"Client-Cert: {each.rfc9440}\r\n" for each in shown)
        return f"GET /verify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{fields}\r\n".encode()

    def status(request: bytes, source: str = "127.0.0.1") -> int:
        with Client(port, source=source) as peer:
            return peer.say(request).answer().status

    with served(noting(face, asked), LIMITS, None, face.direct) as port:
        assert [status(verify(own)) for _ in range(3)] == [200] * 3
        assert asked == []
        for _ in range(2):
            assert [status(verify(*shown)) for shown in ((), (other,), (own, own), (own, other))] == [401] * 4
            assert status(verify(own), "127.0.0.2") == 401, "no proxy that is trusted"
        services.certificates.delete(application.id, added.id)
        assert status(verify(own)) == 401


def test_the_same_bytes_from_elsewhere_are_noted_as_from_there(
    running: Served, services: Services, application: ApplicationView
) -> None:
    for source in ("127.0.0.1", "127.0.0.2"):
        assert running.ask(running.request(), source=source).status == 200
    services.authentication.uses.flush()
    assert services.client_secrets.list(application.id)[0].last_used_from == "127.0.0.2"


def test_every_answer_has_one_line_and_every_use_counts(
    running: Served, services: Services, application: ApplicationView
) -> None:
    with running.client() as client:
        for _ in range(3):
            client.say(running.request()).answer()
    services.authentication.uses.flush()
    assert services.client_secrets.list(application.id)[0].use_count == 4
    lines = logged(running.log, 4)
    assert {tuple(line.split()[i] for i in (1, 2, 3, 4, 6)) for line in lines} == {
        ("127.0.0.1", "POST", "/oauth2/token", "200", running.issued.client_id)
    }
    assert len(lines) == 4


def test_requests_in_one_piece_are_answered_in_their_order(running: Served) -> None:
    with running.client() as client:
        client.say(running.request(), b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", running.request())
        client.say(running.request(scope="nothing", **GRANT), running.request())
        statuses = [client.answer().status for _ in range(5)]
    assert statuses == [200, 404, 200, 400, 200]


@pytest.mark.parametrize(
    ("more", "status"), [("Connection: close\r\n", 200), ("Expect: 100-continue\r\n", 100), ("Upgrade: h2c\r\n", 200)]
)
def test_what_is_out_of_the_ordinary_goes_the_long_way(running: Served, more: str, status: int) -> None:
    more += "Connection: upgrade\r\n" if "Upgrade" in more else ""
    with running.client() as client:
        client.say(running.request(more=more))
        received = client.socket.recv(65536)
    assert received.startswith(f"HTTP/1.1 {status}".encode())
    assert running.asked == ["/oauth2/token"]


def test_pieces_that_end_within_a_request_leave_nothing_behind(running: Served) -> None:
    one = running.request()
    with running.client() as client:
        client.say(one[:20])
        for _ in range(500):
            client.say(one[20:], one[:20])
            assert client.answer().status == 200
        assert sum(isinstance(thing, Prepared) for thing in gc.get_objects()) < 50


def test_nobody_is_named_who_was_not_known(server: AuthorizationServer, issued: IssuedSecret) -> None:
    server.authentication.by_secret(issued.client_id, issued.value, ApiScope.OPENID, None)
    direct = http_face(server).direct[b"/oauth2/token"]
    form = {**GRANT, "client_secret": issued.value}
    assert direct(*asking(form, client_id=issued.value)) is None
    assert direct(*asking(form, client_id="x\n2026-05-02T12:00:00.000Z - POST /oauth2/token 200")) is None
    known = direct(*asking(form, client_id=issued.client_id.upper()))
    assert known is not None
    assert known.client_id == issued.client_id


def test_a_refusal_by_the_database_is_left_to_the_long_way() -> None:
    class Endpoint:
        async def __call__(self, _scope: object, _receive: object, /) -> Made:
            raise AssertionError

        def prepared(self, _scope: object, _body: bytes, /) -> Prepared:
            return Prepared("x", refused)

    def refused() -> Made:
        raise Refusal("The disk is full.")

    found = ServedAtOnce(Endpoint(), "POST").prepared({"method": "POST"}, b"")
    assert found is not None
    assert found.answer() is None


def test_a_connection_that_is_to_be_closed_is_closed(running: Served) -> None:
    with running.client() as client:
        received = client.say(running.request(more="Connection: close\r\n")).rest()
    assert b"\r\nconnection: close\r\n" in received


def test_another_method_is_told_so(running: Served) -> None:
    answer = running.ask(b"DELETE /oauth2/token HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (answer.status, answer.headers["allow"]) == (405, "post")


def test_what_is_remembered_of_requests_holds_no_credential(server: AuthorizationServer, issued: IssuedSecret) -> None:
    face = http_face(server)
    server.authentication.by_secret(issued.client_id, issued.value, ApiScope.OPENID, None)
    shared = protocol(LIMITS, direct=face.direct).shared
    for path, form in (("/oauth2/token", GRANT), ("/oauth2/introspect", {"token": _token(server, issued)})):
        fields = {**form, "client_secret": issued.value}
        found = face.direct[path.encode()](*asking(fields, client_id=issued.client_id))
        assert found is not None
        shared.known.keep(f"{path} {issued.value}", found)
    held = reachable(shared.known._kept)
    assert issued.value not in held
    assert not any(text.startswith("eyJ") and text.count(".") == 2 for text in held)


def asking(form: dict[str, str], **more: str) -> tuple[dict[str, object], bytes]:
    """Return a request as those hear it who answer at once."""
    headers = [(b"content-type", FORM.encode())]
    scope = {"method": "POST", "path": "/", "query_string": b"", "client": ("127.0.0.1", 1), "headers": headers}
    return scope, urlencode(form | more).encode()


def _token(server: AuthorizationServer, issued: IssuedSecret) -> str:
    client = server.authentication.at_once(issued.client_id, issued.value, ApiScope.OPENID, None)
    assert client is not None
    return server.tokens.issue(client, None).value


_LOOKED_INTO = {
    *("OrderedDict", "dict", "tuple", "list", "function", "cell", "partial"),
    *("Prepared", "Proof", "Claims", "Guarded", "Presented"),
}


def reachable(*roots: object) -> set[str]:
    """Return every text that dictionaries, closures and tuples lead to, but not what services and modules hold."""
    texts, seen, waiting = set(), set(), list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, str | bytes):
            texts.add(thing if isinstance(thing, str) else thing.decode("latin-1"))
        elif type(thing).__name__ in _LOOKED_INTO:
            function = getattr(thing, "__closure__", None)
            waiting.extend(function or () if type(thing).__name__ == "function" else gc.get_referents(thing))
    return texts


def test_a_defect_is_answered_by_the_long_way() -> None:
    def defect(_scope: object, _body: bytes) -> Prepared | None:
        raise ValueError

    def late(_scope: object, _body: bytes) -> Prepared | None:
        return Prepared("x", lambda: Made(1 // 0, []))

    assert [answered_by(each) for each in (defect, late)] == [500, 500]


def answered_by(direct: Direct) -> int:
    async def app(scope, receive, send):  # type: ignore[no-untyped-def]  # as ASGI has it
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        raise ValueError

    with served(app, LIMITS, direct={b"/": direct}) as port, Client(port) as client:
        return client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answer().status
