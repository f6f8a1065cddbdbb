"""The configurations of gateways, as far as they can be judged without one: what is refused, and what is quoted."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.api_urls import upstream_url
from core.rules.apis import Located, Place, Profile, Security
from core.rules.errors import Refusal
from core.rules.gateways import Gateway, PublicKey, Surroundings, configuration, neighbours, wants_new_text
from core.rules.gateways.parts import parameter_pattern, word
from core.rules.views.apis import ApiView

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
API = ApiView(
    id="1",
    name="weather",
    title="}\nserver { listen 1; }",
    path="/weather",
    upstream="http://127.0.0.1:9000/v1",
    gateway="http://127.0.0.1:8080",
    security=frozenset({Security.BEARER}),
    client_id_at=Located(Place.HEADER, "X-IBM-Client-Id"),
    client_secret_at=Located(Place.HEADER, "X-IBM-Client-Secret"),
    scopes=(),
    any_scope=False,
    api_scope=None,
    subscribed_only=False,
    profile=Profile.RFC6750,
    created_at=NOON,
    created_by="operator",
    subscriptions=0,
    last_called_at=None,
)
PAIR = replace(API, security=frozenset({Security.PAIR}))
AROUND = Surroundings("http://127.0.0.1:8400", "https://login.example", (PublicKey("-kid", "-----BEGIN\nAAAA\n"),))
RAIN = replace(API, id="2", name="rain", path="/weather-man", scopes=("read",), profile=Profile.GRAVITEE_2016)
EVERY = pytest.mark.parametrize("gateway", Gateway)


def refusal(gateway: Gateway, api: ApiView, around: Surroundings = AROUND, beside: Sequence[ApiView] = ()) -> str:
    with pytest.raises(Refusal) as refused:
        configuration(gateway, api, around, beside)
    return refused.value.sentence


@EVERY
def test_a_text_is_whole_and_has_nothing_of_the_title(gateway: Gateway) -> None:
    text = configuration(gateway, API, AROUND)
    assert f"keydesk api gateway weather --for {gateway}" in text
    assert text.count("{") == text.count("}")
    assert not re.search("<<|>>|listen 1;|[ \t]$", text, re.MULTILINE)
    assert text.isascii()


@EVERY
@pytest.mark.parametrize("beside", [(), (RAIN,)], ids=["alone", "shared"])
def test_no_comment_is_broken_on_a_terminal_of_80_columns(gateway: Gateway, beside: Sequence[ApiView]) -> None:
    by_query = replace(PAIR, client_id_at=Located(Place.QUERY, "apikey"))
    by_tls = replace(API, gateway="https://api.example.com/weather", upstream="https://upstream.example")
    for api in [API, by_tls] if gateway is Gateway.HAPROXY else [API, by_tls, by_query]:
        text = configuration(gateway, api, AROUND, [replace(other, gateway=api.gateway) for other in beside])
        comments = [line for line in text.expandtabs(4).splitlines() if re.match(" *# ", line)]
        assert comments
        assert [line for line in comments if len(line) > 76 and "sed -n" not in line] == []


@EVERY
def test_without_an_upstream_there_is_nothing_to_pass_calls_on_to(gateway: Gateway) -> None:
    assert "keydesk api set weather --upstream URL" in refusal(gateway, replace(API, upstream=None))


@EVERY
@pytest.mark.parametrize("host", ["a;b", "a'b", "a$b", "-a", "a(b)", "a%0Ab", "[v1.a;b]"])
def test_a_host_that_could_be_read_as_something_else_is_refused(gateway: Gateway, host: str) -> None:
    upstream = upstream_url(f"http://{host}/v1")  # which is a URL, and may be stored
    assert refusal(gateway, replace(API, upstream=upstream)).startswith("The upstream has a host of odd characters")


def test_caddy_takes_fields_of_odd_names_away_once_keydesk_has_seen_them() -> None:
    text = configuration(Gateway.CADDY, replace(PAIR, client_id_at=Located(Place.HEADER, "client_id")), AROUND)
    for sign in ("_", ".", "~", "--", "*"):
        assert text.index("forward_auth") < text.index(f"request_header -*{sign}*\n") < text.index("reverse_proxy")


def test_what_a_gateway_cannot_enforce_has_no_text() -> None:
    for security in ({Security.PAIR}, {Security.CLIENT_ID}, {Security.PAIR, Security.BEARER}):
        said = refusal(Gateway.HAPROXY, replace(API, security=frozenset(security)))
        assert said.startswith("HAProxy verifies bearer tokens by itself")
        assert "bearer token:" not in said
    assert "who has subscribed" in refusal(Gateway.HAPROXY, replace(API, subscribed_only=True))
    assert "no signing key yet" in refusal(Gateway.HAPROXY, API, replace(AROUND, keys=()))
    underscored = replace(PAIR, client_id_at=Located(Place.HEADER, "client_id"))
    assert refusal(Gateway.NGINX, underscored).startswith("nginx does not pass on a header named client_id")
    assert "request_header -client_id" in configuration(Gateway.CADDY, underscored, AROUND)
    assert "Caddy does not pass" in refusal(Gateway.CADDY, replace(PAIR, client_id_at=Located(Place.HEADER, "a*")))
    for gateway in (Gateway.NGINX, Gateway.CADDY):
        assert "takes for a variable" in refusal(gateway, replace(API, upstream="http://127.0.0.1/v$1/x"))
    for path in ("/a*", "/a/*/b"):
        assert "takes for any letters" in refusal(Gateway.CADDY, replace(API, path=path))


@EVERY
def test_what_climbs_is_known_in_every_text(gateway: Gateway) -> None:
    text = configuration(gateway, API, AROUND)
    (pattern,) = {found for found in re.findall(r"[\"'](\(\^\|.+\|\$\))[\"']", text) if "[.]" in found}
    climbing = ["/a/../b", "/..", "/./b", "/..;/b", "/..;x=1/b", "/a/..\\b", "/a\\..\\b", "/a/..;"]
    for path in (*climbing, "/.. /b", "/..\0\t", "/. ;"):
        assert re.search(pattern, path), path
    for path in ("/a", "/.well-known/x", "/a..b", "/a../b", "/...", "/a;b/c", "/..x;/b", "/.. x/b", "/ ../b"):
        assert not re.search(pattern, path), path


def test_caddy_looks_for_what_climbs_before_keydesk_is_asked_and_before_the_upstream_is() -> None:
    in_query = replace(PAIR, client_secret_at=Located(Place.QUERY, "client_secret"))
    text = configuration(Gateway.CADDY, in_query, AROUND)
    order = ["respond @climbing 400", "forward_auth", "rewrite * ?|{query}", "uri @credential_1", "uri replace |"]
    order += ["strip_prefix", "path_regexp ^", "respond @climbing_now 400", "reverse_proxy"]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_haproxy_names_the_gap_and_holds_each_key_once() -> None:
    text = configuration(Gateway.HAPROXY, API, AROUND)
    assert "lives until it expires" in text
    assert "#-kid -----BEGIN\n#-kid AAAA\n" in text
    assert "if { var(txn.kid) -m str -- -kid }" in text
    assert text.count("/etc/haproxy/keydesk--kid.pem") == 2


def test_haproxy_wants_all_scopes_or_one() -> None:
    scoped = replace(API, scopes=("read", "it's#%x"))
    every = configuration(Gateway.HAPROXY, scoped, AROUND)
    assert every.count("insufficient_scope") == 2
    assert "unless { var(txn.scope) -m sub ' it'\\''s#%x ' }" in every
    assert "scope=\"read it'\\''s#%%x\"" in every
    any_of = configuration(Gateway.HAPROXY, replace(scoped, any_scope=True), AROUND)
    assert "-m sub ' read ' ' it'\\''s#%x ' }" in any_of


def test_https_in_front_and_behind_is_checked_and_named() -> None:
    tls = replace(API, gateway="https://api.example", upstream="https://backend.example/v1")
    nginx = configuration(Gateway.NGINX, tls, AROUND)
    for line in ("listen 443 ssl;", "server_name api.example;", "proxy_ssl_verify on;", "server backend.example:443;"):
        assert line in nginx
    assert "proxy_set_header Host backend.example;" in nginx
    assert "in clear" not in nginx
    caddy = configuration(Gateway.CADDY, tls, AROUND)
    assert "https://api.example:443 {" in caddy
    assert "reverse_proxy https://backend.example:443 {" in caddy
    haproxy = configuration(Gateway.HAPROXY, tls, AROUND)
    assert "bind :443 ssl crt /etc/ssl/private/api.example.pem alpn http/1.1\n" in haproxy
    assert "ssl verify required" in haproxy
    assert "sni str(backend.example) verifyhost backend.example" in haproxy


def test_an_api_at_the_root_has_no_place_beside_it() -> None:
    root = replace(API, path="/")
    assert "location / {\n        auth_request" in configuration(Gateway.NGINX, root, AROUND)
    assert "@weather path *\n" in configuration(Gateway.CADDY, root, AROUND)
    assert "deny_status 404" not in configuration(Gateway.HAPROXY, root, AROUND)


def test_nobody_listens_beyond_this_machine_without_being_told_to() -> None:
    unnamed = replace(API, gateway=None)
    assert "listen 127.0.0.1:8080;" in configuration(Gateway.NGINX, unnamed, AROUND)
    assert "bind 127.0.0.1\n" in configuration(Gateway.CADDY, unnamed, AROUND)
    assert "bind 127.0.0.1:8080\n" in configuration(Gateway.HAPROXY, unnamed, AROUND)


@pytest.mark.parametrize(
    ("host", "bound"),
    [
        ("127.0.0.2", "127.0.0.2:1"), ("127.1", "127.0.0.1:1"), ("localhost", "127.0.0.1:1"), ("[::1]", "[::1]:1"),
        ("127.example.org", ":1"), ("127.0.0.1.example.org", ":1"), ("10.0.0.7", ":1"), ("[2001:db8::1]", ":1"),
    ],
)  # fmt: skip
def test_only_an_address_of_this_machine_is_listened_on_alone(host: str, bound: str) -> None:
    text = configuration(Gateway.HAPROXY, replace(API, gateway=f"http://{host}:1"), AROUND)
    assert f"    bind {bound}\n" in text


@EVERY
def test_one_text_is_whole_for_all_apis_of_an_address_however_they_are_named(gateway: Gateway) -> None:
    text = configuration(gateway, API, AROUND, [RAIN])
    assert "# The APIs rain and weather behind" in text
    assert "They share http://127.0.0.1:8080;" in text.replace("\n# ", " ")
    assert f"keydesk api gateway rain weather --for {gateway}\n" in text
    assert text.count("{") == text.count("}")
    assert not re.search("<<|>>|[ \t]$|\n\n\n", text, re.MULTILINE)
    assert configuration(gateway, RAIN, AROUND, [API, RAIN, API]) == text
    assert configuration(gateway, API, AROUND, [API]) == configuration(gateway, API, AROUND)


def test_one_server_of_nginx_has_what_is_shared_once_and_the_rest_for_each_api() -> None:
    in_query = replace(RAIN, security=PAIR.security, client_id_at=Located(Place.QUERY, "id"))
    text = configuration(Gateway.NGINX, PAIR, AROUND, [in_query])
    once = ["server {", "listen ", "log_format gateway_127_0_0_1__8080 ", "if ($uri ~", "location / {", "_keydesk {"]
    once += ["access_log /var/log/nginx/127.0.0.1-8080.log", "error_log ", "server 127.0.0.1:8400;"]
    assert {each: text.count(each) for each in once} == dict.fromkeys(once, 1)
    for api in (PAIR, in_query):
        own = f"api_{api.name}"
        for line in (
            f"upstream {own}_upstream {{", f'location ^~ "{api.path}" {{', f"auth_request /_keydesk/{api.name};",
            f"auth_request_set ${own}_denial ", f"error_page 401 = @{own}_401;", f"error_page 403 = @{own}_403;",
            f"error_page 500 = @{own}_closed;", f"location @{own}_401 {{", f"location @{own}_closed {{",
            f"location = /_keydesk/{api.name} {{", f"return 401 ${own}_denial;",
            f"proxy_pass http://gateway_127_0_0_1__8080_keydesk/verify/{api.name};",
            f"proxy_set_header X-Client-Id ${own}_client_id;",
        ):  # fmt: skip
            assert text.count(line) == 1, line
    assert text.count("map $args $api_rain_args_1 {") == 1
    assert text.index('"/weather-man" {') < text.index('"/weather" {')


def test_one_site_of_caddy_has_a_route_for_each_api_and_no_name_of_a_matcher_twice() -> None:
    odd = [replace(RAIN, id=name, name=name, path=f"/{name}") for name in ("climbing", "ended", "credential_1")]
    text = configuration(Gateway.CADDY, API, AROUND, [RAIN, *odd])
    assert text.count("admin off") == 0
    for line in ("http://127.0.0.1:8080 {", "\nhttp://:8080 {", "log {"):
        assert text.count(line) == 1, line
    for line in ("bind ", "\trespond 404\n}"):
        assert text.count(line) == 2, f"{line} for the APIs, and for any other name"
    for api in (API, RAIN):
        assert text.count(f'@{api.name} path "{api.path}" "{api.path}/*"\n\troute @{api.name} {{') == 1
        assert text.count(f"uri /verify/{api.name}\n") == 1
    for name in ("climbing", "ended", "credential_1"):
        assert f"@API-{name} path " in text, "the route has a matcher of this name"
        assert f"\n\t@{name} " not in text
    assert text.index("@rain path") < text.index("@weather path")


def test_one_frontend_of_haproxy_verifies_once_and_each_backend_refuses_for_its_own_api() -> None:
    text = configuration(Gateway.HAPROXY, API, AROUND, [RAIN])
    frontend, rain, weather = text.split("\nbackend ")
    assert (rain.split()[0], weather.split()[0]) == ("rain", "weather")
    assert frontend.count("frontend 127.0.0.1-8080 ") == frontend.count("jwt_verify(") == 1
    assert "/etc/haproxy/127.0.0.1-8080.cfg > /etc/haproxy/keydesk--kid.pem" in frontend
    assert "default_backend" not in text
    assert "http-request return status 401" not in frontend
    chosen = "set-var(txn.api) str(rain) if { path -m str '/weather-man' } || { path -m beg '/weather-man/' }"
    assert frontend.index(chosen) < frontend.index("unless { var(txn.api) -m found }")
    assert frontend.index("unless { var(txn.api) -m found }") < frontend.index("use_backend rain if")
    for backend in (rain, weather):
        rules = ["fhdr_cnt(authorization) gt 1 } || { req.fhdr(authorization) -m sub , }"]
        rules += ["unless { http_auth_bearer -m found }"]
        rules += ["unless { var(txn.ours) -m bool }", "set-header X-Client-Id", "set-header Host", "server upstream"]
        places = [backend.index(each) for each in rules]
        assert places == sorted(places)
    assert "gravitee.io" in rain
    assert "' read '" in rain
    assert 'realm="weather"' in weather
    assert "gravitee.io" not in weather
    assert "' read '" not in weather


def test_apis_at_different_addresses_have_no_text_together() -> None:
    unnamed, tls = replace(RAIN, gateway=None), replace(RAIN, id="3", name="wind", path="/wind", gateway="https://a.b")
    assert refusal(Gateway.NGINX, API, beside=[unnamed, tls]) == (
        "One text is for the APIs of one gateway address, and these are apart: "
        "rain and weather at http://127.0.0.1:8080; wind at https://a.b."
    )
    for other in ("http://127.0.0.1:8081", "https://127.0.0.1:8080", "http://localhost:8080"):
        assert f"rain at {other}" in refusal(Gateway.CADDY, API, beside=[replace(RAIN, gateway=other)])
    assert "server_name _;" in configuration(Gateway.NGINX, API, AROUND, [unnamed]), "one of them has no host yet"
    same = replace(RAIN, gateway="https://A.b:443/below")
    assert 'location ^~ "/below/weather-man" {' in configuration(Gateway.NGINX, tls, AROUND, [same])


def test_apis_whose_gateways_have_paths_that_make_them_overlap_have_no_text_together() -> None:
    below = replace(API, gateway="http://127.0.0.1:8080/x", path="/a/b")
    assert refusal(Gateway.NGINX, below, beside=[replace(RAIN, path="/x/A")]) == (
        "“weather” and “rain” overlap at their gateways, http://127.0.0.1:8080/x/a/b and http://127.0.0.1:8080/x/A: "
        "a call could be meant for both. Change a path, or a gateway."
    )


def test_whoever_cannot_be_in_a_text_of_several_is_named() -> None:
    said = refusal(Gateway.HAPROXY, API, beside=[replace(RAIN, security=PAIR.security)])
    assert said.startswith("“rain” cannot be in this text. HAProxy verifies bearer tokens by itself")
    assert refusal(Gateway.HAPROXY, API, replace(AROUND, keys=()), [RAIN]).startswith("There is no signing key yet")


def test_neighbours_are_at_the_same_address_and_join_where_the_gateway_can_guard_them() -> None:
    others = [
        replace(RAIN, id="unnamed", gateway=None),
        replace(RAIN, id="pair", path="/pair", security=PAIR.security),
        replace(RAIN, id="nowhere", path="/nowhere", upstream=None),
        replace(RAIN, id="elsewhere", path="/elsewhere", gateway="http://127.0.0.1:8081"),
        replace(RAIN, id="below", path="/man", gateway="http://127.0.0.1:8080/weather"),
        replace(RAIN, id="odd", path="/odd", gateway=upstream_url("http://a;b")),
    ]
    found = neighbours(Gateway.NGINX, API, [API, *others])
    assert [each.id for each in found.joining] == ["unnamed", "pair"]
    assert [each.id for each in found.left_out] == ["nowhere", "below"]
    assert configuration(Gateway.NGINX, API, AROUND, found.joining)
    assert [each.id for each in neighbours(Gateway.HAPROXY, API, others).joining] == ["unnamed"]
    assert neighbours(Gateway.HAPROXY, PAIR, others).joining == (), "there is no text that they could join"


def test_a_text_is_out_of_date_when_what_stands_in_it_changes_and_not_before() -> None:
    changes: list[dict[str, Any]] = [
        {"name": "rain"}, {"path": "/rain"}, {"upstream": None}, {"gateway": "https://api.example"},
        {"security": PAIR.security}, {"client_id_at": Located(Place.QUERY, "X-IBM-Client-Id")},
        {"client_secret_at": Located(Place.HEADER, "X-Secret")},
    ]  # fmt: skip
    for change in changes:
        assert wants_new_text(API, replace(API, **change)), change
    kept = replace(API, title="Rain", scopes=("read",), any_scope=True, subscribed_only=True, subscriptions=1)
    assert not wants_new_text(API, replace(kept, profile=Profile.IBM_V5, last_called_at=NOON))
    assert configuration(Gateway.NGINX, API, AROUND) == configuration(Gateway.NGINX, kept, AROUND)


@given(st.text("abzAZ09._~-", min_size=1, max_size=20), st.data())
def test_the_name_of_a_parameter_is_found_however_it_is_encoded(name: str, data: st.DataObject) -> None:
    def encoded(letter: str) -> str:
        spelt = f"%{ord(letter):02x}"
        return data.draw(st.sampled_from([letter, spelt, spelt.upper()]))

    assert re.fullmatch(parameter_pattern(name), "".join(map(encoded, name)))
    assert re.fullmatch(parameter_pattern(name), quote(name))
    assert not re.fullmatch(parameter_pattern(name), name + "x")


@given(st.lists(st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,3}[a-z0-9])?", fullmatch=True), unique=True, max_size=20))
def test_each_name_is_another_word_of_a_variable(names: list[str]) -> None:
    words = {word(name) for name in names}
    assert len(words) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", each) for each in words)
