"""The keys of JWT trusts: which are taken, when they are fetched, and that no flood makes a flood."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Barrier, Event, Thread, active_count

import jwt
import pytest
from sqlalchemy import Engine, event

from core.jwt_trusts.fetch_threads import FetchThreads
from core.jwt_trusts.fetching import Fetched, fetched
from core.jwt_trusts.trusted_keys import TrustedKeys
from core.outbound.exchange import Call, NoReply, Reply, exchange
from core.outbound.wire import address_of
from core.rules.limits import KEYS_PER_SET
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.trust_urls import address_objection
from core.rules.views.applications import ApplicationView
from core.rules.views.jwt_trusts import TrustView
from core.services import Services
from store.database import Database
from store.tables import JwtTrust
from tests.core.issuer import JWKS, OAUTH, OPENID, Issuer, issuing, jwk, private_key
from tests.core.odd_server import saying
from tests.staging import Clock, compose, plain_sql
from tests.staging import fetched as sql


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "one"))
        yield issuer


@pytest.fixture
def trust(services: Services, application: ApplicationView, issuer: Issuer) -> TrustView:
    """A trust by JWKS URI, fetched as it was added."""
    return services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri))


def row_of(services: Services, trust: TrustView) -> JwtTrust:
    with services.desk.database.read() as session:
        row = session.get(JwtTrust, trust.id)
        assert row is not None
        return row


def kids(services: Services, trust: TrustView, kid: str | None) -> list[str | None]:
    """Ask as a logon does: for what is wanted first, then by the keys at hand."""
    keys = services.trusted_keys
    wait(keys.fetching([row_of(services, trust)], kid), 10)
    return [key.key_id for key in keys.keys(row_of(services, trust), kid)]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what goes on in another thread."""
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def now_published(services: Services, trust: TrustView, application: ApplicationView) -> TrustView:
    return services.jwt_trusts.fetch(application.id, trust.id)


# --- which keys are taken


