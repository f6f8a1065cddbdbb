"""P: the protected APIs; one of them with its callers; the forms, the chooser, and what is asked before a deletion."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from core.apis.status import ApiStatus
from core.outbound.exchange import Call, NoReply, Reply, Silence
from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Located, Place, Profile, Security
from core.rules.gateways import Gateway
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.applications import NewApplication
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, fetched, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import NARROW, SPACIOUS, Console, opened
from tui.clipboard import Setting
from tui.drawing.themes import Look
from tui.widgets.api_controls import SecurityBoxes
from tui.widgets.controls import Choices, Tick

WHAT = "SELECT action, object FROM audit_events WHERE action LIKE 'api%' ORDER BY id"


@pytest.fixture
def weather(services: Services) -> ApiView:
    asked = NewApi("weather", "/weather", "http://10.0.6.20:8080", "Weather Provider API", "https://api.example")
    return services.apis.create(asked)


def called(database: Database, api: ApiView, application: ApplicationView, calls: int) -> None:
    """Leave what *verify* leaves of calls that were let in."""
    statement = "INSERT INTO api_callers VALUES (:api, :application, '2026-05-02 11:50:00.000000', :calls)"
    plain_sql(database, statement, api=api.id, application=application.id, calls=calls)


def choose(desk: Console, name: str, place: int) -> None:
    """Choose in the field of this name, as the arrows do."""
    field = next(field for field in desk.app.screen.query("Field") if field.name == name)
    field.query_one(Choices).chosen = place


def tick(desk: Console, *wanted: Security) -> None:
    """Tick these securities, and no other."""
    for box in desk.app.screen.query_one(SecurityBoxes).query(Tick):
        box.value = box.name in wanted


def labels(desk: Console) -> list[str]:
    """Return the names of the fields that are shown."""
    return [str(field.name) for field in desk.app.screen.query("Field") if not field.has_class("-unasked")]


async def test_an_api_is_protected_by_a_form_that_asks_for_what_its_security_needs(
    console: Open, services: Services
) -> None:
    async with console() as desk:
        await desk.press("P")
        assert desk.crumbs.startswith("Applications › APIs")
        assert "No API is protected yet. Press n" in desk.text
        await desk.press("n")
        assert "oauth_scopes" not in labels(desk)
        assert desk.value("client_id") == CLIENT_ID_AT.name
        for field, text, sentence in (
            ("name", "Weather API", "! The name of an API is 1 to 63 lower-case letters"),
            ("path", "weather", "! The public path begins with a slash"),
            ("upstream", "10.0.0.7", "! The upstream is a URL of http or https"),
            ("upstream", "http://kim:pw@10.0.0.7", "! The upstream holds a user or a password"),
            ("client_secret", "Cookie", "! The header Cookie has another meaning"),
        ):
            await desk.fill("name", "weather")
            await desk.fill("path", "/weather")
            await desk.fill(field, text)
            await desk.press("enter")
            assert desk.error_at(field).startswith(sentence)
            assert desk.value(field) == text
            await desk.fill("upstream", "http://10.0.0.7:8080")
        tick(desk)
        await desk.press("enter")
        assert desk.error_at("security").startswith("! Choose at least one security")
        tick(desk, Security.BEARER)
        await desk.settle()
        assert not {"client_id", "client_secret", "api_scope"} & set(labels(desk))
        await desk.fill("oauth_scopes", "weather:read weather:write")
        choose(desk, "any_scope", 1)
        choose(desk, "subscribed_only", 1)
        assert "Anybody can tell" not in desk.text
        choose(desk, "profile", list(Profile).index(Profile.IBM_V5))
        await desk.settle()
        assert "! Anybody can tell an unknown client ID from a wrong" in desk.text
        await desk.press("enter")
        assert desk.crumbs == "APIs › weather"
    (api,) = services.apis.list()
    assert (api.path, api.upstream, api.gateway, api.title) == ("/weather", "http://10.0.0.7:8080", None, None)
    assert (api.security, api.scopes, api.any_scope) == ({Security.BEARER}, ("weather:read", "weather:write"), True)
    assert (api.subscribed_only, api.profile) == (True, Profile.IBM_V5)
    assert (api.client_id_at, api.client_secret_at) == (CLIENT_ID_AT, CLIENT_SECRET_AT)


@pytest.mark.slow
async def test_edit_sends_what_was_changed_and_the_screen_follows(
    console: Open, services: Services, database: Database, weather: ApiView
) -> None:
    services.apis.create(NewApi("echo", "/echo"))
    async with console() as desk:
        await desk.press("P", "G", "enter")
        assert "in the header X-IBM-Client-Secret" in desk.text
        await desk.press("e")
        await desk.fill("path", "/echo/deep")
        await desk.press("enter")
        assert desk.error_at("path").startswith("! The public path overlaps /echo of “echo”")
        await desk.fill("path", weather.path)
        choose(desk, "client_id", 1)
        await desk.fill("client_id", "api_key")
        choose(desk, "api_scope", 1)
        await desk.press("enter")
        assert desk.status == "weather is saved. Its gateway needs a new configuration: C."
        assert "in the query parameter api_key" in desk.text
        await desk.press("e")
        tick(desk, Security.PAIR, Security.BEARER)
        await desk.press("enter")
        assert "client ID and secret, or bearer token" in desk.text
        assert "OAuth scopes" in desk.text
        assert not desk.overflowing
    changed = services.apis.get(weather.id)
    assert (changed.client_id_at, changed.api_scope) == (Located(Place.QUERY, "api_key"), ApiScope.APPLICATION)
    assert fetched(database, WHAT)[2:] == [("api.changed", "weather")] * 2


async def test_an_application_is_subscribed_by_a_chooser_and_unsubscribed_by_a_question(
    console: Open, services: Services, database: Database, weather: ApiView, application: ApplicationView
) -> None:
    other = services.applications.create(NewApplication("ledger-sync"))
    async with console() as desk:
        await desk.press("P", "enter")
        assert "Nobody has subscribed or called yet. Press n" in desk.text
        await desk.press("n")
        await desk.type("ledger")
        desk.hit("enter")
        await desk.settle()
        assert desk.status.startswith("ledger-sync is subscribed. weather is open to every application")
        assert desk.marked.split()[1] == "ledger-sync"
        await desk.press("n", "down", "enter")
        assert desk.status == "ledger-sync had subscribed already."
        await desk.press("n", "enter")
        assert "Callers   2 subscribed, 0 have called" in desk.text
        called(database, weather, application, 1_234)
        await desk.press("ctrl+r", "g")
        assert desk.marked.split()[1:] == [
            *("billing-api", f"{application.client_id[:8]}…", "2026-05-02", "10", "min", "ago", "1,234", "enabled"),
        ]
        await desk.press("y")
        assert "Sent to your terminal" in desk.status
        await desk.press("x")
        assert "weather is open to every application: its calls go on." in desk.text
        assert "Last called 10 min ago, 1,234 times in all." in desk.text
        await desk.press("enter")
        assert len(services.subscriptions.of_application(application.id)) == 1, "Cancel has the focus"
        await desk.press("x", "tab", "enter")
        assert desk.status == "billing-api is unsubscribed."
        await desk.press("x")
        assert desk.screen == "ApiScreen", "who has not subscribed cannot be unsubscribed"
        await desk.press("enter")
        assert desk.crumbs.startswith("weather › billing-api › Trust")
        await desk.press("3")
        assert desk.marked.split()[-2:] == ["api.unsubscribed", "weather"]
        await desk.press("escape")
        assert desk.crumbs == "APIs › weather"
    assert services.subscriptions.of_application(other.id) == ("weather",)
    assert fetched(database, WHAT)[1:] == [
        ("api.subscribed", "ledger-sync weather"),
        ("api.subscribed", "billing-api weather"),
        ("api.unsubscribed", "billing-api weather"),
    ]


async def test_delete_tells_who_still_uses_it(
    console: Open, services: Services, database: Database, weather: ApiView, application: ApplicationView
) -> None:
    for name in ("aalto", "brno", "cadiz"):
        services.subscriptions.add(weather.id, services.applications.create(NewApplication(name)).id)
    services.subscriptions.add(weather.id, application.id)
    called(database, weather, application, 7)
    async with console() as desk:
        desk.hit("P")
        await desk.settle()
        desk.hit("x", "enter")  # faster than it looks who calls
        await desk.settle()
        assert len(services.apis.list()) == 1, "Cancel has the focus"
        await desk.press("x")
        for fact in (
            "Delete the API weather?",
            "Its gateway lets nobody in to https://api.example/weather from",
            "Subscribed: aalto, billing-api, brno and 1 more.",
            "Last called: billing-api 10 min ago.",
        ):
            assert fact in desk.text
        await desk.press("tab", "enter")
        assert desk.status == "weather is deleted: its gateway lets nobody in."
        assert "No API is protected yet" in desk.text
    assert services.apis.list() == ()
    assert fetched(database, WHAT)[-1] == ("api.deleted", "weather")


async def test_the_list_is_filtered_and_sorted_and_an_api_that_goes_meanwhile_is_left(
    console: Open, services: Services, weather: ApiView
) -> None:
    services.apis.create(NewApi("echo", "/echo", security=[Security.BEARER], profile=Profile.GRAVITEE_2016))
    async with console(size=SPACIOUS) as desk:
        await desk.press("P")
        assert [line.split()[0] for line in desk.lines[2:4]] == [">", "weather"]
        await desk.press("slash")
        await desk.type("provider")
        await desk.press("enter")
        assert "1 · /provider" in desk.crumbs
        assert desk.marked.split()[1] == "weather"
        await desk.press("enter")
        services.apis.delete(weather.id)
        await desk.press("ctrl+r")
        assert desk.status.startswith("! This API is no longer there")
        await desk.press("escape", "s", "s")
        assert desk.status == "Sorted by Security, ascending."
        assert "gravitee-2016" in desk.marked
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


@pytest.mark.parametrize("look", [Look(), Look("ansi")])
async def test_what_was_written_past_the_rules_is_drawn_harmlessly(
    console: Open, services: Services, database: Database, weather: ApiView, application: ApplicationView, look: Look
) -> None:
    evil = "[/][@click=app.quit]x[/]\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e漢字"
    services.subscriptions.add(weather.id, application.id)
    for column in ("name", "title", "path", "upstream", "gateway", "scopes", "client_id_name", "created_by"):
        plain_sql(database, f"UPDATE apis SET {column} = :evil", evil=f"/{evil}".lower())
    plain_sql(database, "UPDATE applications SET name = :evil", evil=evil)
    async with console(look=look) as desk:
        await desk.press("P")
        for keys in ((), ("x",), ("escape", "enter"), ("x",), ("escape", "n"), ("escape", "e")):
            await desk.press(*keys)
            assert "[/]" in desk.text
            assert desk.is_clean
            assert not desk.overflowing


@pytest.mark.slow
async def test_every_part_follows_the_terminal(console: Open, services: Services, weather: ApiView) -> None:
    for number in range(30):
        application = services.applications.create(NewApplication(f"caller {number}"))
        services.subscriptions.add(weather.id, application.id)
    async with console() as desk:
        for keys in (("P",), ("enter",), ("n",), ("escape", "e"), ("escape", "x")):
            await desk.press(*keys)
            for size in ((64, 16), SPACIOUS, NARROW):
                await desk.resize(*size)
                assert desk.overflowing == []
        await desk.press("escape")
        await desk.resize(64, 16)
        assert "caller 0" in desk.marked
        assert "Public URL" in desk.text


async def test_the_configuration_of_each_gateway_is_shown_copied_and_written(
    database: Database, clock: Clock, weather: ApiView, tmp_path: Path
) -> None:
    services = compose(database, clock, client_cert="X-Certificate")
    async with opened(services, clock, directories=[tmp_path]) as desk:
        await desk.press("P", "enter", "C")
        assert desk.crumbs == "APIs › weather › Gateway"
        assert "# The API weather behind nginx" in desk.text
        await desk.press("end")
        await desk.until(lambda: "# keydesk is away, overloaded, or does not know the API." in desk.text)
        await desk.press("2", "c")
        assert "Sent to your terminal" in desk.status
        assert "    # What Caddy writes" in desk.text, "a tab is blanks on the screen"
        assert "␉" not in desk.text
        text = services.gateways.configuration(weather, Gateway.CADDY)
        assert "request_header -X-Certificate\n" in text, "the header that the settings name"
        assert b64encode(text.encode()).decode() in desk.sent[-1]
        await desk.press("w")
        written = tmp_path / "keydesk-weather.caddy.conf"
        assert desk.status.startswith(f"Written to {tmp_path.parent}")
        assert written.read_text(encoding="utf-8") == text
        await desk.press("w")
        assert desk.status.startswith(f"! Rename or remove {tmp_path.parent}"), "it exists already"
        await desk.press("3")
        assert "! HAProxy verifies bearer tokens by itself" in desk.text
        await desk.press("c", "w")
        assert desk.status == "", "there is nothing to copy or to write"
        assert "share one server" not in desk.text
        services.apis.create(NewApi("rain", "/rain", weather.upstream, gateway=weather.gateway))
        services.apis.create(NewApi("fog", "/fog", gateway=weather.gateway))
        fog, rain, _ = services.apis.list()
        await desk.press("1")
        assert "For 2 of the 3 APIs at this address; nginx cannot guard the others." in desk.text
        assert "# The APIs rain and weather behind nginx" in desk.text
        services.apis.change(fog.id, ApiChanges(upstream="http://10.0.6.22"))
        await desk.press("ctrl+r")
        assert "For all 3 APIs at this address, which share one server." in desk.text
        await desk.press("w")
        several = services.gateways.configuration(weather, Gateway.NGINX, [rain, services.apis.get(fog.id)])
        assert (tmp_path / "keydesk-api.example-443.nginx.conf").read_text(encoding="utf-8") == several
        await desk.press("3")
        assert "share one server" not in desk.text, "here it cannot even guard this one"
        for size in ((64, 16), SPACIOUS):
            await desk.resize(*size)
            assert desk.overflowing == []
        services.apis.delete(weather.id)
        await desk.press("ctrl+r")
        assert desk.screen == "ApisScreen"


async def test_what_does_not_fit_is_scrolled_and_what_is_lacking_is_named(console: Open, services: Services) -> None:
    where = "/".join(["https://api.example", *["a-long-way"] * 12])
    scopes = [f"weather:{number}" for number in range(24)]
    securities, gateway = [Security.PAIR, Security.BEARER], "https://api.example"
    asked = NewApi("long", "/long", where, "A title that goes on " * 4, gateway, securities, scopes=scopes)
    api = services.apis.create(asked)
    async with console(setting=Setting.OFF) as desk:
        await desk.press("P", "enter")
        assert "Protected" not in desk.text
        (more,) = (line for line in desk.lines if "Tab, then the arrows." in line)
        assert more.strip().startswith("… ")
        await desk.press("tab", "end")
        await desk.until(lambda: "Protected" in desk.text)
        assert "… more lines above: arrows scroll, Tab goes back." in desk.text
        await desk.resize(64, 16)
        assert desk.overflowing == []
        await desk.resize(80, 60)
        assert "Protected" in desk.text
        assert "Tab" not in desk.text, "all of it is seen"
        await desk.resize(*NARROW)
        await desk.press("n")
        assert "There is no application yet." in desk.text
        await desk.type("x")
        assert "Nothing matches." in desk.text
        await desk.press("escape", "C", "c")
        assert desk.status.startswith("! Not copied: select it, or press w.")
        services.apis.change(api.id, ApiChanges(title=None, scopes=[], upstream=None))
        await desk.press("escape", "ctrl+r")
        assert "Protected" in desk.text
        assert desk.app.focused is desk.app.screen.query_one("ApiScreen > Table")


async def test_upstreams_are_asked_by_a_key_and_never_by_themselves(
    services: Services, clock: Clock, weather: ApiView
) -> None:
    services.apis.create(NewApi("rain-of-the-north-sea", "/rain", "http://10.0.6.21"))
    services.apis.create(NewApi("wind", "/wind"))
    asked: list[str] = []
    gate = Event()

    def send(call: Call, _within: float) -> Reply:
        asked.append(call.url)
        gate.wait(10)
        if call.url == weather.upstream:
            return Reply(401, b"")
        raise NoReply("The name is not known.", kind=Silence.DNS)

    status = ApiStatus(send=send, elapsed=lambda: 0.0)
    async with opened(replace(services, api_status=status), clock, size=SPACIOUS) as desk:
        await desk.press("P", "ctrl+r", "enter", "escape")
        assert asked == []
        desk.hit("u")
        await desk.until(lambda: len(asked) == 2)
        assert desk.status == "Asking …"
        desk.hit("j", "u")
        await desk.until(lambda: "They are being asked: one moment." in desk.text)
        gate.set()
        await desk.settle()
        assert desk.status == "! 1 of 2 are up."
        ends = [line.split("–", 1)[-1].strip() for line in desk.lines if line[3:7] in ("rain", "wind", "weat")]
        assert ends == ["DOWN      DNS", "UP        AUTH 401 · 0 ms", "–         no upstream"]
        await desk.resize(*NARROW)
        await desk.press("g")
        assert "   DOWN, DNS · rain-of-the-north-sea · /rain" in desk.lines, "what its columns have no room for"
        assert "rain-o…h-sea" in desk.marked, "the ends tell two names apart"
        await desk.resize(*SPACIOUS)
        await desk.press("g", "j", "enter")
        assert "http://10.0.6.20:8080 · UP, AUTH 401 · 0 ms" in desk.text
        await desk.press("u")
        assert desk.status == "UP, AUTH 401 · 0 ms."
