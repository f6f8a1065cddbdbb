"""What the server does each second, and that one failure does not keep the rest from happening."""

import os
from collections.abc import Callable

import pytest
from argon2 import Parameters
from argon2.profiles import CHEAPEST

from core.rules.denials import Denial
from core.rules.errors import Refusal
from core.rules.requests.apis import NewApi
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.staging import Clock, compose, fetched, log_on

ISSUER = "http://127.0.0.1:8400"


def server_on(services: Services) -> AuthorizationServer:
    return AuthorizationServer(services, SigningKeys(services.desk, Seal(b"k" * 32, os.urandom)), ISSUER)


def test_a_tick_writes_uses_and_sees_a_rotation(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    server = server_on(services)
    log_on(services, application.client_id, issued.value)
    client = services.authentication.at_once(application.client_id, issued.value, ApiScope.OPENID, None)
    assert client
    before = server.tokens.issue(client, None).value
    server.keys.rotate()
    clock.advance(seconds=2)
    server.tick()
    assert services.client_secrets.list(application.id)[0].use_count == 2
    assert server.tokens.issue(client, None).value.split(".")[0] != before.split(".")[0]


def test_uses_that_cannot_be_written_keep_no_rotation_from_being_seen(
    services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    server = server_on(services)
    client = log_on(services, application.client_id, issued.value)
    old = server.tokens.issue(client, None).value  # type: ignore[arg-type]  # the logon was good
    server.keys.rotate()
    clock.advance(seconds=2)
    server.authentication.uses = Unwritable()  # type: ignore[assignment]  # stands for a full disk
    with pytest.raises(Refusal):
        server.tick()
    new = server.tokens.issue(client, None).value  # type: ignore[arg-type]  # as above
    assert new.split(".")[0] != old.split(".")[0]


def test_uses_that_cannot_be_written_keep_no_calls_from_being_written(
    services: Services, application: ApplicationView, database: Database
) -> None:
    server, gate = server_on(services), services.gatekeeper
    api = services.apis.create(NewApi("weather", "/weather"))
    server.authentication.uses = Unwritable()  # type: ignore[assignment]  # as above
    for flush in (server.tick, server.close):
        gate.callers.note((api.id, application.id), services.desk.now())
        gate.refused.note(application.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
        with pytest.raises(Refusal, match="disk is full"):
            flush()
    assert fetched(database, "SELECT calls FROM api_callers") == [(2,)]
    assert fetched(database, "SELECT count FROM logon_repeats") == [(1,)]


class Unwritable:
    def flush(self) -> None:
        raise Refusal("The disk is full.")

    flush_all = flush


def test_hashing_again_waits_for_the_tick(
    services: Services, application: ApplicationView, issued: IssuedSecret, database: Database, clock: Clock
) -> None:
    stronger = Parameters(CHEAPEST.type, CHEAPEST.version, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
    server = server_on(compose(database, clock, parameters=stronger))
    before = fetched(database, "SELECT hash FROM client_secrets")
    server.authentication.by_secret(application.client_id, issued.value, ApiScope.OPENID, None)
    assert fetched(database, "SELECT hash FROM client_secrets") == before
    server.tick()
    assert fetched(database, "SELECT hash FROM client_secrets") != before


@pytest.mark.parametrize("spoil", [lambda database: database.engine.dispose(), lambda _: None])
def test_a_database_that_is_there_answers(
    services: Services, database: Database, spoil: Callable[[Database], None]
) -> None:
    spoil(database)
    assert server_on(services).answers()


def test_a_database_whose_tables_are_gone_does_not_answer(services: Services, database: Database) -> None:
    server = server_on(services)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE audit_head")
    assert not server.answers()
