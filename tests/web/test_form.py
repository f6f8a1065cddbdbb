"""Forms: whatever could be understood in two ways is refused, and nothing is echoed."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.errors import OAuthError
from tests.web.client import FORM, Client
from web.form import parameters

TOKEN = "/oauth2/token"
SENTENCES = (
    "",
    "A parameter is given twice.",
    "A percent sign is not followed by two hexadecimal digits.",
    "The parameters are too many, or no UTF-8.",
    "The parameters hold a NUL.",
)


def refused(encoded: bytes) -> str:
    with pytest.raises(OAuthError) as caught:
        parameters(encoded)
    assert caught.value.error == "invalid_request"
    return caught.value.description


def test_plus_and_percent_are_decoded() -> None:
    assert parameters(b"scope=a+b%2Bc&%73ame=%C3%A9") == {"scope": "a b+c", "same": "é"}


def test_an_empty_parameter_is_absent() -> None:
    assert parameters(b"scope=&grant_type&x=1&&") == {"x": "1"}


@pytest.mark.parametrize("encoded", [b"a=1&a=1", b"a=1&a=2", b"a=&a=2", b"a&a=2", b"a=1&%61=1"])
def test_a_parameter_twice_is_refused(encoded: bytes) -> None:
    assert "twice" in refused(encoded)


@pytest.mark.parametrize("encoded", [b"a=\xff", b"a=%FF", b"%C3=1", b"a=%ED%A0%80", b"a=\x00", b"a=%00", b"%00"])
def test_what_is_no_clean_utf8_is_refused(encoded: bytes) -> None:
    refused(encoded)


@pytest.mark.parametrize("encoded", [b"a=%", b"a=%4", b"a=%zz", b"%=1", b"a=100%"])
def test_a_lone_percent_sign_is_refused(encoded: bytes) -> None:
    refused(encoded)


def test_too_many_parameters_are_refused() -> None:
    assert len(parameters(b"&".join(b"p%d=1" % n for n in range(64)))) == 64
    refused(b"&".join(b"p%d=1" % n for n in range(65)))


@given(st.binary(max_size=60))
def test_any_bytes_are_parameters_or_refused_by_a_fixed_sentence(encoded: bytes) -> None:
    try:
        found = parameters(encoded)
    except OAuthError as refusal:
        said = refusal.description
    else:
        said = ""
        assert all(value and "\0" not in name + value for name, value in found.items())
    assert said in SENTENCES


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", FORM + "x", ""])
async def test_another_content_type_is_refused(client: Client, credentials: tuple[str, str], kind: str) -> None:
    headers = [("content-type", kind), credentials]
    answer = await client.ask("POST", TOKEN, headers, [b'{"grant_type":"client_credentials"}'])
    assert (answer.status, answer.error) == (400, "invalid_request")


async def test_two_content_types_are_refused(client: Client, credentials: tuple[str, str]) -> None:
    headers = [("content-type", FORM), ("content-type", "application/json"), credentials]
    assert (await client.ask("POST", TOKEN, headers, [b"grant_type=client_credentials"])).status == 400


async def test_a_body_without_content_type_is_refused(client: Client, credentials: tuple[str, str]) -> None:
    assert (await client.ask("POST", TOKEN, [credentials], [b"grant_type=client_credentials"])).status == 400


async def test_the_content_type_may_name_a_charset_in_any_case(client: Client, credentials: tuple[str, str]) -> None:
    headers = [("content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"), credentials]
    assert (await client.ask("POST", TOKEN, headers, [b"grant_type=client_credentials"])).status == 200


async def test_a_body_may_come_in_parts(client: Client, credentials: tuple[str, str]) -> None:
    headers = [("content-type", FORM), credentials]
    parts = [b"grant_", b"", b"type=client_cred", b"entials"]
    assert (await client.ask("POST", TOKEN, headers, parts)).status == 200


async def test_a_client_that_leaves_within_its_body_gets_no_answer(
    client: Client, credentials: tuple[str, str]
) -> None:
    begun = {"type": "http.request", "body": b"grant_", "more_body": True}
    coming = [begun, {"type": "http.disconnect"}]
    assert await client.heard("POST", TOKEN, [("content-type", FORM), credentials], coming) == []


@pytest.mark.parametrize("endpoint", [TOKEN, "/oauth2/introspect", "/oauth2/revoke"])
@pytest.mark.parametrize(
    "query", ["client_secret=x", "a=1&client%5Fsecret", "client_assertion=x", "access_token=x", "token=%FF"]
)
async def test_credentials_in_the_url_are_refused(
    client: Client, credentials: tuple[str, str], endpoint: str, query: str
) -> None:
    form = {"grant_type": "client_credentials", "token": "x"}
    answer = await client.post(f"{endpoint}?{query}", form, credentials)
    assert (answer.status, answer.error) == (400, "invalid_request")


async def test_too_long_a_query_is_refused(client: Client, credentials: tuple[str, str]) -> None:
    form = {"grant_type": "client_credentials"}
    assert (await client.post(f"{TOKEN}?{'a&' * 100}", form, credentials)).status == 400


async def test_anything_else_in_the_url_is_ignored(client: Client, credentials: tuple[str, str]) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await client.post(f"{TOKEN}?grant_type=password&client_id=x&%&%FF", form, credentials)
    assert answer.status == 200


@given(st.text(alphabet="ab=&;%+ \0é", max_size=30))
def test_what_is_not_encoded_is_read_as_by_the_standard_library(text: str) -> None:
    plain = text.replace("%", "").replace("+", "")
    try:
        found = parameters(plain.encode())
    except OAuthError:
        pairs = parse_qsl(plain, keep_blank_values=True)
        assert len(dict(pairs)) < len(pairs) or "\0" in plain
    else:
        assert found == {name: value for name, value in parse_qsl(plain, keep_blank_values=True) if value}