@pytest.mark.parametrize(
    ("kind", "algorithms"),
    [
        ("RSA2048", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        ("P-256", ["ES256"]),
        ("P-384", ["ES384"]),
        ("P-521", ["ES512"]),
        ("Ed25519", ["EdDSA"]),
    ],
)
def test_a_key_stands_once_for_each_algorithm_that_it_verifies(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer, kind: str, algorithms: list[str]
) -> None:
    issuer.publish(jwk(kind, "k", use="sig"))
    now_published(services, trust, application)
    keys = services.trusted_keys.keys(row_of(services, trust), "k")
    assert [key.algorithm_name for key in keys] == algorithms
    for key in keys:
        token = jwt.encode({"sub": "x"}, private_key(kind), algorithm=key.algorithm_name)
        assert jwt.decode(token, key, algorithms=[key.algorithm_name]) == {"sub": "x"}


def test_a_key_that_names_its_algorithm_stands_for_that_one_alone(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    issuer.publish(jwk("RSA2048", "k", alg="PS384"))
    now_published(services, trust, application)
    assert [key.algorithm_name for key in services.trusted_keys.keys(row_of(services, trust), "k")] == ["PS384"]


@pytest.mark.parametrize(
    "unfit",
    [
        pytest.param({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "alg": "HS256"}, id="symmetric"),
        pytest.param({"kty": "oct", "k": "c2VjcmV0"}, id="symmetric, without a word about it"),
        pytest.param(lambda: jwk("RSA1024"), id="a short RSA key"),
        pytest.param(lambda: jwk("K-256"), id="another curve"),
        pytest.param(lambda: jwk("P-256", alg="HS256"), id="a public key for HS256"),
        pytest.param(lambda: jwk("P-256", alg="none"), id="a public key for none"),
        pytest.param(lambda: jwk("P-256", use="enc"), id="for encryption"),
        pytest.param(lambda: jwk("P-256", key_ops=["sign"]), id="not for verifying"),
        pytest.param(lambda: jwk("P-256", kid=["k"]), id="an odd kid"),  # type: ignore[arg-type]  # as said
        pytest.param(lambda: jwk("P-256", "k" * 256), id="a long kid"),
        pytest.param(lambda: {**jwk("P-256"), "x": "AAAA"}, id="a point that is none"),
        pytest.param(lambda: {**jwk("P-256"), "crv": "P-384"}, id="the wrong curve"),
        pytest.param(lambda: {**jwk("P-256"), "x": 7}, id="a number for text"),
        pytest.param({"kty": ["EC"]}, id="an odd kind"),
        pytest.param("a word", id="no object"),
    ],
)
def test_a_key_that_is_not_fit_is_left_out(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer, unfit: object
) -> None:
    issuer.publish(unfit() if callable(unfit) else unfit, jwk("P-384", "fit"))
    view = now_published(services, trust, application)
    assert [key.kid for key in view.keys] == ["fit"]
    assert view.failure is None


@pytest.mark.parametrize("kind", ["RSA2048", "P-256", "Ed25519"])
def test_of_a_private_key_the_public_half_is_stored_and_nothing_else(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer, kind: str
) -> None:
    whole = jwk(kind, "k", private=True)
    issuer.publish(whole)
    now_published(services, trust, application)
    ((stored,),) = sql(services.desk.database, "SELECT keys FROM jwt_trusts")
    (public,) = json.loads(str(stored))["keys"]
    assert public == jwk(kind, "k")
    assert whole["d"] not in str(sql(services.desk.database, "SELECT before, after FROM audit_events")) + str(stored)


@pytest.mark.parametrize(
    ("published", "came"),
    [
        ([], "is a JWK Set without any key."),
        ([{"kty": "oct", "k": "c2VjcmV0"}], "with no key that can be used, only 1 oct."),
        ([jwk("RSA1024"), jwk("P-256", use="enc"), jwk("K-256")], "only 2 EC, 1 RSA."),
        ([7, {"kty": ["EC"]}, {"kty": "\x1b[2J"}], "only 3 of an unknown kind."),
    ],
)
def test_a_set_without_a_key_that_can_be_used_is_a_failure_that_says_what_came(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer, published: list[object],
    came: str,
) -> None:  # fmt: skip
    issuer.publish(*published)
    view = now_published(services, trust, application)
    assert view.keys == trust.keys
    assert came in (view.failure or "")
    assert "The last good keys still count: to end that, delete the trust" in (view.failure or "")
    assert kids(services, trust, None) == ["one"]


# --- what an issuer may answer


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        return


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    """Send a header now and then, byte by byte."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 X\r\nX: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.05)
    except OSError:
        return


def pour(handler: BaseHTTPRequestHandler) -> None:
    """Send as much as can be sent, for ever."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        return


def redirect(where: str) -> object:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", where)
        handler.end_headers()

    return answer


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (drip, "No answer within 0.5 s from "),
        (drip_headers, "No answer within 0.5 s from "),
        (pour, "larger than 64 kB: check the URL"),
        (redirect("/elsewhere"), "redirects (status 302), which is not followed: name the final URL in place of"),
        (redirect("file:///etc/hostname"), "redirects (status 302)"),
        (redirect("https://keys.example/"), "redirects (status 302)"),
        ((500, b"{}"), "The server has a fault (status 500): try again later"),
        ((404, b""), "Nothing is there (status 404): check the path of http"),
        ((403, b""), "It is shown to nobody (status 403)"),
        ((418, b""), "It answers with status 418: check http"),
        ((200, b"<html>"), "is no JWK Set"),
        ((200, b'{"keys": {}}'), "is no JWK Set"),
        ((200, b"[" * 60_000), "is no JWK Set"),
        (
            (200, b'{"keys": [%s]}' % b",".join([b"1"] * (KEYS_PER_SET + 1))),
            "has 51 keys; at most 50 are taken; asked: http",
        ),
        ((200, b"\xff\xfe"), "is no JWK Set"),
    ],
)
def test_what_is_no_key_set_keeps_the_last_good_one_and_says_why(
    database: Database, clock: Clock, services: Services, application: ApplicationView, trust: TrustView,
    issuer: Issuer, answer: object, sentence: str,
) -> None:  # fmt: skip
    issuer.says[JWKS] = answer  # type: ignore[assignment]  # each is one of the two
    clock.advance(hours=1)
    threads = active_count()
    TrustedKeys(services.desk, patience=0.5).fetch(trust.id)
    (view,) = services.jwt_trusts.list(application.id)
    assert sentence in (view.failure or "")
    assert (view.failed_at, view.fetched_at, view.keys) == (clock(), trust.fetched_at, trust.keys)
    assert issuer.asked["/elsewhere"] == 0
    ends = time.monotonic() + 5
    while active_count() > threads:  # nobody goes on listening to what never ends
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_who_does_not_listen_is_a_sentence_and_no_end_of_the_trust(
    services: Services, application: ApplicationView
) -> None:
    view = services.jwt_trusts.add(application.id, NewTrust(jwks_uri="http://127.0.0.1:9/keys"))
    assert view.failure == "Nothing listens at http://127.0.0.1:9."
    assert (view.keys, view.fetched_at) == ((), None)


