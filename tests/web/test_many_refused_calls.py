"""Many refused calls of a known client at once: each is refused, and none makes others wait for a commit."""

import asyncio
from collections import Counter

import pytest

from core.refused_calls import RefusedCalls
from core.rules.denials import Denial
from core.rules.errors import Refusal
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import NewApplication
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, block_the_activity, everything, plain_sql
from tests.web.client import Client, bearer
from tests.web.tokens import token_of

MANY = 64


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


async def test_of_a_client_id_alone_only_what_looks_unknown_keeps_the_pace(
    client: Client, services: Services, application: ApplicationView
) -> None:
    services.apis.create(NewApi("weather", "/weather", security=["client-id"], subscribed_only=True))
    known = ("x-ibm-client-id", application.client_id)
    answers = await asyncio.gather(*(client.get("/verify/weather", known) for _ in range(MANY)))
    assert {answer.status for answer in answers} == {403}


def test_refusals_that_cannot_be_written_wait_and_of_too_many_addresses_the_rest_are_one(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    other = services.applications.create(NewApplication("other"))
    calls = RefusedCalls(services.desk, most=3)
    for number in range(5):
        calls.note(application.client_id.upper(), "weather", Denial.NOT_SUBSCRIBED, f"10.0.0.{number}")
    calls.note(other.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.9")
    services.applications.delete(other.id, "other")
    block_the_activity(database)
    with pytest.raises(Refusal, match="activity was altered"):
        calls.flush()
    plain_sql(database, "DELETE FROM audit_events WHERE action = 'x'")
    calls.flush()
    clock.advance(minutes=5)
    told = Counter[str | None]()
    for row in refused(services, application):
        told[row.source] += row.count
    assert told == {"10.0.0.0": 1, "10.0.0.1": 1, "10.0.0.2": 1, None: 2}
