"""Calls of a protected API that are let in where they are read: at once, and only as long as that is true."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.rules.apis import Located, Place
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.staging import WRONG
from tests.web.shell import Answer, Client, logged, served
from tests.web.test_direct import LIMITS, noting, reachable
from web.app import application as http_face
from web.direct import protocol
from web.request_log import RequestLog


@dataclass
class Running:
    """A real server in front of *weather*, and what it is asked."""

    port: int
    log: Path
    asked: list[str] = field(default_factory=list)
    """The paths of the requests that went the long way."""

    def ask(self, fields: str, target: str = "/verify/weather", times: int = 1) -> Answer:
        """Ask on one connection, as a gateway does, and return the last answer."""
        with Client(self.port) as client:
            for _ in range(times):
                client.say(f"GET {target} HTTP/1.1\r\nHost: x\r\n{fields}\r\n")
                answer = client.answer()
        return answer


@pytest.fixture
def api(services: Services, application: ApplicationView) -> ApiView:
    api = services.apis.create(
        NewApi("weather", "/weather", security=["client-id-and-secret", "bearer"], subscribed_only=True)
    )
    services.subscriptions.add(api.id, application.id)
    return api


@pytest.fixture
def pair(issued: IssuedSecret) -> str:
    return f"X-IBM-Client-Id: {issued.client_id}\r\nX-IBM-Client-Secret: {issued.value}\r\n"


@pytest.fixture
def token(server: AuthorizationServer, issued: IssuedSecret) -> str:
    client = server.authentication.by_secret(issued.client_id, issued.value, ApiScope.OPENID, None)
    return f"Authorization: Bearer {server.tokens.issue(client, None).value}\r\n"


@pytest.fixture
def running(server: AuthorizationServer, api: ApiView, tmp_path: Path) -> Iterator[Running]:
    path = tmp_path / "log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    log = RequestLog(descriptor)
    face = http_face(server, log=log)
    asked: list[str] = []
    with served(noting(face, asked), LIMITS, log.refused, face.direct) as port:
        yield Running(port, path, asked)
    log.close()
    os.close(descriptor)


def test_what_this_process_knows_is_let_in_at_once(running: Running, pair: str, token: str, api: ApiView) -> None:
    for fields in (pair, token):  # by the token's logon the secret is known as well
        for target in ("/verify/weather", "/verify/weather?a=1"):
            assert running.ask(fields, target, times=3).status == 200
        for number in range(3):
            assert running.ask(f"{fields}X-Original-URI: /weather?turn={number}\r\n").status == 200
    assert running.asked == []
    assert running.ask(token.replace(".", ".x", 1)).status == 401
    assert running.ask(pair, "/verify/nothing").status == 404
    assert len(running.asked) == 2


def test_what_is_true_no_more_is_seen_at_the_next_call(
    running: Running,
    pair: str,
    token: str,
    services: Services,
    api: ApiView,
    application: ApplicationView,
    issued: IssuedSecret,
) -> None:
    def statuses() -> list[int]:
        return [running.ask(fields, times=2).status for fields in (pair, token)]

    assert statuses() == [200, 200]
    services.subscriptions.remove(api.id, application.id)
    assert statuses() == [403, 403]
    services.subscriptions.add(api.id, application.id)
    assert statuses() == [200, 200]
    services.apis.change(api.id, ApiChanges(scopes=["admin"]))
    assert statuses() == [200, 403]
    services.apis.change(api.id, ApiChanges(scopes=[], client_id_at=Located(Place.HEADER, "X-Id")))
    assert statuses() == [401, 200]
    services.apis.change(api.id, ApiChanges(client_id_at=api.client_id_at, security=["client-id-and-secret"]))
    assert statuses() == [200, 401]
    services.apis.change(api.id, ApiChanges(security=["client-id-and-secret", "bearer"]))
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert statuses() == [401, 401]
    services.apis.delete(api.id)
    assert statuses() == [404, 404]


def test_a_secret_that_is_known_does_not_pass_an_api_that_wants_another_api_scope_by_now(
    running: Running, services: Services, api: ApiView, application: ApplicationView
) -> None:
    narrow = services.client_secrets.add(application.id, NewSecret(scopes=frozenset({ApiScope.APPLICATION})))
    fields = f"X-IBM-Client-Id: {narrow.client_id}\r\nX-IBM-Client-Secret: {narrow.value}\r\n"
    assert running.ask(fields, times=3).status == 200
    services.apis.change(api.id, ApiChanges(api_scope=ApiScope.OPENID))
    assert running.ask(fields, times=2).status == 401
    services.apis.change(api.id, ApiChanges(api_scope=ApiScope.APPLICATION))
    assert running.ask(fields, times=3).status == 200


def test_every_call_counts_once(
    running: Running, pair: str, token: str, services: Services, api: ApiView, application: ApplicationView
) -> None:
    used = services.client_secrets.list(application.id)[0].use_count
    running.ask(pair, times=3)
    running.ask(token, times=2)
    services.authentication.uses.flush()
    services.gatekeeper.callers.flush()
    (caller,) = services.subscriptions.of_api(api.id)
    assert caller.calls == 5
    assert services.client_secrets.list(application.id)[0].use_count == used + 3


def test_the_log_says_why_and_holds_no_query(
    running: Running, pair: str, token: str, issued: IssuedSecret, services: Services, api: ApiView
) -> None:
    services.apis.change(
        api.id,
        ApiChanges(
            client_id_at=Located(Place.QUERY, "client_id"),
            client_secret_at=Located(Place.QUERY, "client_secret"),
            subscribed_only=False,
        ),
    )
    query = f"client_id={issued.client_id}&client_secret="
    assert running.ask("", f"/verify/weather?{query}{issued.value}", times=2).status == 200
    assert running.ask(f"X-Original-URI: /weather?{query}{WRONG}\r\n").status == 401
    assert running.ask("", "/verify/nothing").status == 404
    written = "\n".join(logged(running.log, 4))
    assert [line.split(" ", 5)[2:5] for line in written.splitlines()] == [
        ["GET", "/verify/weather", "200"],
        ["GET", "/verify/weather", "200"],
        ["GET", "/verify/weather", "401"],
        ["GET", "/verify/nothing", "404"],
    ]
    assert [line.split("ms ")[1] for line in written.splitlines()] == [
        issued.client_id,
        issued.client_id,
        f"{issued.client_id} wrong secret",
        "- unknown API",
    ]
    assert "client_" not in written


def test_what_is_remembered_of_calls_holds_no_credential(
    server: AuthorizationServer, api: ApiView, pair: str, token: str, issued: IssuedSecret
) -> None:
    face = http_face(server)
    shared = protocol(LIMITS, direct=face.direct).shared
    for lines in (pair, token):
        fields = [line.encode().lower().split(b": ", 1)[0] for line in lines.splitlines()]
        values = [line.encode().split(b": ", 1)[1] for line in lines.splitlines()]
        headers = list(zip(fields, values, strict=True))
        scope = {"method": "GET", "path": "/verify/weather", "query_string": b"", "headers": headers}
        found = face.direct[b"/verify/weather"]({**scope, "client": ("127.0.0.1", 1)}, b"")
        assert found is not None
        shared.known.keep(lines, found)
    held = reachable(shared.known._kept)
    assert issued.client_id in held
    assert issued.value not in held
    assert token.rsplit(maxsplit=1)[-1] not in held
