"""Verify for one protected API: who may pass, what the others see, and what is written down of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.rules.apis import Located, Place
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from store.database import Database
from tests.staging import WRONG, Clock, everything, lock_out
from tests.web.certifying import certificate
from tests.web.client import Answer, Client, bearer
from tests.web.conftest import remove
from tests.web.tokens import altered, token_of
from web.app import application as http_face

WEATHER = "/verify/weather"
NOBODY = "00000000-0000-4000-8000-000000000000"
Headers = list[tuple[str, str | bytes]]
Make = Callable[..., ApiView]


@pytest.fixture
def protect(services: Services) -> Make:
    """Protect *weather*, as the keywords of `NewApi` say."""
    return lambda **settings: services.apis.create(NewApi("weather", "/weather", **settings))


def pair(client_id: str, value: str) -> Headers:
    return [("x-ibm-client-id", client_id), ("x-ibm-client-secret", value)]


@pytest.fixture
def right(issued: IssuedSecret) -> Headers:
    return pair(issued.client_id, issued.value)


def reasons(services: Services, application: ApplicationView) -> list[str | None]:
    """Return why logons of the application were refused, newest first."""
    services.gatekeeper.refused.flush()
    return [row.reason for row in services.activity.page(application.id).rows if row.action == "logon.refused"]


def passes(answer: Answer, client_id: str, scope: str = "") -> bool:
    fields = {"cache-control": "no-store", "content-length": "0", "x-client-id": client_id, "x-scope": scope}
    return answer == Answer(200, fields, b"")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_right_pair_passes_and_tells_who_it_is(
    client: Client, protect: Make, right: Headers, issued: IssuedSecret, method: str
) -> None:
    protect()
    for _ in range(2):  # the first time it is verified, then it is known
        assert passes(await client.get(WEATHER, *right, method=method), issued.client_id)
    shouted = pair(issued.client_id.upper(), issued.value)
    assert passes(await client.get(WEATHER, *shouted, method=method), issued.client_id)


async def test_a_token_passes_with_its_scopes(
    client: Client, protect: Make, credentials: tuple[str, str], issued: IssuedSecret
) -> None:
    protect(security=["bearer"], scopes=["read"])
    token = await token_of(client, credentials)
    assert passes(await client.get(WEATHER, bearer(token)), issued.client_id, "read write")


async def test_all_or_any_of_the_scopes_are_wanted(
    client: Client, protect: Make, services: Services, credentials: tuple[str, str], application: ApplicationView
) -> None:
    api = protect(security=["bearer"], scopes=["read", "admin"])
    token = await token_of(client, credentials)
    answer = await client.get(WEATHER, bearer(token))
    wanted = 'Bearer realm="weather", error="insufficient_scope", scope="read admin"'
    assert (answer.status, answer.headers["www-authenticate"]) == (403, wanted)
    assert reasons(services, application) == ["insufficient scope, API weather"]
    services.apis.change(api.id, ApiChanges(any_scope=True))
    assert (await client.get(WEATHER, bearer(token))).status == 200


async def test_a_client_id_alone_passes_where_it_is_enough(
    client: Client, protect: Make, services: Services, application: ApplicationView
) -> None:
    protect(security=["client-id"])
    header = ("X-IBM-Client-Id".lower(), application.client_id)
    assert passes(await client.get(WEATHER, header), application.client_id)
    assert (await client.get(WEATHER, (header[0], NOBODY))).status == 401
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert (await client.get(WEATHER, header)).status == 401
    assert reasons(services, application) == ["application disabled, API weather"]


async def test_credentials_stand_where_they_were_declared(
    client: Client, protect: Make, right: Headers, issued: IssuedSecret
) -> None:
    protect(client_id_at=Located(Place.QUERY, "client_id"), client_secret_at=Located(Place.QUERY, "client_secret"))
    query = f"client_id={issued.client_id}&client_secret={issued.value}"
    assert (await client.get(WEATHER, *right)).status == 401
    for target, *told in (
        (f"{WEATHER}?{query}",),
        (WEATHER, ("x-original-uri", f"/weather/today?zip=90210&{query}")),
        (WEATHER, ("x-forwarded-uri", f"/weather?{query}")),
        (f"{WEATHER}?a=1", ("x-original-uri", f"/weather?{query}")),
    ):
        assert passes(await client.get(target, *told), issued.client_id), target
    for target, *told in (
        (f"{WEATHER}?{query}", ("x-original-uri", "/weather")),
        (WEATHER, ("x-original-uri", f"/weather?{query}"), ("x-forwarded-uri", f"/weather?{query}")),
        (f"{WEATHER}?{query}&client_id={issued.client_id}",),
    ):
        assert (await client.get(target, *told)).status == 401, target


async def test_a_credential_that_comes_twice_is_refused(
    client: Client, protect: Make, right: Headers, issued: IssuedSecret, credentials: tuple[str, str]
) -> None:
    protect(security=["client-id-and-secret", "bearer"])
    token = await token_of(client, credentials)
    assert (await client.get(WEATHER, *right)).status == (await client.get(WEATHER, bearer(token))).status == 200
    for twice in ([*right, right[0]], [*right, right[1]], [*right, bearer(token)], [bearer(token)] * 2):
        answer = await client.get(WEATHER, *twice)
        challenge = 'Bearer realm="weather", error="invalid_request"'
        assert (answer.status, answer.headers["www-authenticate"]) == (401, challenge)
    assert (await client.get(f"{WEATHER}?X-IBM-Client-Id={issued.client_id}", *right)).status == 401


async def test_what_callers_see_is_the_profiles_and_the_body_stands_in_a_header_too(
    client: Client, protect: Make, services: Services, right: Headers, issued: IssuedSecret
) -> None:
    api = protect(profile="ibm-v5")
    v5 = await client.get(WEATHER, *pair(NOBODY, issued.value))
    assert (v5.status, v5.headers["content-type"]) == (401, "application/json")
    unknown = b'{"httpCode":"401","httpMessage":"Unauthorized","moreInformation":"Client ID not registered"}'
    assert v5.body == v5.headers["x-denial"].encode() == unknown
    assert (await client.get(WEATHER, *pair(issued.client_id, WRONG))).body != unknown
    assert (await client.get(WEATHER, *pair(NOBODY, "")[:1])).body == unknown
    assert (await client.get(WEATHER, *pair(issued.client_id, "")[:1])).body != unknown

    services.apis.change(api.id, ApiChanges(profile="ibm-v10"))
    answers = [await client.get(WEATHER, *some) for some in ([], pair(NOBODY, WRONG), pair(issued.client_id, WRONG))]
    answers += [await client.get(WEATHER, *pair(some, "")[:1]) for some in (NOBODY, issued.client_id)]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].document["moreInformation"] == "Invalid client id or secret."
    services.applications.change(services.applications.resolve(issued.client_id).id, ApplicationChanges(enabled=False))
    disabled = await client.get(WEATHER, *right)
    assert (disabled.status, disabled.document["httpMessage"]) == (403, "Forbidden")

    services.apis.change(api.id, ApiChanges(profile="gravitee-2016", security=["bearer"]))
    none = await client.get(WEATHER)
    assert none.headers["www-authenticate"] == "Bearer realm=gravitee.io - No OAuth authorization header was supplied"
    assert none.body == b'{"message": "No OAuth authorization header was supplied", "http_status_code": 401}'


async def test_a_locked_client_id_looks_like_a_wrong_secret(
    client: Client, protect: Make, services: Services, application: ApplicationView, right: Headers
) -> None:
    protect(profile="ibm-v5")
    wrong = await client.get(WEATHER, *pair(application.client_id, WRONG))
    lock_out(services, application)
    assert await client.get(WEATHER, *right) == wrong
    assert reasons(services, application)[0] == "client ID locked, API weather"


async def test_five_wrong_secrets_at_an_api_lock_the_client_id(
    client: Client, protect: Make, services: Services, application: ApplicationView
) -> None:
    protect()
    for _ in range(5):
        assert (await client.get(WEATHER, *pair(application.client_id, WRONG))).status == 401
    assert services.locks.show(application.id).locked
    assert {failure.reason for failure in services.locks.show(application.id).failures} == {"wrong secret, API weather"}


async def test_an_unknown_client_id_and_nothing_at_all_leave_no_trace(
    client: Client, protect: Make, database: Database, right: Headers
) -> None:
    protect()
    before = everything(database)
    for headers in ([], pair(NOBODY, WRONG), pair("é\0" * 500, WRONG), right[:1], right[1:]):
        assert (await client.get(WEATHER, *headers)).status == 401
    assert everything(database) == before


async def test_which_api_scope_a_secret_needs_is_the_apis_setting(
    client: Client, protect: Make, services: Services, application: ApplicationView
) -> None:
    api = protect()
    issued = services.client_secrets.add(application.id, NewSecret(scopes=frozenset({ApiScope.APPLICATION})))
    narrow = pair(issued.client_id, issued.value)
    assert (await client.get(WEATHER, *narrow)).status == 200
    services.apis.change(api.id, ApiChanges(api_scope=ApiScope.OPENID))
    assert (await client.get(WEATHER, *narrow)).status == 401
    assert reasons(services, application) == ["secret without API scope openid, API weather"]
    assert not services.locks.show(application.id).failed_logons


async def test_subscribed_applications_alone_pass_where_that_is_wanted(
    client: Client,
    protect: Make,
    services: Services,
    application: ApplicationView,
    right: Headers,
    credentials: tuple[str, str],
) -> None:
    api = protect(subscribed_only=True, security=["client-id-and-secret", "bearer"])
    token = await token_of(client, credentials)
    for headers in (right, [bearer(token)]):
        assert (await client.get(WEATHER, *headers)).status == 403
        services.subscriptions.add(api.id, application.id)
        assert (await client.get(WEATHER, *headers)).status == 200
        services.subscriptions.remove(api.id, application.id)
        assert (await client.get(WEATHER, *headers)).status == 403
    assert set(reasons(services, application)) == {"not subscribed, API weather"}


async def test_a_secret_that_is_revoked_passes_no_more_and_nor_does_its_token(
    client: Client,
    protect: Make,
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    right: Headers,
    credentials: tuple[str, str],
) -> None:
    protect(security=["client-id-and-secret", "bearer"])
    token = await token_of(client, credentials)
    assert (await client.get(WEATHER, *right)).status == (await client.get(WEATHER, bearer(token))).status == 200
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert (await client.get(WEATHER, *right)).status == (await client.get(WEATHER, bearer(token))).status == 401
    assert reasons(services, application) == ["token revoked, API weather", "secret revoked, API weather"]


async def test_a_token_that_is_none_of_ours_or_has_ended_is_refused(
    client: Client, protect: Make, services: Services, clock: Clock, credentials: tuple[str, str]
) -> None:
    protect(security=["bearer"])
    token = await token_of(client, credentials)
    for bad in altered(token):
        answer = await client.get(WEATHER, bearer(bad))
        assert answer.headers["www-authenticate"] == 'Bearer realm="weather", error="invalid_token"'
    clock.advance(minutes=60)
    assert (await client.get(WEATHER, bearer(token))).status == 401


async def test_a_bound_token_wants_its_certificate(
    client: Client,
    server: AuthorizationServer,
    protect: Make,
    services: Services,
    application: ApplicationView,
) -> None:
    protect(security=["bearer"])
    own = certificate("billing", key=1)
    services.certificates.add(application.id, own.pem)
    bound = server.mutual_tls.client(application.client_id, own.der, None)
    token = server.tokens.issue(bound, None).value
    assert (await client.get(WEATHER, bearer(token))).status == 401
    assert reasons(services, application) == ["token without its certificate, API weather"]


async def test_a_changed_api_is_asked_for_as_it_is_now(
    client: Client, protect: Make, services: Services, right: Headers, issued: IssuedSecret
) -> None:
    api = protect()
    assert (await client.get(WEATHER, *right)).status == 200
    services.apis.change(api.id, ApiChanges(client_id_at=Located(Place.HEADER, "X-Id")))
    assert (await client.get(WEATHER, *right)).status == 401
    moved: Headers = [("x-id", issued.client_id), right[1]]
    assert (await client.get(WEATHER, *moved)).status == 200
    services.apis.change(api.id, ApiChanges(name="climate"))
    assert [(await client.get(f"/verify/{name}", *moved)).status for name in ("weather", "climate")] == [404, 200]


@pytest.mark.parametrize("name", ["", "nothing", "weather/", "weather/today", "Weather", "x" * 5000, "%77eather"])
async def test_an_api_that_nobody_knows_lets_nobody_in(
    client: Client, protect: Make, right: Headers, name: str
) -> None:
    """404, by which the operator of the gateway sees that it asks for something else; callers get in by 2xx alone."""
    protect()
    answer = await client.get(f"/verify/{name}", *right)
    assert (answer.status, answer.error) == (404, "invalid_request")
    assert "x-client-id" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
async def test_another_method_is_refused(client: Client, protect: Make, method: str) -> None:
    protect()
    assert (await client.get(WEATHER, method=method)).status == 405


async def test_without_its_database_or_a_place_it_lets_nobody_in(
    server: AuthorizationServer, protect: Make, right: Headers, database: Database, path: Path
) -> None:
    protect()
    crowded = Client(http_face(server, strangers=0))
    for headers, take_away in ((pair(NOBODY, WRONG), False), (right, True)):
        if take_away:
            remove(database, path)
        answer = await crowded.get(WEATHER, *headers)
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert "x-client-id" not in answer.headers


async def test_two_applications_are_told_apart(
    client: Client, protect: Make, services: Services, right: Headers, issued: IssuedSecret
) -> None:
    protect()
    other = services.client_secrets.add(services.applications.create(NewApplication("other")).id, NewSecret())
    assert passes(await client.get(WEATHER, *pair(other.client_id, other.value)), other.client_id)
    assert (await client.get(WEATHER, *pair(other.client_id, issued.value))).status == 401
