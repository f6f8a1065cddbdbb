"""`keydesk api`: what a script reads, and what a person is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.rules.apis import Profile, Security
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import NewApplication
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from store.tables import ApiCaller
from tests.core.odd_server import answer, saying
from tests.keydesk.conftest import Keydesk
from tests.staging import NOON

KEYS = [
    "id", "name", "title", "path", "upstream", "gateway", "public_url", "security", "client_id_in", "client_id_name",
    "client_secret_in", "client_secret_name", "scopes", "any_scope", "api_scope", "subscribed_only", "profile",
    "subscriptions", "last_called_at", "created_at", "created_by",
]  # fmt: skip
Called = Callable[[str, str, timedelta], None]


@pytest.fixture
def weather(services: Services) -> ApiView:
    return services.apis.create(NewApi("weather", "/weather", "http://127.0.0.1:9000"))


@pytest.fixture
def called(database: Database) -> Called:
    """Note that an application has called an API so long after noon."""

    def call(api_id: str, application_id: str, after: timedelta) -> None:
        with database.transaction() as session:
            row = ApiCaller(api_id=api_id, application_id=application_id, last_called_at=NOON + after, calls=3)
            session.add(row)

    return call


def test_create_takes_every_setting_and_json_has_every_key(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk(
        "api", "create", "Weather", "--path", "/weather", "--upstream", "http://127.0.0.1:9000/v1/", "--title", "Wind",
        "--gateway", "https://api.example", "--security", "bearer", "--security", "client-id-and-secret",
        "--client-id-in", "query", "--client-id-name", "client_id", "--client-secret-name", "X-Secret",
        "--scope", "read", "--scope", "write", "--any-scope", "--api-scope", "openid", "--subscribed-only",
        "--profile", "ibm-v10", "--json",
    )  # fmt: skip
    made = ran.document
    assert (ran.code, list(made)) == (0, KEYS)
    assert made == {
        **made, "name": "weather", "title": "Wind", "path": "/weather", "upstream": "http://127.0.0.1:9000/v1",
        "gateway": "https://api.example", "public_url": "https://api.example/weather",
        "security": ["client-id-and-secret", "bearer"], "client_id_in": "query", "client_id_name": "client_id",
        "client_secret_in": "header", "client_secret_name": "X-Secret", "scopes": ["read", "write"],
        "any_scope": True, "api_scope": "openid", "subscribed_only": True, "profile": "ibm-v10", "subscriptions": 0,
        "last_called_at": None,
    }  # fmt: skip
    assert keydesk("api", "list", "--json").document == [made]
    assert keydesk("api", "show", made["id"], "--json").document == made
    assert services.apis.get(made["id"]).profile is Profile.IBM_V10


def test_create_by_name_and_path_alone_wants_the_pair_in_headers(keydesk: Keydesk) -> None:
    made = keydesk("api", "create", "weather", "--path", "/weather", "--json").document
    assert (made["security"], made["profile"], made["api_scope"]) == (["client-id-and-secret"], "rfc6750", None)
    assert (made["client_id_name"], made["client_secret_name"]) == ("X-IBM-Client-Id", "X-IBM-Client-Secret")
    assert (made["upstream"], made["gateway"], made["public_url"], made["any_scope"]) == (None, None, None, False)


def test_a_profile_that_gives_something_away_says_so_when_it_is_chosen(keydesk: Keydesk) -> None:
    said = f"ibm-v5: {Profile.IBM_V5.gives_away}\n"
    assert keydesk("api", "create", "a", "--path", "/a", "--profile", "ibm-v5").err == said
    assert keydesk("api", "create", "b", "--path", "/b", "--profile", "gravitee-2016").err == ""
    assert keydesk("api", "set", "b", "--profile", "ibm-v5", "--json").err == said
    assert keydesk("api", "set", "b", "--title", "B").err == ""


def test_what_is_given_and_has_no_effect_is_said(keydesk: Keydesk) -> None:
    assert keydesk("api", "create", "a", "--path", "/a", "--scope", "read").err == (
        "No call is asked for an OAuth scope: that needs --security bearer.\n"
    )
    assert keydesk("api", "set", "a", "--security", "client-id", "--client-secret-name", "X-Key").err.startswith(
        "No call is asked for a client secret: that needs --security client-id-and-secret.\n"
    )
    assert keydesk(
        "api", "set", "a", "--security", "bearer", "--client-id-in", "query", "--scope", "write"
    ).err.startswith("No call is asked for a client ID: that needs --security client-id or client-id-and-secret.\n")
    assert "asked" not in keydesk("api", "set", "a", "--scope", "read").err
    assert keydesk("api", "set", "a", "--api-scope", "openid").err.startswith(
        "The API scope is asked of a client secret that is presented: not of tokens, nor of a client ID alone.\n"
    )
    shown = keydesk("api", "show", "a").out
    assert "OAuth scopes" in shown
    assert "Client" not in shown
    assert "API scope" not in shown
    assert "OAuth" not in keydesk("api", "set", "a", "--security", "client-id-and-secret", "--api-scope", "any").out


def test_set_changes_what_is_given_and_no_more(keydesk: Keydesk, services: Services, weather: ApiView) -> None:
    before = keydesk("api", "show", "weather", "--json").document
    ran = keydesk(
        "api", "set", "weather", "--name", "wind", "--client-secret-in", "query", "--client-secret-name", "key",
        "--scope", "read", "--api-scope", "application", "--subscribed-only", "--upstream", "", "--json",
    )  # fmt: skip
    given = {
        "name": "wind", "client_secret_in": "query", "client_secret_name": "key", "scopes": ["read"],
        "api_scope": "application", "subscribed_only": True, "upstream": None,
    }  # fmt: skip
    assert ran.document == {**before, **given}
    back = keydesk("api", "set", "wind", "--api-scope", "any", "--no-scopes", "--everyone", "--json").document
    assert (back["api_scope"], back["scopes"], back["subscribed_only"]) == (None, [], False)
    alone = keydesk("api", "set", "wind", "--client-id-name", "X-Id", "--security", "client-id", "--json").document
    assert (alone["client_id_in"], alone["client_id_name"], alone["security"]) == ("header", "X-Id", ["client-id"])
    assert services.apis.get(weather.id).security == {Security.CLIENT_ID}


def test_set_says_where_a_gateway_has_to_follow(keydesk: Keydesk, weather: ApiView) -> None:
    anew = "A gateway in front of it needs a new configuration: keydesk api gateway weather --for …\n"
    for option, value in (("--path", "/wind"), ("--client-id-name", "X-Id"), ("--security", "bearer")):
        assert keydesk("api", "set", "weather", option, value).err == anew
    followed = "nginx and Caddy follow from the next call on; HAProxy wants its configuration anew.\n"
    assert keydesk("api", "set", "weather", "--scope", "read").err == followed
    assert keydesk("api", "set", "weather", "--subscribed-only").err == followed
    assert keydesk("api", "set", "weather", "--scope", "write").err == ""


def test_delete_says_where_a_gateway_does_not_hear_of_it(keydesk: Keydesk) -> None:
    keydesk("api", "create", "weather", "--path", "/weather", "--security", "bearer")
    told = keydesk("api", "delete", "weather").err.splitlines()
    assert told[1:] == [
        "HAProxy, if it guards this API, never asks and is not counted: take the API out of its configuration."
    ]


def test_list_and_show_for_people(keydesk: Keydesk, services: Services) -> None:
    assert keydesk("api", "list").err == (
        "There are no protected APIs yet; keydesk api create NAME --path /PATH makes one.\n"
    )
    services.apis.create(
        NewApi(
            "weather", "/weather", security={Security.BEARER, Security.PAIR}, scopes=("read", "write"), any_scope=True,
            api_scope=ApiScope.OPENID, subscribed_only=True,
        )
    )  # fmt: skip
    heading, row = keydesk("api", "list").out.splitlines()
    assert heading.split("  ")[0] == "NAME"
    assert " ".join(row.split()) == (
        "weather /weather client ID and secret or bearer token subscribed only rfc6750 - 0 never"
    )
    shown = dict(line.split("  ", 1) for line in keydesk("api", "show", "weather").out.splitlines())
    assert shown["OAuth scopes"].strip() == "one of read write"
    assert shown["API scope"].strip() == "OpenID"
    assert shown["Client ID in"].strip() == "header X-IBM-Client-Id"


def test_subscribe_and_unsubscribe_may_be_said_twice(
    keydesk: Keydesk, services: Services, weather: ApiView, application: ApplicationView
) -> None:
    first = keydesk("api", "subscribe", "weather", "billing-api", "--json")
    assert first.document == {
        "api": "weather", "application": "billing-api", "client_id": application.client_id, "subscribed": True,
        "changed": True,
    }  # fmt: skip
    assert first.err.splitlines() == [
        "“billing-api” is subscribed to “weather”.",
        "“weather” is open to every application; keydesk api set weather --subscribed-only ends that.",
    ]
    keydesk("api", "set", "weather", "--subscribed-only")
    again = keydesk("api", "subscribe", "weather", application.client_id)
    assert (again.code, again.out, again.err) == (0, "", "“billing-api” is subscribed to “weather” already.\n")
    assert services.subscriptions.of_application(application.id) == ("weather",)
    gone = keydesk("api", "unsubscribe", "weather", "billing-api")
    assert (gone.code, gone.err) == (0, "“billing-api” is no longer subscribed to “weather”.\n")
    ran = keydesk("api", "unsubscribe", "weather", "billing-api", "--json")
    assert (ran.code, ran.document["subscribed"], ran.document["changed"]) == (0, False, False)
    assert services.subscriptions.of_application(application.id) == ()


def test_callers_are_who_subscribed_and_who_called(
    keydesk: Keydesk, services: Services, weather: ApiView, application: ApplicationView, called: Called
) -> None:
    assert keydesk("api", "callers", "weather").err == "Nobody has subscribed to “weather” or called it.\n"
    services.subscriptions.add(weather.id, application.id)
    other = services.applications.create(NewApplication("zeppelin"))
    called(weather.id, other.id, timedelta(hours=1))
    first, second = keydesk("api", "callers", "weather", "--json").document
    assert first == {
        "application": "billing-api", "application_id": application.id, "client_id": application.client_id,
        "enabled": True, "subscribed_at": "2026-05-02T12:00:00Z", "subscribed_by": "operator", "last_called_at": None,
        "calls": 0,
    }  # fmt: skip
    assert (second["application"], second["subscribed_at"], second["calls"]) == ("zeppelin", None, 3)
    assert second["last_called_at"] == "2026-05-02T13:00:00Z"
    lines = keydesk("api", "callers", "weather").out.splitlines()
    assert [line.split()[0] for line in lines] == ["APPLICATION", "billing-api", "zeppelin"]


def test_delete_tells_who_still_uses_it(
    keydesk: Keydesk, services: Services, weather: ApiView, application: ApplicationView, called: Called
) -> None:
    services.subscriptions.add(weather.id, application.id)
    for number in range(6):
        caller = services.applications.create(NewApplication(f"caller-{number}"))
        called(weather.id, caller.id, timedelta(days=number))
    ran = keydesk("api", "delete", "weather", "--json")
    assert (ran.code, ran.document["name"]) == (0, "weather")
    assert ran.err.startswith("The API “weather” is deleted. It was for: “caller-5” (last called 2026-05-07")
    assert "“caller-1” (last called 2026-05-03" in ran.err
    assert ran.err.endswith(") and 2 more.\n")
    again = keydesk("api", "delete", "weather")
    assert (again.code, again.err) == (1, "No API has this name or id; see: keydesk api list.\n")
    keydesk("api", "create", "empty", "--path", "/")
    assert keydesk("api", "delete", "empty").err == (
        "The API “empty” is deleted. Nobody had subscribed to it or called it.\n"
    )


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        (["create", "a"], 2, "Under which path do callers find it? Give --path, such as /weather."),
        (["create", "a b", "--path", "/a"], 1, "The name of an API is 1 to 63 lower-case letters"),
        (["create", "a", "--path", "a"], 1, "The public path begins with a slash"),
        (["create", "a", "--path", "/weather/now"], 1, "overlaps /weather of “weather”"),
        (["create", "weather", "--path", "/b"], 1, "There is already an API named “weather”."),
        (["create", "a", "--path", "/a", "--upstream", "127.0.0.1:80"], 1, "a URL of http or https"),
        (["create", "a", "--path", "/a", "--upstream", "http://u:p@h"], 1, "a user or a password"),
        (["create", "a", "--path", "/a", "--upstream", "http://localhost:8400"], 1, "is keydesk itself"),
        (["create", "a", "--path", "/a", "--security", "basic"], 2, "'basic' is not one of"),
        (["create", "a", "--path", "/a", "--security", "client-id", "--security", "client-id-and-secret"], 1, "alone"),
        (["create", "a", "--path", "/a", "--client-id-name", "Connection"], 1, "another meaning"),
        (["create", "a", "--path", "/a", "--client-id-name", ""], 1, "a word of ASCII"),
        (["create", "a", "--path", "/a", "--client-id-name", "x-ibm-client-secret"], 1, "names of their own"),
        (["create", "a", "--path", "/a", "--api-scope", "all"], 2, "'all' is not one of"),
        (["create", "a", "--path", "/a", "--scope", ""], 1, "An OAuth scope is one word"),
        (["create", "a", "--path", "/a", "--profile", "ibm"], 2, "'ibm' is not one of"),
        (["set", "weather"], 2, "Nothing to set; see: keydesk api set --help."),
        (["set", "weather", "--scope", "a", "--no-scopes"], 2, "contradict each other"),
        (["set", "nowhere", "--title", "a"], 1, "No API has this name or id"),
        (["show", "\x1b[31m"], 1, "No API has this name or id"),
        (["subscribe", "weather"], 2, "Missing argument 'APP'"),
        (["subscribe", "weather", "nobody"], 1, "No application has this client ID"),
        (["unsubscribe", "nowhere", "nobody"], 1, "No API has this name or id"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    keydesk: Keydesk, services: Services, weather: ApiView, argv: list[str], code: int, sentence: str
) -> None:
    ran = keydesk("api", *argv)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (code, "", 1)
    assert sentence in ran.err
    assert services.apis.list() == (weather,)


def test_status_tells_up_and_down_and_by_exit_code_whether_one_is_down(keydesk: Keydesk, services: Services) -> None:
    with saying(answer(401, b"")) as server:
        services.apis.create(NewApi("weather", "/weather", server.address))
        services.apis.create(NewApi("empty", "/empty"))
        up = keydesk("api", "status")
        assert (up.code, up.err) == (0, "")
        heading, empty, weather = (line.split() for line in up.out.splitlines())
        assert heading == ["STATUS", "NAME", "REASON", "UPSTREAM", "TIME"]
        assert weather[:5] == ["UP", "weather", "AUTH", "401", server.address]
        assert empty == ["-", "empty", "no", "upstream", "-", "-"]
    services.apis.create(NewApi("gone", "/gone", "http://127.0.0.1:9"))
    assert keydesk("api", "status").err == "2 of 2 upstreams are down.\n"
    down = keydesk("api", "status", "gone", "--json")
    (told,) = down.document
    assert (down.code, down.err) == (1, "1 of 1 upstreams is down.\n")
    assert list(told) == ["status", "name", "reason", "upstream", "milliseconds"]
    assert (told["status"], told["reason"], told["upstream"]) == ("DOWN", "CONNECTION", "http://127.0.0.1:9")
    assert keydesk("api", "status", "empty", "--json").document[0]["status"] is None
    assert keydesk("api", "status", "nowhere").code == 1


def test_gateway_prints_a_configuration_for_the_server_that_runs(
    keydesk: Keydesk, services: Services, weather: ApiView
) -> None:
    with services.servers.announced("http://127.0.0.1:8411", "https://login.example"):
        ran = keydesk("api", "gateway", "weather", "--for", "nginx")
        assert (ran.code, ran.err) == (0, "")
        assert "server 127.0.0.1:8411;" in ran.out
        told = keydesk("api", "gateway", "weather", "--for", "nginx", "--json").document
        assert told == {"api": "weather", "gateway": "nginx", "configuration": ran.out}
    alone = keydesk("api", "gateway", "weather", "--for", "caddy")
    assert "forward_auth 127.0.0.1:8400 {" in alone.out
    assert alone.err.startswith("No keydesk serve runs on this database: the text assumes its default address.")


def test_gateway_prints_one_text_for_the_apis_of_an_address_and_tells_of_those_beside(
    keydesk: Keydesk, services: Services, weather: ApiView
) -> None:
    rain = services.apis.create(NewApi("rain", "/rain", "http://127.0.0.1:9001", security={Security.BEARER}))
    services.apis.create(NewApi("fog", "/fog"))
    services.apis.create(NewApi("wind", "/wind", "http://127.0.0.1:9002", gateway="https://api.example"))
    with services.servers.announced("http://127.0.0.1:8411", "https://login.example"):
        told = keydesk("api", "gateway", "weather", "--for", "caddy").err
        assert told == (
            "rain is at http://127.0.0.1:8080, too. One text for all of them: "
            "keydesk api gateway weather rain --for caddy\n"
        )
        ran = keydesk("api", "gateway", "weather", rain.id, "Weather", "--for", "caddy", "--json")
        assert (ran.code, ran.err, list(ran.document)) == (0, "", ["api", "apis", "gateway", "configuration"])
        assert (ran.document["api"], ran.document["apis"]) == ("weather", ["weather", "rain"])
        assert ran.document["configuration"] == keydesk("api", "gateway", "rain", "weather", "--for", "caddy").out
        twice = keydesk("api", "gateway", "weather", weather.id, "--for", "caddy", "--json").document
        assert list(twice) == ["api", "gateway", "configuration"]
    for names, sentence in (
        (("rain", "wind"), "these are apart: rain at http://127.0.0.1:8080; wind at https://api.example."),
        (("rain", "fog"), "“fog” cannot be in this text. “fog” has no upstream to pass calls on to"),
        (("rain", "hail"), "No API has this name or id"),
    ):
        refused = keydesk("api", "gateway", *names, "--for", "caddy")
        assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
        assert sentence in refused.err
    assert keydesk("api", "gateway", "--for", "caddy").code == 2


def test_gateway_names_the_header_of_client_certificates_that_the_settings_name(
    keydesk: Keydesk, weather: ApiView, tmp_path: Path
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[proxy]\nclient_cert_header = "X-Certificate"\n')
    ran = keydesk("api", "gateway", "weather", "--for", "caddy", KEYDESK_CONFIG=str(settings))
    assert "request_header -X-Certificate\n" in ran.out


def test_gateway_holds_the_public_keys_for_haproxy(keydesk: Keydesk, services: Services, weather: ApiView) -> None:
    keydesk("api", "set", "weather", "--security", "bearer")
    said = keydesk("api", "gateway", "weather", "--for", "haproxy")
    assert (said.code, said.out) == (1, "")
    assert said.err == "There is no signing key yet whose tokens HAProxy could verify: start keydesk serve once.\n"
    kids = [keydesk("keys", "rotate", "--json").document["kid"] for _ in range(2)]
    text = keydesk("api", "gateway", "weather", "--for", "haproxy").out
    assert all(f"#{kid} -----BEGIN PUBLIC KEY-----" in text for kid in kids)
    assert text.count("jwt_verify('ES256'") == 2


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--for", "haproxy"], 1, "HAProxy verifies bearer tokens by itself"),
        (["--for", "apache"], 2, "'apache' is not one of"),
        ([], 2, "Missing option '--for'"),
    ],
)
def test_gateway_says_what_it_cannot_do(
    keydesk: Keydesk, weather: ApiView, options: list[str], code: int, sentence: str
) -> None:
    ran = keydesk("api", "gateway", "weather", *options)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (code, "", 1)
    assert sentence in ran.err
