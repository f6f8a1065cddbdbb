"""The printed configurations under real gateways: who gets in, who does not, and what the upstream sees of them."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.flows.gateways import Answer, Guarded, bearer, caddy, guarded, haproxy, header, nginx
from tests.flows.upstream import upstream

pytestmark = pytest.mark.slow

Gateway = Callable[..., AbstractContextManager[None]]
ASKING = pytest.mark.parametrize("gateway", [nginx, caddy], ids=lambda each: each.__name__)
EVERY = pytest.mark.parametrize("gateway", [nginx, caddy, haproxy], ids=lambda each: each.__name__)
MADE_UP = [
    header(name, "made-up")
    for name in (
        *("X-Client-Id", "x-client-id", "X-CLIENT-ID", "X_Client_Id", "X-Client_Id", "X_CLIENT-ID"),
        *("X-Scope", "x-scope", "X_Scope", "X-Denial", "X_Denial"),
    )
]
ODD = [
    header(f"X{sign}{name}", "made-up")
    for sign in ("__", ".", "~", "!", "#", "$", "%", "&", "'", "*", "+", "^", "`", "|", "-_")
    for name in ("Client_Id", "client-id", "Client.Id", "Scope", "DENIAL")
]
TO_KEYDESK = [
    header("X-Original-URI", "/weather?client_id=made-up"),
    header("X-Forwarded-Uri", "/weather?client_id=made-up"),
    header("Client-Cert", "made-up"),
    header("X-Forwarded-For", "203.0.113.9"),
    header("Forwarded", "for=203.0.113.9"),
]
CLIMBING = [
    *("/weather/../admin", "/weather/%2e%2e/admin", "/weather/..%2fadmin", "/weather/a/../../admin"),
    *("/weather/..;/admin", "/weather/..;x=1/admin", "/weather/..%3b/admin", "/weather/%2e.;/admin", "/weather/.;/x"),
    *("/weather/..%5cadmin", "/weather/..%5Cadmin", "/weather/a%5c..%5c..%5cadmin", "/weather/..%5c", "/weather/a/..;"),
    *("/weather/x%/../../admin", "/weather/%2g/..;/admin", "/weather/%/..%2f..%2fadmin", "/weather/%zz/../../admin"),
    *("/weather/..%00/admin", "/weather/..%20/admin", "/weather/..%09/admin", "/weather/a/..%20", "/weather/.%0a;/x"),
]
ENDED: dict[Gateway, str] = {nginx: '" 200 ', caddy: '"msg":"shutdown complete"', haproxy: ""}
"""What a gateway that has ended wrote; HAProxy writes nothing without a log of the system's."""
IBM = '{{"httpCode":"401","httpMessage":"Unauthorized","moreInformation":"{}"}}'


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Guarded]:
    directory = tmp_path / "gateway"
    directory.mkdir()
    with guarded(home, directory) as desk:
        yield desk


def seen(answer: Answer) -> dict[str, Any]:
    """Return what the upstream was asked; its header names in lower case, with dashes."""
    assert answer.status == 200, answer
    told = json.loads(answer.body)
    fields: dict[str, list[str]] = {}
    for name, value in told["headers"]:
        fields.setdefault(name.lower().replace("_", "-"), []).append(value)
    return {**told, "fields": fields}


def check_identity(desk: Guarded, answer: Answer, scope: str | None) -> None:
    """The upstream sees the verified client ID and nothing of what the caller made up."""
    told = seen(answer)
    assert told["fields"]["x-client-id"] == [desk.credential.client_id]
    assert told["fields"].get("x-scope", [""]) == [scope or ""]
    assert "x-denial" not in told["fields"]
    assert told["fields"]["x-forwarded-for"] == ["127.0.0.1"]
    assert "made-up" not in answer.body
    assert desk.credential.secret not in answer.body


def check_unlogged(desk: Guarded, secret: str, *lines: str) -> None:
    """The logs do not hold the secret, and were written: these lines stand there."""
    logged = desk.logged()
    for line in lines:
        assert line in logged, line
    assert secret not in logged


