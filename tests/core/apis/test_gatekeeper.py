"""Why a call would be refused: the same answers as for a real one, and no trace of the question."""

from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DatabaseError

from core.rules.denials import Denial
from core.rules.errors import NotFound
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
from tests.staging import WRONG, Clock, everything, lock_out, plain_sql, statements
from tests.web.conftest import ISSUER, server_of

NOBODY = "00000000-0000-4000-8000-000000000000"
Headers = Sequence[tuple[str, str]]


@pytest.fixture
def api(services: Services) -> ApiView:
    return services.apis.create(NewApi("weather", "/weather", security=["client-id-and-secret", "bearer"]))


def pair(client_id: str, value: str) -> Headers:
    return [("X-IBM-Client-Id", client_id), ("X-IBM-Client-Secret", value)]


def denial(services: Services, api: ApiView, headers: Headers, query: str = "") -> Denial | None:
    verdict = services.gatekeeper.why(api.id, headers, query)
    assert (verdict.status == 200) == (verdict.denial is None)
    assert verdict.sentence
    return verdict.denial


def test_why_names_the_check_and_leaves_no_trace(
    services: Services, api: ApiView, issued: IssuedSecret, application: ApplicationView, database: Database
) -> None:
    other = services.client_secrets.add(services.applications.create(NewApplication("other")).id, NewSecret())
    before = everything(database)
    right = pair(issued.client_id, issued.value)
    assert denial(services, api, right) is None
    for headers, expected in (
        ([], Denial.NO_CREDENTIAL),
        (right[:1], Denial.NO_SECRET),
        ([*right, *right], Denial.UNCLEAR),
        (pair(NOBODY, issued.value), Denial.UNKNOWN_CLIENT_ID),
        (pair(issued.client_id, WRONG), Denial.WRONG_SECRET),
        (pair(issued.client_id, other.value), Denial.WRONG_SECRET),
        ([("Authorization", "Bearer x.y.z")], Denial.INVALID_TOKEN),
    ):
        assert denial(services, api, headers) is expected
    assert denial(services, api, right, "X-IBM-Client-Id=") is Denial.UNCLEAR
    nobody = pair(NOBODY, issued.value)[:1]
    assert denial(services, api, nobody) is Denial.NO_SECRET, "which callers of this API see, too"
    assert everything(database) == before
    assert services.subscriptions.of_api(api.id) == ()


