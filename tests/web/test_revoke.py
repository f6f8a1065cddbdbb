"""Revocation: a client ends its own tokens; the answer never says whether there was one."""

import pytest

from core.rules.expiry import Lifetime
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.services import Services
from tests.web.client import Answer, Client, basic, bearer
from tests.web.tokens import altered, token_of


async def revoked(client: Client, credentials: tuple[str, str], token: str, **form: str) -> Answer:
    return await client.post("/oauth2/revoke", {"token": token} | form, credentials)


async def counts(client: Client, token: str) -> bool:
    return (await client.get("/verify", bearer(token))).status == 200


async def test_a_revoked_token_counts_no_more(client: Client, credentials: tuple[str, str]) -> None:
    token, kept = await token_of(client, credentials), await token_of(client, credentials)
    assert await counts(client, token)
    answer = await revoked(client, credentials, token)
    assert (answer.status, answer.body) == (200, b"{}")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")
    assert not await counts(client, token)
    assert await counts(client, kept)


async def test_revoking_again_is_answered_alike(client: Client, credentials: tuple[str, str]) -> None:
    token = await token_of(client, credentials)
    assert await revoked(client, credentials, token) == await revoked(client, credentials, token)


async def test_an_unknown_token_is_answered_alike(client: Client, credentials: tuple[str, str]) -> None:
    token = await token_of(client, credentials)
    known = await revoked(client, credentials, token)
    for unknown in ("x", "a.b.c", "é", *altered(token)):
        assert await revoked(client, credentials, unknown) == known


async def test_somebody_else_s_token_is_left_alone(
    client: Client, credentials: tuple[str, str], services: Services
) -> None:
    application = services.applications.create(NewApplication("other"))
    other = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    token = await token_of(client, credentials)
    answer = await revoked(client, basic(other.client_id, other.value), token)
    assert (answer.status, answer.body) == (200, b"{}")
    assert await counts(client, token)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
async def test_a_token_type_hint_is_ignored(client: Client, credentials: tuple[str, str], hint: str) -> None:
    token = await token_of(client, credentials)
    assert (await revoked(client, credentials, token, token_type_hint=hint)).status == 200
    assert not await counts(client, token)


@pytest.mark.parametrize("form", [{}, {"token": ""}])
async def test_a_missing_token_is_refused(client: Client, credentials: tuple[str, str], form: dict[str, str]) -> None:
    answer = await client.post("/oauth2/revoke", form, credentials)
    assert (answer.status, answer.error) == (400, "invalid_request")