@ASKING
def test_the_pair_none_wrong_right(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--profile", "ibm-v5")
    with gateway(desk):
        none, unknown = desk.asked("/weather/now"), desk.asked("/weather/now", *desk.pair(client_id=str(uuid4())))
        wrong = desk.asked("/weather/now", *desk.pair(secret="wrong"))
        assert [none.status, unknown.status, wrong.status] == [401, 401, 401]
        assert unknown.body == IBM.format("Client ID not registered")
        assert wrong.body == IBM.format("Invalid client id or secret.")
        assert unknown.field("Content-Type") == ["application/json"]
        elsewhere = desk.asked("/weather/now", header("Host", "elsewhere.example"))
        assert elsewhere.status == {nginx: 401, caddy: 404}[gateway], "a name that nobody serves is no open API"
        assert desk.upstream.paths == []

        right = desk.asked("/weather/now?a=1", *desk.pair(), *MADE_UP, *TO_KEYDESK)
        check_identity(desk, right, None)
        assert seen(right)["path"] == "/v1/now?a=1"
        assert {"x-ibm-client-id", "x-ibm-client-secret"}.isdisjoint(seen(right)["fields"])
        posted = seen(desk.asked("/weather", *desk.pair(), 'data = "hello=1"'))
        assert (posted["method"], posted["path"], posted["body"]) == ("POST", "/v1", "hello=1")
        assert desk.asked("/weather/refused", *desk.pair()).status == 401  # the upstream's own, as it is
        assert len(desk.upstream.paths) == 3
        odd = [header(name, "made-up") for name in ("X_IBM_Client_Id", "X-IBM_Client-Id", "Client_Cert")]
        fields = seen(desk.asked("/weather/now", *desk.pair(), *odd))["fields"]
        assert {"x-ibm-client-id", "client-cert"}.isdisjoint(fields)
        ended = desk.asked("/weather/now", *desk.pair(), header("Connection", "X-Client-Id, x-scope"))
        if ended.status != 400:
            check_identity(desk, ended, None)
    (failure,) = desk.installed.ran("lock", "show", "billing-api")["failures"]
    assert (failure["count"], failure["source"]) == (1, "127.0.0.1")  # a refusal is asked about once


@EVERY
def test_tokens_none_wrong_right(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--security", "bearer", "--scope", "read", base="")
    full, poor = desk.token("read", "write"), desk.token("write")
    with gateway(desk):
        none, altered = desk.asked("/weather/now"), desk.asked("/weather/now", bearer(full[:-8] + "AAAAAAAA"))
        lacking = desk.asked("/weather/now", bearer(poor))
        assert [none.status, altered.status, lacking.status] == [401, 401, 403]
        assert none.field("WWW-Authenticate") == ['Bearer realm="weather"']
        assert altered.field("WWW-Authenticate") == ['Bearer realm="weather", error="invalid_token"']
        assert lacking.field("WWW-Authenticate") == ['Bearer realm="weather", error="insufficient_scope", scope="read"']
        assert [none.body, altered.body, lacking.body] == ["", "", ""]
        assert desk.upstream.paths == []

        assert none.field("Content-Type") == lacking.field("Content-Type") == []
        right = desk.asked("/weather/now", bearer(full), *MADE_UP, *ODD, *TO_KEYDESK)
        check_identity(desk, right, "read write")
        assert seen(right)["path"] == "/now"
        assert seen(right)["fields"]["authorization"] == [f"Bearer {full}"]
        assert seen(desk.asked("/weather", bearer(full)))["path"] == "/"
        assert desk.asked("/weather/now", bearer(full), bearer(full)).status in (400, 401)
        assert desk.asked("/weather/now", bearer(full), bearer("x")).status in (400, 401)
        for behind in (f"{full}, Bearer forged.x.y", f"{full},x"):
            assert desk.asked("/weather/now", bearer(behind)).status == 401, "of one field HAProxy reads up to a comma"
        for parameter in ("access_token=1", "access%5ftoken=1", "a=1&%61ccess%5Ftoken", "access_token&b"):
            assert desk.asked(f"/weather/now?{parameter}", bearer(full)).status in (400, 401), parameter
        for named in ("X-Client-Id", "close, x-scope", "keep-alive,X-DENIAL", "X_Client_Id"):
            ended = desk.asked("/weather/now", bearer(full), header("Connection", named))
            if gateway is nginx:
                check_identity(desk, ended, "read write")
                desk.upstream.paths.pop()
            else:
                assert ended.status == 400, named
        assert len(desk.upstream.paths) == 2
    check_unlogged(desk, full, "POST /oauth2/token 200 ", ENDED[gateway])


@EVERY
def test_a_call_becomes_no_tunnel_of_another_protocol(gateway: Gateway, desk: Guarded) -> None:
    """nginx never passes an Upgrade on; the others pass that of a WebSocket on, which is one protocol to its end."""
    desk.protect("--security", "bearer")
    right = ("Authorization", f"Bearer {desk.token('read')}")
    with gateway(desk):
        for kinds in (["h2c"], ["H2C"], ["websocket, h2c"], ["websocket", "h2c"], ["h2c", "websocket"], ["WebSockets"]):
            fields = [("Connection", "Upgrade, HTTP2-Settings"), ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA")]
            answer = desk.sent("/weather/now", right, *fields, *(("Upgrade", kind) for kind in kinds))
            if gateway is nginx:
                assert answer.status == 400 or "upgrade" not in seen(answer)["fields"]
            else:
                assert answer.status == 400, kinds
        desk.upstream.paths.clear()
        handshake = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
        handshake.append(("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="))
        assert desk.sent("/weather/now", *handshake).status == 401
        opened = desk.sent("/weather/now", right, *handshake)
        if gateway is nginx:
            assert "upgrade" not in seen(opened)["fields"]
        else:
            assert (opened.status, opened.field("Sec-WebSocket-Accept")) == (101, ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="])
        assert desk.upstream.paths == ["/v1/now"]


@EVERY
@pytest.mark.parametrize("announced", [[("Trailer", "X-Client-Id")], []], ids=["announced", "not announced"])
def test_what_stands_behind_a_body_reaches_no_upstream(
    gateway: Gateway, desk: Guarded, announced: list[tuple[str, str]]
) -> None:
    desk.protect("--security", "bearer")
    fields = [("Authorization", f"Bearer {desk.token('read')}"), ("Transfer-Encoding", "chunked"), *announced]
    with gateway(desk):
        trailing = b"5\r\nhello\r\n0\r\nX-Client-Id: made-up\r\nX_Scope: made-up\r\n\r\n"
        answer = desk.sent("/weather/now", *fields, method="POST", body=trailing)
        if gateway is haproxy:
            assert answer.status == 411
            with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as caller:
                caller.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
                assert caller.recv(100).startswith(b"HTTP/1.1 400 "), "it speaks no HTTP/2, where they do not show"
            assert desk.upstream.paths == []
        else:
            check_identity(desk, answer, "read")
            assert "hello" in seen(answer)["body"]


@ASKING
def test_two_apis_at_one_address_keep_credentials_refusals_and_upstreams_apart(gateway: Gateway, desk: Guarded) -> None:
    """The path of one begins as that of the other; the upstream's path of each is the public one of the other."""
    in_query = ("--client-id-in", "query", "--client-id-name", "key", "--client-secret-name", "X-Key-Secret")
    desk.protect("--profile", "ibm-v5", "--subscribed-only", *in_query, base="/weather-man")
    behind = ("--scope", "read", "--profile", "gravitee-2016")
    desk.protect("--security", "bearer", *behind, name="rain", path="/weather-man", base="/weather")
    desk.installed.ran("api", "subscribe", "weather", "billing-api")
    client_id, secret = desk.credential.client_id, desk.credential.secret
    pair, given = header("X-Key-Secret", secret), f"key={client_id}"
    full, poor = bearer(desk.token("read")), bearer(desk.token("write"))
    with gateway(desk, desk.printed(gateway.__name__, "weather", "rain")):
        refused = [
            (desk.asked("/weather/now"), "Client ID not registered"),
            (desk.asked(f"/weather/now?{given}", header("X-Key-Secret", "wrong")), "Invalid client id or secret."),
            (desk.asked("/weather/now", full), "Client ID not registered"),
            (desk.asked("/weather-man/now"), "No OAuth authorization header was supplied"),
            (desk.asked("/weather-man/now", bearer("x")), "Token was not recognised"),
            (desk.asked("/weather-man/now", poor), "The request requires higher privileges"),
            (desk.asked(f"/weather-man/now?{given}", pair), "No OAuth authorization header was supplied"),
        ]
        for answer, words in refused:
            assert answer.status == 401, words
            assert words in answer.body
            assert bool(answer.field("WWW-Authenticate")) is ("http_status_code" in answer.body)
        assert desk.upstream.paths == []

        right = desk.asked(f"/weather/now?a=1&{given}", pair, *MADE_UP, *TO_KEYDESK)
        check_identity(desk, right, None)
        assert seen(right)["path"].rstrip("&") == "/weather-man/now?a=1"
        assert "x-key-secret" not in seen(right)["fields"]
        other = desk.asked("/weather-man/now?a=1", full, *MADE_UP, *TO_KEYDESK)
        check_identity(desk, other, "read")
        assert seen(other)["path"] == "/weather/now?a=1"
        for path in ("/", "/weather-", "/weather-mandate", "/_keydesk/rain", "/_keydesk/weather"):
            assert desk.asked(path, full).status == 404, path
        for climbing in CLIMBING:
            assert desk.asked(climbing, full).status in (400, 404), climbing
            assert desk.asked(climbing.replace("/weather", "/weather-man"), full).status in (400, 404), climbing
        assert desk.asked("/weather/../weather-man/now", pair).status in (400, 401)
        assert len(desk.upstream.paths) == 2

        desk.installed.ran("api", "delete", "weather")
        assert desk.asked(f"/weather/now?{given}", pair).status in (401, 403, 404, 503)
        assert desk.asked("/weather-man/now", full).status == 200, "the one that is left"
    check_unlogged(desk, secret, "GET /verify/rain 200 ", ENDED[gateway])
    if gateway is nginx:
        (log,) = desk.directory.glob("127.0.0.1-*[0-9].log")
        told = [line.rpartition(" ")[2] for line in log.read_text().splitlines() if '" 200 ' in line]
        assert told == [client_id] * 3, "the log of the server names who called, whichever API it was"


def test_two_apis_behind_one_haproxy_keep_scopes_refusals_and_upstreams_apart(desk: Guarded) -> None:
    desk.protect("--security", "bearer", "--scope", "read", base="/weather-man")
    behind = ("--scope", "write", "--profile", "gravitee-2016")
    desk.protect("--security", "bearer", *behind, name="rain", path="/weather-man", base="")
    read, write, both = (bearer(desk.token(*scopes)) for scopes in (["read"], ["write"], ["read", "write"]))
    with haproxy(desk, desk.printed("haproxy", "rain", "weather")):
        for path, wrong, insufficient, challenge in (
            ("/weather/now", write, 403, 'Bearer realm="weather"'),
            ("/weather-man/now", read, 401, "Bearer realm=gravitee.io"),
        ):
            asked = [desk.asked(path), desk.asked(path, bearer("x")), desk.asked(path, both, both)]
            asked += [desk.asked(f"{path}?access_token=x", both), desk.asked(path, wrong)]
            assert [answer.status for answer in asked] == [401, 401, 401, 401, insufficient]
            for answer in asked:
                (given,) = answer.field("WWW-Authenticate")
                assert given.startswith(challenge)
                assert bool(answer.body) is ("gravitee" in challenge)
        for path in ("/", "/weather-", "/weather-mandate"):
            assert desk.asked(path, both).status == 404, path
        for climbing in CLIMBING:
            assert desk.asked(climbing, both).status in (400, 404), climbing
        assert desk.upstream.paths == []

        right = desk.asked("/weather/now?a=1", read, *MADE_UP, *TO_KEYDESK)
        other = desk.asked("/weather-man/now?a=1", write, *MADE_UP, *TO_KEYDESK)
        check_identity(desk, right, "read")
        check_identity(desk, other, "write")
        assert (seen(right)["path"], seen(other)["path"]) == ("/weather-man/now?a=1", "/now?a=1")
        assert len(desk.upstream.paths) == 2


@EVERY
def test_the_refusal_of_gravitee_word_by_word(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--security", "bearer", "--profile", "gravitee-2016")
    with gateway(desk):
        none = desk.asked("/weather/now")
    assert none.status == 401
    assert none.field("WWW-Authenticate") == ["Bearer realm=gravitee.io - No OAuth authorization header was supplied"]
    assert none.body == '{"message": "No OAuth authorization header was supplied", "http_status_code": 401}'
    assert none.field("Content-Type") == ["application/json"]


@ASKING
def test_of_two_credentials_none_counts(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--security", "bearer", "--security", "client-id-and-secret")
    token, pair, stranger = desk.token("read"), desk.pair(), desk.pair(client_id=str(uuid4()))
    with gateway(desk):
        twice = [[*pair, pair[0]], [stranger[0], *pair], [*pair, stranger[0]], [*pair, pair[1]], [*pair, bearer(token)]]
        assert [desk.asked("/weather/now", *lines).status for lines in twice] == [401] * 5
        elsewhere = f"/weather/now?X-IBM-Client-Id={desk.credential.client_id}"
        assert desk.asked(elsewhere, *pair).status == 401
        assert desk.asked(f"{elsewhere}&X-IBM-Client-Secret={desk.credential.secret}").status == 401
        for value in ("Bearer forged", "Bearer\tforged", "Basic a, Bearer forged"):
            assert desk.asked("/weather/now", *pair, header("Authorization", value)).status == 401, value
        assert desk.asked("/weather/now?access_token=forged", *pair).status == 401
        assert desk.upstream.paths == []
        assert desk.asked("/weather/now", *pair).status == 200
        assert desk.asked("/weather/now", bearer(token)).status == 200


@ASKING
def test_credentials_in_the_query_reach_neither_the_upstream_nor_a_log(gateway: Gateway, desk: Guarded) -> None:
    desk.protect(
        "--client-id-in", "query", "--client-id-name", "client_id",
        "--client-secret-in", "query", "--client-secret-name", "client_secret",
    )  # fmt: skip
    client_id, secret = desk.credential.client_id, desk.credential.secret
    with gateway(desk):
        right = desk.asked(f"/weather/now?a=%20b&client_id={client_id}&client_secret={secret}&c=d", *TO_KEYDESK)
        check_identity(desk, right, None)
        assert seen(right)["path"].replace("&&", "&").replace("&&", "&") == "/v1/now?a=%20b&c=d"
        odd = desk.asked(f"/weather/now?%63lient_id={client_id}&client%5Fsecret={secret}")
        check_identity(desk, odd, None)
        assert client_id not in seen(odd)["path"]
        twice = f"/weather/now?client_id={client_id}&client_secret={secret}"
        assert desk.asked(f"{twice}&client_secret={secret}").status == 401
        for behind in ("", "&client_id=made-up", "?a=1"):
            assert desk.sent(f"{twice}#{behind}").status == 401
        # nginx drops a field with an underscore, so one secret is left; Caddy passes on both.
        in_both = desk.asked(twice, header("client_secret", secret))
        assert in_both.status == {nginx: 200, caddy: 401}[gateway]
        if in_both.status == 200:
            assert "client-secret" not in seen(in_both)["fields"]
        assert desk.asked("/weather/now", *desk.pair()).status == 401
        assert desk.asked(f"/weather/now?client_id={client_id}&client_secret=wrong").status == 401
        desk.server.process.terminate()
        desk.server.process.wait(30)
        assert desk.asked(twice, *desk.pair()).status in (502, 503)
    failed = {nginx: '"GET /weather/now HTTP/1.1" 503 ', caddy: '"uri":"/weather/now"'}[gateway]
    check_unlogged(desk, secret, " wrong secret\n", failed, ENDED[gateway])


@ASKING
@pytest.mark.parametrize(("path", "below"), [("/weather", "/weather"), ("/", "")])
def test_a_path_keeps_what_only_looks_like_a_credential(gateway: Gateway, desk: Guarded, path: str, below: str) -> None:
    """Were it taken out of the path, the dots beside it would climb."""
    desk.protect("--security", "client-id", "--client-id-in", "query", "--client-id-name", "client_id", path=path)
    given = f"client_id={desk.credential.client_id}"
    with gateway(desk):
        for odd in (
            f"/.{given}./admin",
            f"/x/.{given}./.{given}./y",
            f"/now/x&{given}",
            f"/{given}",
            f"/a%2Fb%20{given}",
        ):
            told = seen(desk.asked(f"{below}{odd}?a={{env.HOME}}&{given}&b=%20", "globoff", *MADE_UP))
            asked, _, query = told["path"].partition("?")
            assert asked.replace("%2F", "/") == f"/v1{odd}".replace("%2F", "/")
            assert query == "a={env.HOME}&b=%20"
        desk.upstream.paths.clear()
        for climbing in CLIMBING:
            climbs = climbing.removeprefix("" if below else "/weather")
            assert desk.asked(f"{climbs}?{given}").status in ((400, 404) if below else (400, 401, 404)), climbs
        assert [each for each in desk.upstream.paths if ".." in each] == []


@EVERY
def test_a_path_leads_to_the_api_or_to_nothing(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--security", "bearer")
    right = bearer(desk.token("read"))
    with gateway(desk):
        for path in ("/", "/weatherman", "/_keydesk/weather", *CLIMBING):
            assert desk.asked(path, right).status in (400, 404), path
        assert desk.upstream.paths == []
        odd = seen(desk.asked("/weather/a%20b%3fc%23%0d%0aX-Client-Id:%20made-up", right))
        assert odd["path"].lower() == "/v1/a%20b%3fc%23%0d%0ax-client-id:%20made-up"
        assert odd["fields"]["x-client-id"] == [desk.credential.client_id]


@EVERY
def test_a_path_of_odd_letters_is_that_path_and_no_more(gateway: Gateway, desk: Guarded) -> None:
    odd = f"/a.~!&'(){'' if gateway is caddy else '*'}+,;=:@-_b"  # Caddy gets no text with a *
    desk.protect("--security", "bearer", path=f"{odd}/$c", base=f"{odd}/%41")
    right = bearer(desk.token("read"))
    with gateway(desk):
        assert seen(desk.asked(f"{odd}/$c/now", right))["path"] == f"{odd}/%41/now"
        assert seen(desk.asked(f"{odd}/$c", right))["path"] == f"{odd}/%41"
        assert desk.asked(odd.replace(".", "x") + "/$c/now", right).status == 404
        assert desk.asked(f"{odd}/$c").status == 401


def test_nginx_takes_made_up_fields_away_where_another_server_lets_underscores_in(desk: Guarded) -> None:
    desk.protect()
    with nginx(desk, desk.printed("nginx").replace("underscores_in_headers off", "underscores_in_headers on")):
        check_identity(desk, desk.asked("/weather/now", *desk.pair(), *MADE_UP), None)


@ASKING
def test_what_changes_in_keydesk_holds_from_the_next_call_on(gateway: Gateway, desk: Guarded) -> None:
    desk.protect("--subscribed-only", "--profile", "ibm-v10")
    ran, pair = desk.installed.ran, desk.pair()
    with gateway(desk):
        assert desk.asked("/weather/now", *pair).status == 403
        ran("api", "subscribe", "weather", "billing-api")
        assert desk.asked("/weather/now", *pair).status == 200
        ran("application", "set", "billing-api", "--disable")
        disabled = desk.asked("/weather/now", *pair)
        assert (disabled.status, json.loads(disabled.body)["httpMessage"]) == (403, "Forbidden")
        ran("application", "set", "billing-api", "--enable")
        assert desk.asked("/weather/now", *pair).status == 200
        (secret,) = ran("secret", "list", "billing-api")
        ran("secret", "revoke", "billing-api", secret["hint"])
        assert desk.asked("/weather/now", *pair).status == 401
        ran("api", "delete", "weather")
        closed = desk.asked("/weather/now", *pair)
        assert closed.status in (401, 403, 404, 503)
    assert len(desk.upstream.paths) == 2


@EVERY
def test_an_upstream_by_https_is_believed_by_its_certificate_alone(gateway: Gateway, desk: Guarded) -> None:
    certificate = self_signed(desk.directory)
    with upstream(certificate) as behind:
        where = ("--path", "/weather", "--upstream", f"{behind.url}/v1", "--gateway", desk.url)
        desk.installed.ran("api", "create", "weather", *where, "--security", "bearer")
        right = bearer(desk.token("read"))
        with gateway(desk):
            assert desk.asked("/weather/now", right).status in (502, 503)
        assert behind.paths == []
        with gateway(desk, trusting=certificate):
            answer = desk.asked("/weather/now", right)
        check_identity(desk, answer, "read")
        assert seen(answer)["fields"]["host"] == [behind.url.removeprefix("https://")]


def self_signed(directory: Path) -> Path:
    """Make a certificate for localhost, with its key in the same file."""
    file = directory / "upstream.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    where = ["-keyout", str(directory / "upstream.key"), "-out", str(file)]
    subprocess.run(["openssl", "req", "-x509", *kind, *where, *name], check=True, capture_output=True)
    file.write_text(file.read_text() + (directory / "upstream.key").read_text())
    return file


def test_nginx_is_closed_while_keydesk_is_away_and_opens_again(desk: Guarded) -> None:
    desk.protect()
    with nginx(desk):
        assert desk.asked("/weather/now", *desk.pair()).status == 200
        desk.server.process.terminate()
        desk.server.process.wait(30)
        away = desk.asked("/weather/now", *desk.pair())
        assert (away.status, away.field("Retry-After")) == (503, ["1"])
        port = desk.server.address.rpartition(":")[2]
        with desk.installed.serving("--port", port):
            assert desk.asked("/weather/now", *desk.pair()).status == 200


def test_haproxy_takes_only_what_a_token_of_ours_says(desk: Guarded) -> None:
    """A key of the test's stands in the place of keydesk's, so that tokens can be made that keydesk never would."""
    desk.protect("--security", "bearer", "--scope", "read", "--scope", "write", "--any-scope")
    (key,) = desk.installed.ran("keys", "list")
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    text = desk.printed("haproxy")
    ours = [line for line in text.splitlines() if line.startswith(f"#{key['kid']} ")]
    for old, new in zip(ours, pem.splitlines(), strict=True):
        text = text.replace(old, f"#{key['kid']} {new}")
    now, issuer = int(time.time()), desk.server.address
    good = {"iss": issuer, "aud": issuer, "exp": now + 60, "client_id": "someone", "scope": "read"}
    head = {"typ": "at+jwt", "kid": key["kid"]}

    def made(claims: dict[str, Any], headers: dict[str, Any] = head, **how: Any) -> str:
        return bearer(jwt.encode(claims, how.get("key", private), how.get("algorithm", "ES256"), headers=headers))

    def without(name: str) -> dict[str, Any]:
        return {claim: value for claim, value in good.items() if claim != name}

    refused = [
        made({**good, "exp": now - 1}),
        made({**good, "exp": "tomorrow"}),
        *(made(without(name)) for name in ("iss", "aud", "exp", "client_id")),
        made({**good, "iss": f"{issuer}x"}),
        made({**good, "aud": "http://127.0.0.1:1"}),
        made({**good, "aud": [issuer, "http://127.0.0.1:1"]}),
        made({**good, "cnf": {"x5t#S256": "A" * 43}}),
        made(good, {**head, "typ": "JWT"}),
        made(good, {**head, "kid": "another"}),
        made(good, {"typ": "at+jwt"}),
        made(good, key=ec.generate_private_key(ec.SECP256R1())),
        made(good, key=pem.replace("\n", "").replace("-", "x"), algorithm="HS256"),
        made(good, key="", algorithm="none"),
    ]
    with haproxy(desk, text):
        assert desk.asked("/weather/now", made(good)).status == 200
        assert [desk.asked("/weather/now", each).status for each in refused] == [401] * len(refused)
        assert desk.asked("/weather/now", made({**good, "scope": "write"})).status == 200
        scopes = ["reader", "pre-read", "READ", "", "admin"]
        assert [desk.asked("/weather/now", made({**good, "scope": each})).status for each in scopes] == [403] * 5
        assert desk.asked("/weather/now", made(without("scope"))).status == 403
    assert len(desk.upstream.paths) == 2
