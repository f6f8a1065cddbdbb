"""What may be shown of an answer: nothing that works, nothing without bounds."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.answers import decoded, json_object, showable

VALUE = "kd_7Fq2mX9a_" + "Ab3" * 16 + "z"
TOKEN = ".".join("eyJ0eXAi" + "Qa1-_" * 20 for _ in range(3))


def jws(header: object, claims: object, signature: str = "c2ln") -> str:
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"1",
        b"no",
        b"\xff{}",
        b'{"a": NaN}',
        b"{" * 30_000,
        b'{"a":' * 30_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_none(content: bytes) -> None:
    assert json_object(content) is None


def test_a_token_is_cut_short_whatever_kind_it_is_of() -> None:
    shown = showable({"access_token": TOKEN, "refresh_token": "short", "id_token": ["a" * 50]})
    assert shown == {
        "access_token": f"{TOKEN[:8]}… ({len(TOKEN)} characters)",
        "refresh_token": "… (5 characters)",
        "id_token": '["aaaaaa… (54 characters)',
    }


@pytest.mark.parametrize("echo", [VALUE, TOKEN, b64encode(f"id:{VALUE}".encode()).decode(), f"is {VALUE} yours?"])
@pytest.mark.parametrize("place", [lambda echo: echo, lambda echo: [{"deep": echo}], lambda echo: "x" * 190 + echo])
def test_an_echo_of_what_was_sent_is_cut_short(echo: str, place: Any) -> None:
    text = json.dumps(showable({"error_description": place(echo), echo: 1}), ensure_ascii=False)
    secret = VALUE[12:]
    assert not any(part[:24] in text for part in (secret, b64encode(f"id:{VALUE}".encode()).decode(), TOKEN))


def test_names_and_thumbprints_stay_whole() -> None:
    members = {
        "iss": "https://keydesk.internal.example:8443/tenant",
        "client_id": "9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2",
        "kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        "jti": "c0IRNRwZuUFUiXl1fP5pC3k1rVbZzQm8h2n4x6wA1f-_",
        "exp": 1_795_000_000,
        "active": True,
        "none": None,
    }
    assert showable(members) == members


def test_many_members_and_long_texts_are_cut() -> None:
    shown = showable({f"name {number}": "long " * 100 for number in range(100)})
    assert len(shown) == 25
    assert shown["…"] == "and 76 more"
    assert all(len(str(value)) <= 201 for value in shown.values())
    assert showable({"large": 10**400})["large"] == "10000000…"


def test_a_jws_is_taken_apart_without_being_believed() -> None:
    assert decoded(jws({"alg": "none"}, {"iss": "x"}, "")) == ({"alg": "none"}, {"iss": "x"})


@pytest.mark.parametrize(
    "token", [None, 1, "", "opaque", "a.b", "a.b.c", "a.b.c.d", jws([], {}), jws({}, "x"), "é.é.é", "a=.b.c", [TOKEN]]
)
def test_what_is_no_jws_is_none(token: object) -> None:
    assert decoded(token) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.slow
@given(st.dictionaries(st.text(), JSON))
def test_every_json_object_can_be_shown(members: dict[str, Any]) -> None:
    again = json_object(json.dumps(members))
    assert again is not None
    assert len(showable(again)) <= 25
