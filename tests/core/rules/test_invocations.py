"""What the Test panel sends: credentials where the API looks for them, and typing that is judged before it is sent."""

from datetime import UTC, datetime

import pytest

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Located, Place, Profile, Security
from core.rules.errors import Refusal
from core.rules.invocations import Invocation, Kind, credentials, drafted, hidden, kinds_of, to_gateway, to_verify
from core.rules.views.apis import ApiView

PAIR = frozenset({Security.PAIR})


def api(**given: object) -> ApiView:
    values: dict[str, object] = {
        **{"id": "1", "name": "weather", "title": None, "path": "/weather", "upstream": None},
        **{"gateway": "https://api.example", "security": PAIR, "client_id_at": CLIENT_ID_AT},
        **{"client_secret_at": CLIENT_SECRET_AT, "scopes": (), "any_scope": False, "api_scope": None},
        **{"subscribed_only": False, "profile": Profile.RFC6750, "created_at": datetime.now(UTC), "created_by": "me"},
        **{"subscriptions": 0, "last_called_at": None},
    }
    return ApiView(**{**values, **given})  # type: ignore[arg-type]


def call(view: ApiView, kind: Kind, target: str = "/weather?zip=1") -> Invocation:
    draft = drafted("GET", target, ["X-Trace: 7"], "", credentials(view, kind, "the id", "the secret", "the token"))
    return to_gateway(view, draft)


def test_credentials_stand_where_the_api_looks_for_them() -> None:
    assert call(api(), Kind.PAIR) == Invocation(
        "GET",
        "https://api.example/weather?zip=1",
        (("X-IBM-Client-Id", "the id"), ("X-IBM-Client-Secret", "the secret"), ("X-Trace", "7")),
    )
    in_query = api(client_id_at=Located(Place.QUERY, "id"), client_secret_at=Located(Place.QUERY, "key"))
    assert call(in_query, Kind.PAIR).url == "https://api.example/weather?zip=1&id=the%20id&key=the%20secret"
    assert call(in_query, Kind.CLIENT_ID, "/weather").url == "https://api.example/weather?id=the%20id"
    assert call(api(), Kind.BEARER).headers == (("Authorization", "Bearer the token"), ("X-Trace", "7"))
    assert call(api(), Kind.NOTHING).headers == (("X-Trace", "7"),)


def test_verify_is_asked_as_a_gateway_asks_it() -> None:
    in_query = api(client_id_at=Located(Place.QUERY, "id"))
    draft = drafted("POST", "/weather", [], "rain", credentials(in_query, Kind.PAIR, "me", "s", ""))
    assert to_verify(in_query, draft, "http://127.0.0.1:8400") == Invocation(
        "GET",
        "http://127.0.0.1:8400/verify/weather",
        (
            *(("X-IBM-Client-Secret", "s"), ("Content-Type", "text/plain; charset=utf-8")),
            ("X-Original-URI", "/weather?id=me"),
        ),
    )
    assert draft.query == "id=me"


def test_an_api_can_be_called_by_what_it_declares_and_with_nothing() -> None:
    assert kinds_of(api(security=frozenset(Security) - {Security.CLIENT_ID})) == (Kind.PAIR, Kind.BEARER, Kind.NOTHING)


def test_a_body_says_what_it_is_unless_that_was_typed() -> None:
    assert drafted("POST", "/", [], '{"a": 1}').headers == (("Content-Type", "application/json"),)
    assert drafted("POST", "/", ["content-type: a/b"], "{}").headers == (("content-type", "a/b"),)
    assert drafted("GET", "/", ["", " "], "").content is None


@pytest.mark.parametrize(
    ("field", "target", "line"),
    [
        ("path", "weather", ""),
        ("path", "/a b", ""),
        ("path", "/a#b", ""),
        ("path", "/ä", ""),
        ("path", "/a\r\nX: y", ""),
        ("header-0", "/", "no colon"),
        ("header-0", "/", "Two Words: x"),
        ("header-0", "/", ": x"),
        ("header-0", "/", "X-A: a\x1bb"),
        ("header-0", "/", "X-A: 漢"),
        ("header-0", "/", "content-length: 5"),
        ("header-0", "/", "Transfer-Encoding: chunked"),
    ],
)
def test_what_would_be_another_request_is_refused(field: str, target: str, line: str) -> None:
    with pytest.raises(Refusal) as refusal:
        drafted("GET", target, [line], "")
    assert refusal.value.field == field


def test_a_body_that_no_command_can_hold_is_refused() -> None:
    with pytest.raises(Refusal, match="NUL"):
        drafted("POST", "/", [], "\0TOKEN\0")


@pytest.mark.parametrize(("kind", "field"), [(Kind.PAIR, "client_id"), (Kind.PAIR, "secret"), (Kind.BEARER, "token")])
def test_a_credential_that_no_header_carries_is_refused_without_being_told(kind: Kind, field: str) -> None:
    values = {"client_id": "a", "secret": "b", "token": "c", field: "evil\nX: y"}
    with pytest.raises(Refusal) as refusal:
        credentials(api(), kind, **values)
    assert refusal.value.field == field
    assert "evil" not in refusal.value.sentence


