"""Many refused calls of a known client at once: each is refused, and none makes others wait for a commit."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core.apis.refused_calls import WITH_ADDRESS, WITH_API, RefusedCalls
from core.authentication.refused_logons import SETTLED_AT_ONCE
from core.rules.denials import Denial
from core.rules.errors import Refusal
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from store.database import Database
from tests.staging import (
    Clock,
    block_the_activity,
    compose,
    everything,
    fetched,
    plain_sql,
    services_at,
    statements,
)
from tests.web.client import Client, bearer
from tests.web.conftest import server_of
from tests.web.tokens import token_of
from web.app import application as http_face

MANY = 64
NOBODY = "00000000-0000-4000-8000-000000000000"


def refused(services: Services, application: ApplicationView) -> list[ActivityRow]:
    return [row for row in services.activity.page(application.id).rows if row.action == "logon.refused"]


async def test_64_calls_that_may_not_pass_are_refused_each_and_written_as_two_rows(
    client: Client,
    services: Services,
    application: ApplicationView,
    issued: IssuedSecret,
    database: Database,
    clock: Clock,
    credentials: tuple[str, str],
) -> None:
    services.apis.create(
        NewApi("weather", "/weather", security=["client-id-and-secret", "bearer"], subscribed_only=True)
    )
    pair = [("x-ibm-client-id", issued.client_id), ("x-ibm-client-secret", issued.value)]
    token = bearer(await token_of(client, credentials))
    assert (await client.get("/verify/weather", *pair)).status == 403  # from now on the secret is known
    services.gatekeeper.refused.flush()
    clock.advance(minutes=60)
    before = everything(database)
    for headers, status in ((pair, 403), ([token], 401)):
        answers = await asyncio.gather(*(client.get("/verify/weather", *headers) for _ in range(MANY)))
        assert Counter(answer.status for answer in answers) == {status: MANY}
    assert everything(database) == before
    services.gatekeeper.refused.flush()
    clock.advance(minutes=5)
    told = Counter[str | None]()
    for row in refused(services, application)[:-1]:
        told[row.reason] += row.count
    assert told == {"not subscribed, API weather": MANY, "token expired, API weather": MANY}
    assert len(refused(services, application)) == 1 + 2 * 2


async def test_of_a_client_id_alone_only_what_looks_unknown_keeps_the_pace(database: Database, clock: Clock) -> None:
    slept: list[float] = []
    services = compose(database, clock, sleep=slept.append, timer=lambda: 100.0)
    services.authentication.pace.measured(40.0)  # a refused secret has taken a minute
    client = Client(http_face(server_of(services)))
    services.apis.create(NewApi("weather", "/weather", security=["client-id"], subscribed_only=True))
    known, disabled = (services.applications.create(NewApplication(name)) for name in ("known", "disabled"))
    services.applications.change(disabled.id, ApplicationChanges(enabled=False))
    header = "x-ibm-client-id"
    answers = await asyncio.gather(*(client.get("/verify/weather", (header, known.client_id)) for _ in range(MANY)))
    assert {answer.status for answer in answers} == {403}
    assert slept == []
    for client_id in (NOBODY, disabled.client_id):
        assert (await client.get("/verify/weather", (header, client_id))).status == 401
        assert slept == [60]
        slept.clear()


@pytest.mark.parametrize("write", [AuthorizationServer.tick, AuthorizationServer.close], ids=["tick", "close"])
def test_a_lone_refused_call_is_written_by_the_next_tick_or_at_the_end_with_its_address(
    services: Services, path: Path, application: ApplicationView, write: Callable[[AuthorizationServer], None]
) -> None:
    server = server_of(services)
    services.gatekeeper.refused.note(application.client_id.upper(), "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
    write(server)
    (row,) = refused(services_at(path), application)
    assert (row.reason, row.source, row.count) == ("not subscribed, API weather", "10.0.0.1", 1)


def test_refusals_that_cannot_be_written_wait_and_those_of_a_deleted_application_are_forgotten(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    other = services.applications.create(NewApplication("other"))
    calls = RefusedCalls(services.desk)
    calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
    calls.note(other.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.9")
    services.applications.delete(other.id, "other")
    block_the_activity(database)
    with pytest.raises(Refusal, match="activity was altered"):
        calls.flush()
    calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
    calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.2")
    plain_sql(database, "DELETE FROM audit_events WHERE action = 'x'")
    calls.flush()
    clock.advance(minutes=5)
    assert counts(services, application) == {"10.0.0.1": 2, "10.0.0.2": 1}
    assert not any(row.reason for row in services.activity.page(other.id).rows)


def counts(services: Services, application: ApplicationView) -> Counter[str | None]:
    """Return how many calls were refused, by address."""
    told = Counter[str | None]()
    for row in refused(services, application):
        told[row.source] += row.count
    return told


def test_a_flood_from_more_addresses_than_are_told_apart_is_counted_whole_by_a_handful_of_statements(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    calls = RefusedCalls(services.desk)
    for tick in range(3):
        for number in range(500):
            calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, f"2001:db8::{tick}:{number}")
        with statements(database) as told:
            calls.flush()
        assert len(told) <= 16
        clock.advance(seconds=1)
    assert len(refused(services, application)) == WITH_ADDRESS + 1
    clock.advance(minutes=5)
    told_apart = counts(services, application)
    assert told_apart.pop(None) == 1500 - WITH_ADDRESS
    assert set(told_apart.values()) == {1}
    calls.flush()  # as each second, with nothing to write
    calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
    calls.flush()
    calls.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.2")
    calls.flush()
    assert [row.source for row in refused(services, application)[:2]] == ["10.0.0.2", "10.0.0.1"]
    assert services.activity.verify().ok


def test_of_more_apis_than_are_told_apart_the_rest_is_counted_by_its_reason(
    services: Services, application: ApplicationView
) -> None:
    calls = RefusedCalls(services.desk)
    for number in range(WITH_API + 10):
        calls.note(application.client_id, f"a{number}", Denial.NOT_SUBSCRIBED, "10.0.0.1")
    calls.note(application.client_id, "a0", Denial.TOKEN_EXPIRED, "10.0.0.2")
    calls.flush()
    told = {(row.reason, row.source) for row in refused(services, application)}
    assert len(told) == WITH_API + 2
    assert {("not subscribed, API a0", "10.0.0.1"), (f"not subscribed, API a{WITH_ADDRESS}", None)} < told
    assert {("not subscribed", None), ("token expired", None)} < told


def test_one_flush_writes_so_much_and_no_more_and_the_rest_waits_its_turn(
    services: Services, database: Database, application: ApplicationView, clock: Clock
) -> None:
    calls = RefusedCalls(services.desk)
    owners = [services.applications.create(NewApplication(f"app {number}")) for number in range(5)]
    plain_sql(
        database,
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1500) INSERT INTO logon_repeats"
        " (application_id, reason, hint, source, ends_at, until, count) SELECT :id, 'wrong secret', '', i,"
        " '2026-05-02 11:00:00.000000', '2026-05-02 11:00:00.000000', 1 FROM c",
        id=application.id,
    )
    before = rows(database, "audit_events")
    for number in range(30):
        for owner in owners:
            calls.note(owner.client_id, "weather", Denial.NOT_SUBSCRIBED, f"10.0.0.{number}")
    calls.flush()
    assert rows(database, "audit_events") - before == 90 + SETTLED_AT_ONCE
    calls.note(owners[0].client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.0")
    calls.flush()
    assert rows(database, "audit_events") - before == 150 + 2 * SETTLED_AT_ONCE
    calls.note(owners[0].client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.0")
    calls.flush_all()
    services.activity.head()  # whoever reads has all that is due written first
    assert rows(database, "audit_events") - before == 150 + 1500
    assert rows(database, "logon_repeats") == 150
    clock.advance(minutes=5)
    assert counts(services, owners[0])["10.0.0.0"] == 3
    assert services.activity.verify().ok


def rows(database: Database, table: str) -> int:
    ((count,),) = fetched(database, f"SELECT count(*) FROM {table}")
    assert isinstance(count, int)
    return count
