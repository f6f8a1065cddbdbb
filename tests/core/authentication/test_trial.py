"""Trying a credential: a real request to the real server, and what other servers may say instead."""

import json
import socket
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import unquote_plus

import pytest

from core.authentication.trial import Trial
from core.outbound.exchange import Call, NoReply, Reply, exchange
from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from screenshots.serving import serving
from store.database import open_database
from tests.core.odd_server import answer, saying
from tests.staging import Clock, compose, plain_sql

TOKEN = "/oauth2/token"


@pytest.fixture
def address(path: Path, clock: Clock, services: Services) -> Iterator[str]:
    """A server of ours that works, in its own connections to the database."""
    with serving(compose(open_database(path), clock)) as address:
        yield address


def announce(services: Services, issuer: str) -> None:
    """Leave a row as a server does that is killed."""
    statement = (
        "INSERT INTO servers (address, issuer, started_at) VALUES (:issuer, :issuer, '2026-05-02 12:00:30.000000')"
    )
    plain_sql(services.desk.database, statement, issuer=issuer)


def tried(services: Services, *, patience: float = 2.0) -> Trial:
    return Trial(services.servers, patience=patience)


def test_a_secret_that_works_gets_a_token_which_is_told_and_cut(
    address: str, services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["read", "write"]))
    view = services.trial.ask(application.client_id, issued.value)
    now = int(clock().timestamp())
    assert (view.url, view.status, view.trouble) == (address + TOKEN, 200, None)
    assert view.answer is not None
    assert view.answer.pop("access_token").startswith("eyJ0eXAi… (")
    assert view.answer == {"token_type": "Bearer", "expires_in": 3600, "scope": "read write"}
    assert view.header is not None
    assert {name: view.header[name] for name in ("typ", "alg")} == {"typ": "at+jwt", "alg": "ES256"}
    assert view.claims is not None
    jti = view.claims.pop("jti")
    assert len(jti) == 44
    assert view.claims == {
        "iss": address,
        "sub": application.client_id,
        "client_id": application.client_id,
        "aud": address,
        "exp": now + 3600,
        "iat": now,
        "scope": "read write",
    }