def test_a_secret_travels_in_clear_on_this_machine_alone() -> None:
    for gateway in ("http://api.example", "http://127.0.0.1.nip.example"):
        with pytest.raises(Refusal, match="in clear"):
            call(api(gateway=gateway), Kind.PAIR)
        assert call(api(gateway=gateway), Kind.CLIENT_ID).url.startswith(gateway)
    assert call(api(gateway="HTTPS://api.example"), Kind.PAIR).url.startswith("HTTPS://api.example/")
    assert call(api(gateway="http://127.0.0.1:8080"), Kind.PAIR).url == "http://127.0.0.1:8080/weather?zip=1"
    with pytest.raises(Refusal, match="No gateway is named"):
        call(api(gateway=None), Kind.NOTHING)


@pytest.mark.parametrize(
    ("target", "line", "shown"),
    [
        ("/", "X-IBM-Client-Secret: s3cret", "\0CLIENT_SECRET\0"),
        ("/", "x-key: s3cret", "\0CLIENT_SECRET\0"),
        ("/", "authorization: bearer s3cret", "bearer \0TOKEN\0"),
        ("/", "Authorization: s3cret", "\0TOKEN\0"),
        ("/", "Cookie: s3cret", "\0COOKIE\0"),
        ("/?client_secret=s3cret&b=1", "", "/?client_secret=\0CLIENT_SECRET\0&b=1"),
        ("/?%58-Key=s3cret", "", "/?%58-Key=\0CLIENT_SECRET\0"),
        ("/?b=1&access_token=s3cret", "", "/?b=1&access_token=\0TOKEN\0"),
    ],
)
def test_a_secret_typed_by_hand_is_one(target: str, line: str, shown: str) -> None:
    view = api(gateway="http://api.example", client_secret_at=Located(Place.HEADER, "X-Key"))
    draft = drafted("GET", target, [line], "")
    covered, secrets = hidden(view, draft)
    assert secrets == ("s3cret",)
    assert shown in (covered.target, *(value for _, value in covered.headers))
    assert "s3cret" not in repr(draft) + repr(covered.target) + repr(covered.headers)
    for send in (lambda: to_gateway(view, draft), lambda: to_verify(view, draft, "http://keydesk.example")):
        with pytest.raises(Refusal, match="in clear"):
            send()


def test_two_secrets_have_two_variables_and_one_has_one() -> None:
    carried = credentials(api(), Kind.PAIR, "me", "one", "")
    draft = drafted("GET", "/?client_secret=two%20", ["X-IBM-Client-Secret: one", "X-A: 1"], "", carried)
    covered, secrets = hidden(api(), draft)
    assert covered.sent_headers[1:] == (
        *(("X-IBM-Client-Secret", "\0CLIENT_SECRET\0"), ("X-IBM-Client-Secret", "\0CLIENT_SECRET\0"), ("X-A", "1")),
    )
    assert covered.target == "/?client_secret=\0CLIENT_SECRET_2\0"
    assert set(secrets) == {"one", "two%20", "two "}


def test_what_is_known_to_be_a_secret_is_one_wherever_it_stands() -> None:
    view = api(gateway="http://api.example")
    draft = drafted("PUT", "/s3cret?a=s3cret", ["X-A: a s3cret b"], "s3cret", known=[("TOKEN", "s3cret"), ("B", "")])
    covered, secrets = hidden(view, draft)
    assert secrets == ("s3cret",)
    assert (covered.target, covered.content) == ("/\0TOKEN\0?a=\0TOKEN\0", b"\0TOKEN\0")
    assert covered.headers[0] == ("X-A", "a \0TOKEN\0 b")
    assert "s3cret" not in repr(draft) + repr(covered)
    body = drafted("PUT", "/", [], "a s3cret", known=draft.known)
    with pytest.raises(Refusal, match="in clear"):
        to_gateway(view, body)
    to_verify(view, body, "http://keydesk.example")  # a gateway tells verify of no body


def test_what_looks_like_a_client_secret_is_one() -> None:
    secret = "kd_Ab3dEf7h_" + "x" * 49
    covered, secrets = hidden(api(), drafted("GET", "/", [f"X-A: {secret}"], "", credentials(api(), Kind.PAIR, *"abc")))
    assert (covered.headers, secrets) == ((("X-A", "\0CLIENT_SECRET_2\0"),), ("b", secret))


def test_nothing_that_proves_who_calls_stands_in_a_repr() -> None:
    draft = drafted("GET", "/", [], "", credentials(api(), Kind.PAIR, "a", "s3cret", ""))
    assert "s3cret" not in repr(draft) + repr(draft.credentials) + repr(to_gateway(api(), draft))