def test_a_handshake_that_never_ends_keeps_nobody(services: Services, application: ApplicationView) -> None:
    def never_ready(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x3f\xff")  # a record of TLS begins, and is long
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)

    threads = active_count()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Thread(target=never_ready, args=(listening,))
        server.start()
        with pytest.raises(NoReply, match="No answer within"):
            exchange(Call(f"https://127.0.0.1:{listening.getsockname()[1]}/"), 0.5)
        server.join(5)
    ends = time.monotonic() + 5
    while active_count() > threads:
        assert time.monotonic() < ends
        time.sleep(0.02)


# --- discovery


def look(issuer: Issuer, path: str = "") -> Fetched:
    return fetched(exchange, 2.0, issuer.url + path, None)


def test_the_keys_of_an_issuer_are_where_its_metadata_say(issuer: Issuer) -> None:
    issuer.describe()
    assert look(issuer).discovered_uri == issuer.jwks_uri
    assert issuer.asked == {OPENID: 1, JWKS: 1}


@pytest.mark.parametrize("path", ["/tenant", "/tenant/"])
def test_the_path_of_an_issuer_stands_before_one_well_known_path_and_behind_the_other(
    issuer: Issuer, path: str
) -> None:
    issuer.describe(OAUTH + "/tenant", issuer=issuer.url + path)
    assert look(issuer, path).failure is None
    assert list(issuer.asked) == ["/tenant" + OPENID, OAUTH + "/tenant", JWKS]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"issuer": "https://other.example"}, "calls itself otherwise"),
        ({"issuer": None}, "calls itself otherwise"),
        ({"jwks_uri": None}, "name no jwks_uri"),
        ({"jwks_uri": ["x"]}, "name no jwks_uri"),
        ({"jwks_uri": "http://keys.example/"}, "The JWKS URI begins with https://"),
        ({"jwks_uri": "file:///etc/hostname"}, "cannot be trusted"),
        ({"jwks_uri": "https://a:b@keys.example/"}, "a user or a password"),
    ],
)
def test_metadata_that_say_something_else_are_not_believed(
    issuer: Issuer, other: dict[str, object], sentence: str
) -> None:
    issuer.describe(**other)
    outcome = look(issuer)
    assert sentence in (outcome.failure or "")
    assert (outcome.keys, issuer.asked[JWKS]) == (None, 0)


@pytest.mark.parametrize(
    ("openid", "oauth", "said"),
    [
        ((404, b""), (404, b""), "says nowhere where its keys are (status 404): check its URL, or give the JWKS URI; "),
        (
            (200, b"<html>welcome"),
            (404, b""),
            "answers is no JSON object: check its URL, or give the JWKS URI; asked: ",
        ),
        ((404, b""), (403, b""), "shows its metadata to nobody (status 403): give the JWKS URI; asked: "),
        ((301, b""), (200, b"[]"), "redirects (status 301), which is not followed: check its URL, or give the JWKS"),
        ((404, b""), (500, b""), "'s server has a fault (status 500): try again later; asked: "),
        ((429, b""), (404, b""), "is asked too often (status 429): try again later; asked: "),
    ],
)
def test_an_issuer_without_metadata_gets_the_advice_that_fits_its_answer_before_the_urls(
    issuer: Issuer, openid: tuple[int, bytes], oauth: tuple[int, bytes], said: str
) -> None:
    issuer.says[OPENID], issuer.says[OAUTH] = openid, oauth
    failure = look(issuer).failure or ""
    assert said in failure
    assert failure.endswith(f"; asked: {issuer.url}{OPENID} and {issuer.url}{OAUTH}.")


