"""A database that has gone, or is damaged, in use: every endpoint that needs it says so, and none has a defect."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.rules.errors import DatabaseFailed
from core.tokens.authorization_server import AuthorizationServer
from store.database import Database
from tests.staging import overwrite_pages
from tests.web.client import Client, basic, bearer
from tests.web.conftest import remove
from tests.web.tokens import token_of

STRANGER = basic("7f3c2a10-0000-4000-8000-000000000000", "unknown")


@pytest.mark.parametrize("harm", [overwrite_pages, remove])
async def test_without_a_sound_database_every_answer_is_503(
    client: Client, credentials: tuple[str, str], database: Database, path: Path, harm: Callable[[Database, Path], None]
) -> None:
    token = await token_of(client, credentials)
    harm(database, path)
    answers = [
        await client.post("/oauth2/token", {"grant_type": "client_credentials"}, credentials),
        await client.post("/oauth2/token", {"grant_type": "client_credentials"}, STRANGER),
        await client.post("/oauth2/introspect", {"token": token}, credentials),
        await client.post("/oauth2/revoke", {"token": token}, credentials),
        await client.get("/verify", bearer(token)),
        await client.get("/healthz"),
    ]
    for answer in answers:
        assert (answer.status, answer.error, answer.headers["retry-after"]) == (503, "temporarily_unavailable", "1")


def take_away(path: Path, *, replaced: bool) -> None:
    aside = path.rename(path.with_name("aside"))
    if replaced:
        path.write_bytes(aside.read_bytes())


def put_back(path: Path) -> None:
    path.with_name("aside").rename(path)


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_file_that_is_replaced_or_removed_in_use_lets_nobody_in_until_it_is_put_back(
    client: Client, credentials: tuple[str, str], server: AuthorizationServer, path: Path, replaced: bool
) -> None:
    token = await token_of(client, credentials)
    server.tick()
    take_away(path, replaced=replaced)
    with pytest.raises(
        DatabaseFailed, match="was replaced or removed while it was in use: put it back, or end keydesk"
    ):
        server.tick()
    for answer in (
        await client.post("/oauth2/token", {"grant_type": "client_credentials"}, credentials),
        await client.get("/verify", bearer(token)),
        await client.get("/verify/weather", bearer(token)),
        await client.get("/healthz"),
    ):
        assert answer.status == 503
    put_back(path)
    server.tick()
    assert (await client.get("/verify", bearer(token))).status == 200
