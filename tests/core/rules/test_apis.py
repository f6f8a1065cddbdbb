"""What may be said of an API, and what is refused with the reason."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.api_urls import gateway_url, origin_of, overlap, public_path, upstream_url
from core.rules.apis import Located, Place, Profile, api_name, located
from core.rules.errors import Refusal
from core.rules.requests.apis import ApiChanges, NewApi

SEGMENTS = st.lists(st.text("abc-._~", min_size=1).filter(lambda text: text not in (".", "..")), max_size=4)


@pytest.mark.parametrize("name", ["a", "weather", "orders.v2", "a-b_c", "x" * 63, "  Weather "])
def test_a_name_that_stands_in_a_url(name: str) -> None:
    assert api_name(name) == name.strip().lower()


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "-a", "a-", "wetter%20", "Österreich", "x" * 64, "a\nb", ".."])
def test_a_name_that_stands_in_no_url(name: str) -> None:
    with pytest.raises(Refusal, match="it stands in URLs") as refused:
        api_name(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "weather",
        "//",
        "/a//b",
        "/a/../b",
        "/./a",
        "/a?b",
        "/a#b",
        "/a%2fb",
        "/a b",
        "/ü",
        "/a\x1b",
        "/" + "a" * 500,
    ],
)
def test_a_path_in_another_spelling_than_the_one(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        NewApi("weather", path)
    assert refused.value.field == "path"


@given(SEGMENTS, SEGMENTS)
def test_paths_overlap_where_a_request_could_be_meant_for_both(one: list[str], two: list[str]) -> None:
    shorter = min(len(one), len(two))
    paths = [public_path("/" + "/".join(each)) for each in (one, two)]
    assert overlap(*paths) == (one[:shorter] == two[:shorter])


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("ftp://10.0.0.7", "http or https"),
        ("10.0.0.7:8080", "http or https"),
        ("http://", "http or https"),
        ("http://[::1", "http or https"),
        ("http://a:99999", "http or https"),
        ("http://ops:geheim@10.0.0.7", "before the @"),
        ("http://a/b?c=d", "ends with its path"),
        ("http://a/b#c", "ends with its path"),
        ("http://a b", "no URL has"),
        ("http://ä", "xn--"),
        ("http://.", "between two dots"),
        ("http://a..b", "between two dots"),
        ("http://.a:80/b", "between two dots"),
        ("http://a..", "between two dots"),
        ("http://" + "a" * 64 + ".b", "between two dots"),
        ("http://a/../b", "climbs"),
        ("http://a/b/.", "climbs"),
        ("http://a/b/%2e%2E", "climbs"),
        ("http://a/.%2e/b/", "climbs"),
        ("http://a/b%2f..%2fc", "climbs"),
        ("http://a/b%5c..", "climbs"),
        ("http://a/..;x=1/b", "climbs"),
        ("http://a\u202eb", "visible characters"),
        ("http://" + "a" * 500, "at most 500"),
    ],
)
def test_an_upstream_that_is_no_url_to_forward_to(url: str, because: str) -> None:
    with pytest.raises(Refusal, match=because) as refused:
        NewApi("weather", "/weather", url)
    assert refused.value.field == "upstream"
    assert "geheim" not in refused.value.sentence


def test_a_gateway_has_a_host_that_is_a_name_or_an_address() -> None:
    with pytest.raises(Refusal, match="The gateway has a host that is no name"):
        gateway_url("https://api..example")
    for url in ("https://api.example.", "http://" + "a" * 63 + ".b", "http://[::1]:8080", "http://127.1"):
        assert gateway_url(url) == upstream_url(url) == url
    for url in ("http://a/.well-known/x..y", "http://a/...", "http://a./b"):
        assert upstream_url(url) == url
    with pytest.raises(Refusal, match="The gateway has a path that climbs"):
        gateway_url("https://api.example/a/../b")


def test_a_scheme_is_kept_in_small_letters_and_the_rest_as_it_was_given() -> None:
    assert gateway_url("HTTPS://API.example/B/") == "https://API.example/B"
    assert upstream_url("Http://10.0.0.7") == "http://10.0.0.7"


def test_the_same_machine_in_other_words() -> None:
    spellings = ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.8.8", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]"]
    spellings += ["2130706433", "0", "127.1", "0x7f.1", "0177.0.0.1", "[::ffff:7f00:1]", "[::ffff:0:0]", "a.localhost"]
    assert {origin_of(upstream_url(f"http://{host}:8400/x")) for host in spellings} == {("127.0.0.1", 8400)}
    assert (origin_of("http://a"), origin_of("https://A.")) == (("a", 80), ("a", 443))
    others = ["127.example.org", "localhost.example", "10.0.0.1", "[2001:db8::1]", "0.example"]
    assert ("127.0.0.1", 80) not in {origin_of(f"http://{host}") for host in others}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "a:b",
        "x\r\ny",
        "Ü",
        "Connection",
        "host",
        "Authorization",
        "X-Forwarded-For",
        "x-client-id",
        "X_Client_Id",
        "X-Client_Id",
        "x_forwarded_for",
        "Client-Cert",
        "Content-Encoding",
        "If-None-Match",
        "a" * 65,
    ],
)
def test_a_header_that_carries_no_credential(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        located("header", name, "client_id")
    assert refused.value.field == "client_id"


def test_a_parameter_has_one_spelling() -> None:
    assert located("query", " client_id ", "client_id") == Located(Place.QUERY, "client_id")
    for name in ("", "a b", "a%20", "a&b", "a=b", "ü", "access_token", "Access_Token"):
        with pytest.raises(Refusal, match="query parameter"):
            located("query", name, "client_id")
    with pytest.raises(Refusal, match="header or query"):
        located("cookie", "a", "client_id")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"security": []}, "security"),
        ({"security": ["mtls"]}, "security"),
        ({"security": ["client-id", "client-id-and-secret"]}, "security"),
        ({"scopes": ['a"b']}, "oauth_scopes"),
        ({"api_scope": "all"}, "api_scope"),
        ({"profile": "ibm"}, "profile"),
        ({"title": "a\x1bb"}, "title"),
        ({"title": "a" * 101}, "title"),
        ({"gateway": "api.example"}, "gateway"),
        ({"client_secret_at": Located(Place.HEADER, "Host")}, "client_secret"),
    ],
)
def test_what_makes_no_api_is_refused_at_its_field(asked: dict[str, object], field: str) -> None:
    for build in (partial(NewApi, "weather", "/weather"), ApiChanges):
        with pytest.raises(Refusal) as refused:
            build(**asked)
        assert refused.value.field == field


def test_client_id_and_secret_stand_apart() -> None:
    with pytest.raises(Refusal, match="names of their own") as refused:
        NewApi("weather", "/weather", client_secret_at=Located(Place.HEADER, "x_ibm-client-id"))
    assert refused.value.field == "client_secret"
    for name in ("X-IBM-Client-Id", "x-ibm-CLIENT-id"):  # every call would have two
        with pytest.raises(Refusal, match="one a query parameter"):
            NewApi("weather", "/weather", client_secret_at=Located(Place.QUERY, name))
    NewApi("weather", "/weather", client_secret_at=Located(Place.QUERY, "client_secret"))


def test_a_profile_says_what_it_gives_away() -> None:
    assert {profile for profile in Profile if profile.gives_away} == {Profile.IBM_V5, Profile.IBM_V10}