def test_it_counts_as_any_logon_does(
    address: str, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    services.trial.ask(application.client_id, issued.value)
    (secret,) = services.client_secrets.list(application.id)
    assert (secret.use_count, secret.last_used_from) == (1, "127.0.0.1")
    services.trial.ask(application.client_id, issued.value[:-1] + "-")
    assert services.locks.show(application.id).failed_logons == 1


def test_a_secret_that_does_not_work_gets_the_answer_of_every_other(
    address: str, services: Services, application: ApplicationView
) -> None:
    closed = services.client_secrets.add(application.id, NewSecret(scopes=frozenset({ApiScope.APPLICATION})))
    views = [
        services.trial.ask(application.client_id, value) for value in (closed.value, "wrong", "ä b&c=%+:", "\udc80")
    ]
    assert {(view.status, view.trouble) for view in views} == {(401, None)}
    assert views[0].answer == {"error": "invalid_client", "error_description": "Client authentication failed."}
    assert all(view.answer == views[0].answer and view.claims is None for view in views)


def test_the_server_that_works_is_told_from_one_that_was_killed(address: str, services: Services) -> None:
    standing = services.trial.standing()
    assert standing.running is not None
    assert (standing.issuer, standing.running.address) == (address, address)
    announce(services, "http://127.0.0.1:9")
    assert services.trial.standing().issuer == address


def test_without_a_server_the_issuer_is_that_of_the_last_one_or_the_usual_one(services: Services) -> None:
    assert services.trial.standing().issuer == DEFAULT_ISSUER
    assert services.trial.standing().running is None
    announce(services, "http://127.0.0.1:9")
    standing = services.trial.standing()
    assert (standing.issuer, standing.running) == ("http://127.0.0.1:9", None)
    view = services.trial.ask("id", "value")
    assert view.trouble == "Nothing listens at http://127.0.0.1:9. Start it with: keydesk serve"
    assert view.status is None


@pytest.mark.parametrize(
    "says",
    [answer(200, b'{"issuer": "http://another"}'), answer(200, b"<html>"), answer(503, b"{}"), b"SSH-2.0\r\n", b""],
    ids=["other issuer", "no JSON", "no database", "no HTTP", "hangs"],
)
def test_whoever_else_has_taken_the_address_is_no_server_of_ours(services: Services, says: bytes) -> None:
    with saying(says) as server:
        announce(services, server.address)
        begun = monotonic()
        assert services.trial.standing().running is None
        assert monotonic() - begun < 3


def test_credentials_are_form_encoded_before_they_are_joined(services: Services) -> None:
    with saying(answer(401, b"{}")) as server:
        announce(services, server.address)
        tried(services).ask("an id", "p:ä%+&=\r\nHost: x")
        asked = server.heard[-1].decode()
    assert asked.startswith(f"POST {TOKEN} HTTP/1.1\r\n")
    assert asked.endswith("\r\n\r\ngrant_type=client_credentials")
    (line,) = [line for line in asked.splitlines() if line.startswith("Authorization: ")]
    joined = b64decode(line.removeprefix("Authorization: Basic ")).decode()
    assert [unquote_plus(part) for part in joined.split(":")] == ["an id", "p:ä%+&=\r\nHost: x"]


def test_a_redirect_is_not_followed(services: Services) -> None:
    with saying(answer(200, b"{}")) as other, saying(answer(307, b"", f"Location: {other.address}/x")) as server:
        announce(services, server.address)
        view = tried(services).ask("id", "value")
        assert view.status == 307
        assert view.trouble is not None
        assert view.trouble.startswith("It redirects")
        assert not other.heard


def test_a_server_that_hangs_is_given_up(services: Services) -> None:
    with saying(b"") as server:
        announce(services, server.address)
        view = tried(services, patience=0.2).ask("id", "value")
        assert view.trouble == f"No answer within 0.2 s from {server.address}. Start it with: keydesk serve"


@pytest.mark.parametrize(
    ("says", "status", "words"),
    [
        (answer(200, b"<html>"), 200, "no JSON object"),
        (answer(200, b"[" * 60_000), 200, "no JSON object"),
        (answer(200, b" " * 70_000), None, "larger than 64 kB"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", None, "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", None, "does not speak HTTP"),
    ],
    ids=["no JSON", "deep", "large", "no HTTP", "many fields"],
)
def test_what_is_no_answer_of_a_token_endpoint_is_said(
    services: Services, says: bytes, status: int | None, words: str
) -> None:
    with saying(says) as server:
        announce(services, server.address)
        view = tried(services).ask("id", "value")
    assert view.status == status
    assert words in str(view.trouble)
    assert view.answer is None


def test_an_answer_that_is_hostile_is_bounded(services: Services) -> None:
    content = {f"\x1b]52;c;{number}\x07": "\x9b31m" * 100 for number in range(50)} | {"access_token": "a.b.c"}
    with saying(answer(200, json.dumps(content).encode())) as server:
        announce(services, server.address)
        view = tried(services).ask("id", "value")
    assert view.answer is not None
    assert len(view.answer) == 25
    assert all(len(name) <= 41 and len(value) <= 201 for name, value in view.answer.items())
    assert view.claims is None


@pytest.mark.parametrize("issuer", ["http://keys.example", "http://127.0.0.1@keys.example", "ftp://keys", "http://["])
def test_a_secret_goes_nowhere_in_clear_but_to_this_machine(services: Services, issuer: str) -> None:
    asked = []

    def send(call: Call, _within: float) -> Reply:
        asked.append(call.url)
        raise NoReply("Nobody.")

    announce(services, issuer)
    view = Trial(services.servers, send=send).ask("id", "value")
    assert str(view.trouble).startswith("The secret would travel in clear")
    assert asked == [f"{issuer}/healthz"]


def test_neither_secret_nor_token_stands_in_a_repr(
    address: str, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    view = services.trial.ask(application.client_id, issued.value)
    call = Call("http://127.0.0.1", {"Authorization": issued.value}, issued.value.encode())
    assert issued.value not in repr(view) + repr(call) + repr(services.trial)
    assert "eyJ" not in repr(view)


def test_a_proxy_is_asked_for_other_machines_and_never_for_this_one() -> None:
    with saying(answer(502, b"")) as proxy, saying(answer(200, b"{}")) as server:
        proxies = {"http": proxy.address, "https": proxy.address}
        assert exchange(Call(server.address), 2.0, proxies=lambda: proxies).status == 200
        assert not proxy.heard
        with pytest.raises(NoReply):
            exchange(Call("https://keys.example/oauth2/token"), 2.0, proxies=lambda: proxies)
        assert proxy.heard[0].startswith(b"CONNECT keys.example:443 ")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/hostname", "check the issuer"),
        ("http://127.0.0.1:x/", "check the issuer"),
        ("http://127.0.0.1/a b\r\nc", "check the issuer"),
        ("https://{address}/", "check that https is spoken"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(url: str, words: str) -> None:
    with saying(answer(200, b"{}")) as server:
        where = url.replace("{address}", server.address.removeprefix("http://"))
        with pytest.raises(NoReply, match=words):
            exchange(Call(where), 2.0)


def test_a_name_that_nobody_knows_is_said() -> None:
    try:
        socket.getaddrinfo("nowhere.invalid", 80)
    except socket.gaierror:
        pass
    else:
        pytest.skip("this machine knows every name")
    with pytest.raises(NoReply, match="is not known here"):
        exchange(Call("https://nowhere.invalid/"), 5.0, proxies=dict)