def test_why_knows_what_became_of_a_right_secret(
    services: Services, api: ApiView, issued: IssuedSecret, application: ApplicationView
) -> None:
    right = pair(issued.client_id, issued.value)
    lock_out(services, application)
    assert denial(services, api, right) is Denial.LOCKED
    services.locks.unlock(application.id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert denial(services, api, right) is Denial.DISABLED
    services.applications.change(application.id, ApplicationChanges(enabled=True))
    services.apis.change(api.id, ApiChanges(subscribed_only=True, profile="ibm-v10"))
    assert denial(services, api, right) is Denial.NOT_SUBSCRIBED
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert denial(services, api, right) is Denial.SECRET_REVOKED


def test_why_names_what_is_lacking(
    services: Services, api: ApiView, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    server = server_of(services)
    services.apis.change(api.id, ApiChanges(scopes=["read", "write"], api_scope=ApiScope.OPENID))
    narrow = services.client_secrets.add(application.id, NewSecret(scopes=frozenset({ApiScope.APPLICATION})))
    verdict = services.gatekeeper.why(api.id, pair(narrow.client_id, narrow.value), "")
    assert (verdict.denial, verdict.status) == (Denial.NO_API_SCOPE, 401)
    assert verdict.sentence.endswith("is wanted here: OpenID.")

    headers = [("Authorization", f"Bearer {token_for(server, issued)}")]
    verdict = services.gatekeeper.why(api.id, headers, "")
    assert (verdict.denial, verdict.status) == (Denial.INSUFFICIENT_SCOPE, 403)
    assert verdict.sentence.endswith("wants: read and write.")
    clock.advance(minutes=61)
    assert denial(services, api, headers) is Denial.TOKEN_EXPIRED


def token_for(server: AuthorizationServer, issued: IssuedSecret) -> str:
    client = server.authentication.by_secret(issued.client_id, issued.value, ApiScope.OPENID, None)
    return server.tokens.issue(client, None).value


def test_why_takes_a_token_for_what_a_server_of_this_database_would(
    services: Services, api: ApiView, issued: IssuedSecret
) -> None:
    headers = [("Authorization", f"Bearer {token_for(server_of(services), issued)}")]
    with services.servers.announced("http://127.0.0.1:8400", ISSUER):
        assert denial(services, api, headers) is None
    with services.servers.announced("http://127.0.0.1:8400", "https://another.example"):
        assert denial(services, api, headers) is Denial.INVALID_TOKEN


def test_an_api_that_is_gone_has_no_why(services: Services, api: ApiView) -> None:
    services.apis.delete(api.id)
    with pytest.raises(NotFound):
        services.gatekeeper.why(api.id, [], "")


def test_calls_that_are_let_in_are_counted_at_the_next_tick(
    services: Services, api: ApiView, application: ApplicationView, clock: Clock
) -> None:
    server, gate = server_of(services), services.gatekeeper
    guarded = gate.api("weather")
    assert guarded is not None
    for _ in range(2):
        admitted = gate.decide(guarded, application.client_id)
        assert admitted is not None
        assert not isinstance(admitted, Denial)
        gate.count(admitted, clock())
        clock.advance(seconds=1)
    server.tick()
    (caller,) = services.subscriptions.of_api(api.id)
    assert (caller.application, caller.calls, caller.subscribed_at) == ("billing-api", 2, None)
    assert (clock() - (caller.last_called_at or clock())).total_seconds() == 1
    assert services.apis.get(api.id).last_called_at == caller.last_called_at
    gate.count(admitted, clock())
    services.apis.delete(api.id)
    server.tick()
    assert services.apis.list() == ()


def test_calls_that_cannot_be_written_wait_for_the_next_time(
    services: Services, api: ApiView, application: ApplicationView, database: Database
) -> None:
    callers = services.gatekeeper.callers
    callers.note((api.id, application.id), services.desk.now())
    plain_sql(database, "ALTER TABLE api_callers RENAME TO elsewhere")
    with pytest.raises(DatabaseError):
        callers.flush()
    callers.note((api.id, application.id), services.desk.now())
    plain_sql(database, "ALTER TABLE elsewhere RENAME TO api_callers")
    callers.flush()
    assert [caller.calls for caller in services.subscriptions.of_api(api.id)] == [2]


def test_a_last_call_that_is_yet_to_come_follows_the_clock_back(
    services: Services, api: ApiView, application: ApplicationView, clock: Clock
) -> None:
    callers = services.gatekeeper.callers
    for hours in (2, -3):  # ahead by two hours, then set back
        clock.set(hours=hours)
        callers.note((api.id, application.id), clock())
        callers.flush()
    (caller,) = services.subscriptions.of_api(api.id)
    assert (caller.calls, caller.last_called_at) == (2, clock())


def test_however_many_callers_there_are_they_are_written_by_a_handful_of_statements(
    services: Services, api: ApiView, database: Database, clock: Clock
) -> None:
    owners = [services.applications.create(NewApplication(f"app {number}")).id for number in range(30)]
    callers = services.gatekeeper.callers
    for round_ in (1, 2):
        for owner in owners:
            callers.note((api.id, owner), clock())
        callers.note(("gone", owners[0]), clock())
        callers.note((api.id, "gone"), clock())
        with statements(database) as told:
            callers.flush()
        assert len(told) <= 4
        assert [caller.calls for caller in services.subscriptions.of_api(api.id)] == [round_] * 30
