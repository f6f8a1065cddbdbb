"""The HTTP face as a whole: unknown paths, an overload, a silent database, defects, the log, and its life."""

import asyncio
import os
import sqlite3
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path

import pytest

from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from store.database import Database
from store.engine import sqlite_engine
from tests.staging import WRONG, plain_sql
from tests.web.client import Answer, Client, alive, basic, bearer
from tests.web.conftest import remove
from tests.web.tokens import token_of
from web.app import application as http_face
from web.request_log import RequestLog
from web.server import answering_for

GRANT = {"grant_type": "client_credentials"}


def is_unavailable(answer: Answer) -> bool:
    """Tell whether the answer asks to come again, and says nothing of the cause."""
    told = (answer.status, answer.error, answer.headers.get("retry-after"), answer.headers["cache-control"])
    return told == (503, "temporarily_unavailable", "1", "no-store")


@pytest.mark.parametrize(
    "target", ["/", "", "/oauth2", "/oauth2/token/", "//oauth2/token", "/healthz/", "/verify/x", "/oauth2%2Ftoken"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_path_is_not_found(client: Client, target: str, method: str) -> None:
    answer = await client.ask(method, target, [("host", "evil.example")])
    assert (answer.status, answer.error, answer.headers["content-type"]) == (404, "invalid_request", "application/json")
    assert "location" not in answer.headers


async def test_no_place_is_unavailable_and_known_clients_are_served(
    server: AuthorizationServer, credentials: tuple[str, str]
) -> None:
    client = Client(http_face(server))
    token = await token_of(client, credentials)
    full = Client(http_face(server, places=1, strangers=0))
    assert is_unavailable(await full.post("/oauth2/token", GRANT, basic("nobody", WRONG)))
    assert (await full.post("/oauth2/token", GRANT, credentials)).status == 200
    assert (await full.get("/verify", bearer(token))).status == 200


async def test_a_database_that_has_gone_is_unavailable(
    client: Client, credentials: tuple[str, str], database: Database, path: Path
) -> None:
    token = await token_of(client, credentials)
    remove(database, path)
    assert is_unavailable(await client.post("/oauth2/token", GRANT, credentials))
    assert is_unavailable(await client.post("/oauth2/introspect", {"token": token}, credentials))
    assert is_unavailable(await client.post("/oauth2/revoke", {"token": token}, credentials))
    assert is_unavailable(await client.get("/verify", bearer(token)))
    assert is_unavailable(await client.get("/oauth2/certs"))


class TestBusy:
    """While somebody else holds the write lock."""

    @pytest.fixture
    def database(self, database: Database, path: Path) -> Database:
        """The database, with less patience."""
        database.close()
        return Database(sqlite_engine(path, busy_seconds=0.05))

    async def test_who_must_write_is_told_to_come_again_and_who_reads_is_served(
        self, client: Client, issued: IssuedSecret, credentials: tuple[str, str], path: Path
    ) -> None:
        token = await token_of(client, credentials)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert is_unavailable(await client.post("/oauth2/token", GRANT, basic(issued.client_id, WRONG)))
            assert is_unavailable(await client.post("/oauth2/revoke", {"token": token}, credentials))
            assert (await client.post("/oauth2/token", GRANT, credentials)).status == 200
            assert (await client.get("/verify", bearer(token))).status == 200


async def test_a_defect_is_answered_without_details(
    server: AuthorizationServer, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(answering_for(http_face(server)))
    plain_sql(database, "ALTER TABLE signing_keys RENAME TO elsewhere")
    answer = await client.get("/oauth2/certs")
    assert (answer.status, answer.document) == (
        500,
        {"error": "server_error", "error_description": "The server could not answer."},
    )
    assert "no such table" in capsys.readouterr().err


async def test_the_log_names_the_client_and_no_value(
    server: AuthorizationServer, issued: IssuedSecret, credentials: tuple[str, str]
) -> None:
    reader, writer = os.pipe()
    log = RequestLog(writer)
    client = Client(http_face(server, log=log))
    token = await token_of(client, credentials)
    await client.post(f"/oauth2/token?client_secret={issued.value}", GRANT, credentials)
    await client.get(f"/verify?access_token={token}")
    await client.get("/verify", bearer(token))
    log.close()
    os.close(writer)
    with os.fdopen(reader) as lines:
        said = [line.split(" ")[1:5] + line.split(" ")[6:] for line in lines.read().splitlines()]
    assert said == [
        ["10.0.0.7", "POST", "/oauth2/token", "200", issued.client_id],
        ["10.0.0.7", "POST", "/oauth2/token", "400", "-"],
        ["10.0.0.7", "GET", "/verify", "401", "-"],
        ["10.0.0.7", "GET", "/verify", "200", issued.client_id],
    ]


async def test_a_trusted_proxy_says_where_a_client_is(
    server: AuthorizationServer, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    client = Client(http_face(server, trusted=[ip_network("10.0.0.0/24")]))
    forwarded = ("x-forwarded-for", "198.51.100.4")
    await client.post("/oauth2/token", GRANT, basic(issued.client_id, WRONG), forwarded)
    assert services.locks.show(application.id).failures[0].source == "198.51.100.4"


async def test_uses_are_written_within_two_seconds(
    server: AuthorizationServer, credentials: tuple[str, str], services: Services, application: ApplicationView
) -> None:
    app = http_face(server)
    async with alive(app):
        for _ in range(3):
            await token_of(Client(app), credentials)
        async with asyncio.timeout(2):
            while services.client_secrets.list(application.id)[0].use_count < 3:  # noqa: ASYNC110 (the database tells)
                await asyncio.sleep(0.05)
        assert services.client_secrets.list(application.id)[0].last_used_from == "10.0.0.7"


async def test_uses_are_written_at_the_end(
    server: AuthorizationServer, credentials: tuple[str, str], services: Services, application: ApplicationView
) -> None:
    app = http_face(server)
    async with alive(app):
        await asyncio.sleep(0.1)
        for _ in range(3):
            await token_of(Client(app), credentials)
    assert services.client_secrets.list(application.id)[0].use_count == 3


@pytest.mark.slow
async def test_a_tick_that_fails_is_told_once_and_the_next_one_works(
    server: AuthorizationServer, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    plain_sql(database, "ALTER TABLE signing_keys RENAME TO elsewhere")
    async with alive(http_face(server)):
        await asyncio.sleep(2.2)
        told = capsys.readouterr().err
        plain_sql(database, "ALTER TABLE elsewhere RENAME TO signing_keys")
        await asyncio.sleep(1.2)
    assert told.count("sqlalchemy.exc.OperationalError") == 1
    assert capsys.readouterr().err == ""
