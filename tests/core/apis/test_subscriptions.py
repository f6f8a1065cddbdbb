"""Which applications have subscribed to which APIs."""

import pytest

from core.rules.errors import NotFound
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import NewApplication
from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, plain_sql


@pytest.fixture
def api(services: Services) -> ApiView:
    return services.apis.create(NewApi("weather", "/weather"))


def test_a_subscription_is_there_once_and_told_once(
    services: Services, api: ApiView, application: ApplicationView, clock: Clock
) -> None:
    assert [services.subscriptions.add(api.id, application.id) for _ in range(2)] == [True, False]
    (caller,) = services.subscriptions.of_api(api.id)
    assert (caller.application, caller.client_id, caller.enabled) == (application.name, application.client_id, True)
    assert (caller.subscribed_at, caller.subscribed_by) == (clock(), "operator")
    assert (caller.last_called_at, caller.calls) == (None, 0)
    assert services.subscriptions.of_application(application.id) == ("weather",)
    assert services.apis.get(api.id).subscriptions == 1
    rows = services.activity.page(application.id).rows
    assert (rows[0].action, rows[0].object) == ("api.subscribed", "billing-api weather")
    assert [row.action for row in rows].count("api.subscribed") == 1


def test_a_subscription_is_taken_away_once_and_told_once(
    services: Services, api: ApiView, application: ApplicationView
) -> None:
    services.subscriptions.add(api.id, application.id)
    assert [services.subscriptions.remove(api.id, application.id) for _ in range(2)] == [True, False]
    assert services.subscriptions.of_api(api.id) == ()
    assert [row.action for row in services.activity.page(application.id).rows].count("api.unsubscribed") == 1


def test_who_has_called_is_listed_beside_who_has_subscribed(
    services: Services, api: ApiView, application: ApplicationView, database: Database, clock: Clock
) -> None:
    other = services.applications.create(NewApplication("audit"))
    services.subscriptions.add(api.id, application.id)
    at = "2026-05-02 11:00:00.000000"
    called = "INSERT INTO api_callers (api_id, application_id, last_called_at, calls) VALUES (:api, :who, :at, 7)"
    plain_sql(database, called, api=api.id, who=other.id, at=at)
    audit, billing = services.subscriptions.of_api(api.id)
    assert (audit.application, audit.subscribed_at, audit.calls) == ("audit", None, 7)
    assert (billing.application, billing.calls) == ("billing-api", 0)
    assert services.apis.get(api.id).last_called_at == audit.last_called_at


def test_subscriptions_go_with_the_api_and_with_the_application(
    services: Services, api: ApiView, application: ApplicationView
) -> None:
    other = services.apis.create(NewApi("echo", "/echo"))
    for each in (api, other):
        services.subscriptions.add(each.id, application.id)
    services.apis.delete(api.id)
    assert services.subscriptions.of_application(application.id) == ("echo",)
    services.applications.delete(application.id, application.name)
    assert services.subscriptions.of_api(other.id) == ()
    for call in (services.subscriptions.add, services.subscriptions.remove):
        with pytest.raises(NotFound):
            call(other.id, application.id)