def test_another_machine_does_not_lead_to_what_is_on_this_one(issuer: Issuer) -> None:
    metadata = json.dumps({"issuer": "https://login.example", "jwks_uri": issuer.jwks_uri}).encode()

    def send(call: object, within: float) -> object:
        return Reply(200, metadata)

    outcome = fetched(send, 1.0, "https://login.example", None)  # type: ignore[arg-type]  # as `Exchange` is
    assert "name keys on this machine" in (outcome.failure or "")
    assert not issuer.asked


def test_a_fetch_has_one_time_for_all_of_its_requests(issuer: Issuer) -> None:
    issuer.says[OPENID] = drip
    began = time.monotonic()
    failure = fetched(exchange, 0.5, issuer.url, None).failure or ""
    assert "No answer within 0.5 s" in failure
    assert time.monotonic() - began < 2
    assert list(issuer.asked) == [OPENID]


@pytest.mark.parametrize(
    ("url", "address", "elsewhere", "words"),
    [
        ("http://localhost/keys", "127.0.0.1", False, None),
        ("http://localhost/keys", "10.0.0.5", False, "leads to 10.0.0.5, which is not this machine: use https."),
        ("https://keys.example/", "10.0.0.5", True, None),
        ("https://keys.example/", "fd00::5", True, None),
        ("https://keys.example/", "127.0.0.1", False, None),
        ("https://keys.example/", "127.0.0.2", True, "leads to this machine, which is not its own."),
        ("https://keys.example/", "169.254.169.254", False, "leads to 169.254.169.254, a link-local address"),
        ("https://keys.example/", "fe80::1%eth0", False, "leads to fe80::1, a link-local address"),
        ("https://keys.example/", "::ffff:169.254.169.254", False, "leads to 169.254.169.254, a link-local address"),
        ("https://keys.example/", "64:ff9b::a9fe:a9fe", False, "leads to 169.254.169.254, a link-local address"),
        ("https://keys.example/", "64:ff9b::203.0.113.5", True, None),
        ("https://keys.example/", "2002:7f00:1::", True, "leads to this machine, which is not its own."),
        ("https://keys.example/", "fd00:ec2::254", False, "where a cloud tells its machines their credentials"),
        ("https://keys.example/", "100.100.100.200", False, "where a cloud tells its machines their credentials"),
    ],
)
def test_where_a_name_leads_is_looked_at_by_its_address(
    url: str, address: str, elsewhere: bool, words: str | None
) -> None:
    objection = address_objection(url, address_of(address), elsewhere=elsewhere)
    assert objection is None if words is None else words in (objection or "")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0%2E1"])
def test_nothing_is_sent_to_an_address_that_was_refused(scheme: str, host: str) -> None:
    seen: list[object] = []

    def guard(address: object) -> str:
        seen.append(str(address))
        return "Not there."

    with saying(b"") as server:
        url = f"{scheme}://{host}:{server.address.rpartition(':')[2]}/keys"
        with pytest.raises(NoReply, match="Not there"):
            exchange(Call(url, guard=guard), 5)
        until(lambda: bool(server.heard))
    assert (seen, server.heard) == (["127.0.0.1"], [b""])


def test_a_name_that_leads_to_this_machine_is_not_taken_from_another_one(issuer: Issuer) -> None:
    metadata = json.dumps({"issuer": "https://login.example", "jwks_uri": f"https://127.1:{issuer.url[17:]}/"}).encode()

    def send(call: Call, within: float) -> Reply:
        return exchange(call, within) if "127.1" in call.url else Reply(200, metadata)

    assert "leads to this machine, which is not its own." in (
        fetched(send, 2.0, "https://login.example", None).failure or ""
    )


# --- when they are fetched


