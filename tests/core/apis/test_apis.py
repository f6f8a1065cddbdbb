"""Protected APIs: create, list, change, delete, and what is refused beside other APIs and our own servers."""

import pytest

from core.rules.apis import Located, Place, Profile, Security
from core.rules.errors import NameTaken, NotFound, Refusal
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.scopes import ApiScope
from core.rules.views.activity import ActivityRow
from core.rules.views.apis import ApiView
from core.services import Services
from store.database import Database
from tests.staging import Clock, block_the_activity, everything, plain_sql, statements


@pytest.fixture
def api(services: Services) -> ApiView:
    return services.apis.create(NewApi("weather", "/weather", "http://127.0.0.1:9000/v1/"))


def last(services: Services) -> ActivityRow:
    return services.activity.page(None).rows[0]


def test_an_api_has_what_was_asked_for_and_is_for_the_pair_of_headers(api: ApiView, clock: Clock) -> None:
    assert (api.name, api.path, api.upstream, api.gateway) == ("weather", "/weather", "http://127.0.0.1:9000/v1", None)
    assert (api.security, api.profile) == ({Security.PAIR}, Profile.RFC6750)
    assert (str(api.client_id_at), str(api.client_secret_at)) == (
        "header X-IBM-Client-Id",
        "header X-IBM-Client-Secret",
    )
    assert (api.scopes, api.any_scope, api.api_scope, api.subscribed_only) == ((), False, None, False)
    assert (api.created_at, api.created_by, api.subscriptions, api.last_called_at) == (clock(), "operator", 0, None)


def test_every_setting_comes_back(services: Services) -> None:
    asked = NewApi(
        "Orders.v2",
        "/orders",
        title="  Orders ",
        gateway="https://api.example/",
        security=["bearer", "client-id"],
        client_id_at=Located(Place.QUERY, "client_id"),
        client_secret_at=Located(Place.HEADER, "X-Secret"),
        scopes=["read", "write", "read"],
        any_scope=True,
        api_scope=ApiScope.OPENID,
        subscribed_only=True,
        profile="ibm-v5",
    )
    view = services.apis.create(asked)
    assert services.apis.get(view.id) == services.apis.resolve("ORDERS.V2") == view
    assert (view.name, view.title, view.upstream) == ("orders.v2", "Orders", None)
    assert view.public_url == "https://api.example/orders"
    assert view.security == {Security.BEARER, Security.CLIENT_ID}
    assert (view.client_id_at, view.client_secret_at) == (asked.client_id_at, asked.client_secret_at)
    assert (view.scopes, view.any_scope, view.api_scope) == (("read", "write"), True, ApiScope.OPENID)
    assert (view.subscribed_only, view.profile) == (True, Profile.IBM_V5)


def test_apis_are_listed_by_name(services: Services, api: ApiView) -> None:
    services.apis.create(NewApi("echo", "/echo"))
    assert [each.name for each in services.apis.list()] == ["echo", "weather"]


def test_however_many_apis_there_are_they_are_listed_by_one_statement(services: Services, database: Database) -> None:
    for number in range(5):
        services.apis.create(NewApi(f"a{number}", f"/a{number}"))
    with statements(database) as told:
        assert len(services.apis.list()) == 5
    assert len([each for each in told if each.startswith("SELECT")]) == 1


def test_an_api_that_nobody_knows_is_not_found(services: Services, api: ApiView) -> None:
    assert services.apis.resolve(api.id) == api
    for unknown in ("", "weathe", "/weather"):
        with pytest.raises(NotFound, match="keydesk api list"):
            services.apis.resolve(unknown)


def test_a_name_is_taken_in_any_case(services: Services, api: ApiView) -> None:
    with pytest.raises(NameTaken, match="an API named “weather”") as refused:
        services.apis.create(NewApi("WEATHER", "/other"))
    assert refused.value.field == "name"
    other = services.apis.create(NewApi("other", "/other"))
    with pytest.raises(NameTaken):
        services.apis.change(other.id, ApiChanges(name="weather"))


@pytest.mark.parametrize("wanted", ["/weather", "/weather/", "/weather/today", "/Weather", "/"])
def test_two_apis_share_no_path(services: Services, api: ApiView, wanted: str) -> None:
    with pytest.raises(Refusal, match="overlaps /weather of “weather”") as refused:
        services.apis.create(NewApi("other", wanted))
    assert refused.value.field == "path"


def test_a_path_that_only_begins_with_the_same_letters_is_another(services: Services, api: ApiView) -> None:
    services.apis.create(NewApi("reports", "/weather-reports"))
    changed = services.apis.change(api.id, ApiChanges(path="/weather/today"))
    assert changed.path == "/weather/today"


@pytest.mark.parametrize(
    "upstream",
    ["http://127.0.0.1:8400", "http://localhost:8400/verify", "http://[::1]:9999/x", "https://keys.example/api"],
)
def test_keydesk_is_nobodys_upstream(services: Services, upstream: str) -> None:
    with (
        services.servers.announced("http://0.0.0.0:9999", "https://keys.example"),
        pytest.raises(Refusal, match="keydesk itself") as refused,
    ):
        services.apis.create(NewApi("loop", "/loop", upstream))
    assert refused.value.field == "upstream"


def test_a_gateway_does_not_ask_itself(services: Services, api: ApiView) -> None:
    for gateway, upstream in (
        ("http://127.0.0.1:8080", "http://localhost:8080/loop"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://api.example/v1", "https://API.example:443/v1/loop/now"),
    ):
        with pytest.raises(Refusal, match="would ask itself") as refused:
            services.apis.create(NewApi("loop", "/loop", upstream, gateway=gateway))
        assert refused.value.field == "upstream"
    with pytest.raises(Refusal, match="would ask itself"):
        services.apis.change(api.id, ApiChanges(gateway="http://127.0.0.1:9000", path="/v1"))
    services.apis.create(NewApi("beside", "/beside", "http://127.0.0.1:8080/v1", gateway="http://127.0.0.1:8080"))


def test_changes_are_told_and_what_stays_as_it_was_leaves_no_trace(services: Services, api: ApiView) -> None:
    changed = services.apis.change(api.id, ApiChanges(security=["bearer"], scopes=["read"], title=None))
    row = last(services)
    assert (changed.security, changed.scopes) == ({Security.BEARER}, ("read",))
    assert (row.action, row.object, row.object_id, row.application_id) == ("api.changed", "weather", api.id, "")
    assert row.before == {"security": ["client-id-and-secret"], "scopes": ""}
    assert row.after == {"security": ["bearer"], "scopes": "read"}
    services.apis.change(api.id, ApiChanges(name="weather", security=["bearer"]))
    assert last(services) == row


def test_a_change_that_makes_no_sense_with_what_is_there_is_refused(services: Services, api: ApiView) -> None:
    with pytest.raises(Refusal, match="names of their own"):
        services.apis.change(api.id, ApiChanges(client_id_at=Located(Place.HEADER, "x-ibm_client-secret")))
    assert services.apis.get(api.id) == api


def test_an_older_api_with_one_name_for_both_is_shown_and_can_be_mended(
    services: Services, api: ApiView, database: Database
) -> None:
    plain_sql(database, "UPDATE apis SET client_secret_in = 'query', client_secret_name = client_id_name")
    assert str(services.apis.get(api.id).client_secret_at) == "query X-IBM-Client-Id"
    assert services.apis.change(api.id, ApiChanges(title="Weather")).title == "Weather"
    with pytest.raises(Refusal, match="names of their own"):
        services.apis.change(api.id, ApiChanges(client_id_at=Located(Place.QUERY, "x-ibm-client-id")))
    mended = services.apis.change(api.id, ApiChanges(client_secret_at=Located(Place.HEADER, "X-Secret")))
    assert str(mended.client_secret_at) == "header X-Secret"


def test_a_deleted_api_is_gone_and_its_row_tells_what_it_was(services: Services, api: ApiView) -> None:
    services.apis.delete(api.id)
    row = last(services)
    assert (row.action, row.object) == ("api.deleted", "weather")
    assert row.before
    assert row.before["path"] == "/weather"
    assert services.apis.list() == ()
    for call in (services.apis.get, services.apis.delete):
        with pytest.raises(NotFound, match="no longer there"):
            call(api.id)


def test_no_row_no_change(services: Services, api: ApiView, database: Database) -> None:
    block_the_activity(database)
    before = everything(database)
    for change in (
        lambda: services.apis.create(NewApi("other", "/other")),
        lambda: services.apis.change(api.id, ApiChanges(title="other")),
        lambda: services.apis.delete(api.id),
    ):
        with pytest.raises(Refusal, match="activity was altered"):
            change()
    assert everything(database) == before