@pytest.mark.parametrize("hours", [12, 24])
def test_a_set_is_fetched_anew_when_it_is_due_and_not_before(
    services: Services, application: ApplicationView, clock: Clock, issuer: Issuer, hours: int
) -> None:
    trust = services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri, refresh_hours=hours))
    issuer.publish(jwk("P-256", "one"), jwk("P-384", "two"))
    clock.advance(hours=hours, seconds=-1)
    assert kids(services, trust, "one") == ["one"]
    assert issuer.asked[JWKS] == 1
    clock.advance(seconds=1)
    assert kids(services, trust, None) == ["one", "two"]
    assert issuer.asked[JWKS] == 2


def test_a_new_key_is_found_by_its_kid_before_the_set_is_due(
    services: Services, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    issuer.publish(jwk("P-256", "two", number=2))
    assert kids(services, trust, "two") == []  # it was fetched within the minute
    clock.advance(minutes=1)
    assert kids(services, trust, "two") == ["two"]
    assert kids(services, trust, "one") == []


def test_keys_without_a_kid_may_be_meant_by_any(services: Services, application: ApplicationView) -> None:
    with issuing() as issuer:
        issuer.publish(jwk("P-256"), jwk("P-384", "other"))
        trust = services.jwt_trusts.add(application.id, NewTrust(jwks_uri=issuer.jwks_uri))
        assert kids(services, trust, "mine") == [None]


def test_a_flood_of_unknown_kids_fetches_once_a_minute(
    services: Services, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    with ThreadPoolExecutor(16) as pool:
        for minute in range(3):
            assert issuer.asked[JWKS] == 1 + minute
            clock.advance(minutes=1)
            found = list(pool.map(lambda number: kids(services, trust, f"unknown {number}"), range(200)))
            assert found == [[]] * 200
    assert issuer.asked[JWKS] == 4


def test_an_issuer_that_fails_is_asked_once_a_minute_and_its_last_good_keys_hold(
    services: Services, application: ApplicationView, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    issuer.says[JWKS] = 500, b""
    clock.advance(hours=30)
    for asked in (2, 3):
        for _ in range(20):
            assert kids(services, trust, "one") == ["one"]
        assert services.jwt_trusts.list(application.id)[0].failed_at == clock()
        assert issuer.asked[JWKS] == asked
        clock.advance(minutes=1)


def test_several_processes_share_the_minute_by_the_row(
    services: Services, database: Database, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    clock.advance(minutes=1)
    row = row_of(services, trust)  # all of them read it before anybody sets out
    others = [compose(database, clock).trusted_keys for _ in range(4)]
    together = Barrier(len(others))

    def ask(keys: TrustedKeys) -> int:
        together.wait()
        return len(wait(keys.fetching([row], "unknown"), 10).done)

    with ThreadPoolExecutor(len(others)) as pool:
        assert list(pool.map(ask, others)) == [1] * len(others)
    assert issuer.asked[JWKS] == 2


def test_threads_that_need_the_same_fetch_share_it_and_who_has_a_key_does_not_wait(
    services: Services, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    begun, go_on = Event(), Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        begun.set()
        go_on.wait(5)
        content = json.dumps({"keys": [jwk("P-256", "one"), jwk("P-384", "two")]}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    issuer.says[JWKS] = slowly
    clock.advance(hours=23)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(kids, services, trust, "two") for _ in range(4)]
        assert begun.wait(5)
        assert kids(services, trust, "one") == ["one"]
        assert not any(each.done() for each in waiting)
        go_on.set()
        assert [each.result(5) for each in waiting] == [["two"]] * 4
    assert issuer.asked[JWKS] == 2


def test_issuers_that_hang_keep_nobody_from_the_keys_of_another(
    database: Database, clock: Clock, application: ApplicationView
) -> None:
    go_on = Event()

    def send(call: Call, within: float) -> Reply:
        if "hangs" in call.url:
            go_on.wait(10)
        return Reply(200, json.dumps({"keys": [jwk("P-256", "one")]}).encode())

    services = compose(database, clock, send=send)
    answers = services.jwt_trusts.add(application.id, NewTrust(jwks_uri="https://answers.example/keys"))
    go_on.set()
    hang = [
        services.jwt_trusts.add(application.id, NewTrust(jwks_uri=f"https://hangs.example/{number}"))
        for number in range(12)
    ]
    go_on.clear()
    clock.advance(days=1)
    try:
        slow = services.trusted_keys.fetching([row_of(services, trust) for trust in hang], "one")
        (quick,) = services.trusted_keys.fetching([row_of(services, answers)], "one")
        assert quick.result(5) is None
        assert not any(fetch.done() for fetch in slow)
    finally:
        go_on.set()
    assert wait(slow, 10).not_done == set()
    assert row_of(services, hang[-1]).fetched_at == clock()


def test_a_fetch_that_breaks_by_a_defect_says_so_and_the_last_good_keys_count(
    database: Database, clock: Clock, application: ApplicationView
) -> None:
    broken: list[Exception] = []

    def send(call: Call, within: float) -> Reply:
        if broken:
            raise broken[0]
        return Reply(200, json.dumps({"keys": [jwk("P-256", "one")]}).encode())

    services = compose(database, clock, send=send)
    trust = services.jwt_trusts.add(application.id, NewTrust(jwks_uri="https://keys.example/"))
    broken.append(KeyError("no such member"))
    clock.advance(days=1)
    (fetch,) = services.trusted_keys.fetching([row_of(services, trust)], "one")
    assert fetch.result(5) is broken[0]
    (view,) = services.jwt_trusts.list(application.id)
    assert (view.failure or "").startswith("Fetching broke off by a defect of keydesk")
    assert kids(services, trust, "one") == ["one"]
    with pytest.raises(KeyError):
        now_published(services, trust, application)


def test_what_waits_for_a_thread_at_the_end_is_cancelled() -> None:
    begun, go_on, threads = Event(), Event(), FetchThreads(of_one_origin=1)

    def fetch() -> None:
        begun.set()
        go_on.wait(10)

    first, second = threads.submit("a", fetch), threads.submit("a", fetch)
    assert begun.wait(5)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(threads.close)
        until(second.cancelled)
        go_on.set()
        ended.result(5)
    assert first.result() is None
    assert threads.submit("a", fetch).cancelled()


def test_fetch_now_takes_the_application_before_the_trust_as_logons_do(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    read: list[str] = []

    def seen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        read.extend(re.findall(r"FROM (applications|jwt_trusts)", statement))

    issuer.publish(jwk("P-384", "two"))
    event.listen(Engine, "before_cursor_execute", seen)
    try:
        services.trusted_keys.fetch(trust.id, lambda _session, owner, _row, _before: read.append(owner.name))
    finally:
        event.remove(Engine, "before_cursor_execute", seen)
    assert read == ["jwt_trusts", "applications", "jwt_trusts", application.name], "the first is to know the URL"


def test_a_clock_that_was_set_back_does_not_keep_a_set_for_ever(
    services: Services, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    clock.set(days=-400)
    assert kids(services, trust, "one") == ["one"]
    assert row_of(services, trust).fetched_at == clock()
    assert kids(services, trust, "one") == ["one"]
    assert issuer.asked[JWKS] == 2


def test_a_trust_that_is_gone_or_leads_elsewhere_by_now_gets_no_keys(
    services: Services, trust: TrustView, clock: Clock, issuer: Issuer
) -> None:
    row = row_of(services, trust)
    clock.advance(minutes=1)
    plain_sql(services.desk.database, "UPDATE jwt_trusts SET keys = NULL, fetched_at = NULL")

    def meanwhile(handler: BaseHTTPRequestHandler) -> None:
        plain_sql(services.desk.database, "UPDATE jwt_trusts SET jwks_uri = 'https://keys.example/'")
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(json.dumps({"keys": [jwk("P-384", "two")]}).encode())

    issuer.says[JWKS] = meanwhile
    assert kids(services, trust, "two") == []
    plain_sql(services.desk.database, "DELETE FROM jwt_trusts")
    clock.advance(minutes=1)
    (fetch,) = services.trusted_keys.fetching([row], "two")
    assert fetch.result(5) is None


def test_keys_that_were_altered_by_hand_are_no_keys(services: Services, trust: TrustView) -> None:
    plain_sql(services.desk.database, "UPDATE jwt_trusts SET keys = '{\"keys\": 7'")
    assert services.trusted_keys.keys(row_of(services, trust), "one") == ()
