"""Introspection: a token that counts is told of to whom it concerns; every other one is inactive and no more."""

import pytest

from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from tests.staging import NOON, Clock
from tests.web.client import Answer, Client, basic
from tests.web.conftest import ISSUER
from tests.web.tokens import altered, forged, token_of

INACTIVE = b'{"active":false}'


async def introspected(client: Client, credentials: tuple[str, str], token: str, **form: str) -> Answer:
    return await client.post("/oauth2/introspect", {"token": token} | form, credentials)


@pytest.fixture
def other(services: Services) -> IssuedSecret:
    """The secret of another application."""
    application = services.applications.create(NewApplication("other"))
    return services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))


async def test_a_client_sees_its_own_token(client: Client, credentials: tuple[str, str], issued: IssuedSecret) -> None:
    answer = await introspected(client, credentials, await token_of(client, credentials, scope="read"))
    now = int(NOON.timestamp())
    document = answer.document
    assert document.pop("jti")
    assert document == {
        "active": True,
        "token_type": "Bearer",
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": issued.client_id,
        "client_id": issued.client_id,
        "iat": now,
        "exp": now + 3600,
        "scope": "read",
    }
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


async def test_a_token_type_hint_is_ignored(client: Client, credentials: tuple[str, str]) -> None:
    token = await token_of(client, credentials)
    answer = await introspected(client, credentials, token, token_type_hint="refresh_token")
    assert answer.document["active"]


async def test_somebody_else_s_token_is_inactive(
    client: Client, credentials: tuple[str, str], other: IssuedSecret
) -> None:
    token = await token_of(client, credentials)
    answer = await introspected(client, basic(other.client_id, other.value), token)
    assert (answer.status, answer.body) == (200, INACTIVE)


async def test_an_application_that_introspects_sees_every_token(
    client: Client, credentials: tuple[str, str], other: IssuedSecret, services: Services
) -> None:
    application = services.applications.resolve(other.client_id)
    services.applications.change(application.id, ApplicationChanges(introspects=True))
    token = await token_of(client, credentials)
    assert (await introspected(client, basic(other.client_id, other.value), token)).document["active"]


async def test_an_expired_token_is_inactive(client: Client, credentials: tuple[str, str], clock: Clock) -> None:
    token = await token_of(client, credentials)
    clock.advance(minutes=60)
    assert (await introspected(client, credentials, token)).body == INACTIVE


async def test_a_revoked_token_is_inactive(client: Client, credentials: tuple[str, str]) -> None:
    token = await token_of(client, credentials)
    assert (await introspected(client, credentials, token)).document["active"]
    await client.post("/oauth2/revoke", {"token": token}, credentials)
    assert (await introspected(client, credentials, token)).body == INACTIVE


async def test_a_token_of_a_revoked_secret_is_inactive(
    client: Client, credentials: tuple[str, str], services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    token = await token_of(client, credentials)
    second = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert (await introspected(client, basic(second.client_id, second.value), token)).body == INACTIVE


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "é", "\x01", "x" * 50_000, "eyJhbGciOiJub25lIn0.e30."])
async def test_an_unknown_token_is_inactive(client: Client, credentials: tuple[str, str], token: str) -> None:
    answer = await introspected(client, credentials, token)
    assert (answer.status, answer.body) == (200, INACTIVE)


async def test_an_altered_token_is_inactive(client: Client, credentials: tuple[str, str]) -> None:
    for token in altered(await token_of(client, credentials)):
        assert (await introspected(client, credentials, token)).body == INACTIVE


async def test_a_forged_token_is_inactive(client: Client, credentials: tuple[str, str]) -> None:
    keys = (await client.get("/oauth2/certs")).document["keys"]
    for token in forged(await token_of(client, credentials), keys[0]):
        assert (await introspected(client, credentials, token)).body == INACTIVE


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"access_token": "x"}])
async def test_a_missing_token_is_refused(client: Client, credentials: tuple[str, str], form: dict[str, str]) -> None:
    answer = await client.post("/oauth2/introspect", form, credentials)
    assert (answer.status, answer.error) == (400, "invalid_request")


async def test_a_bearer_token_opens_nothing_here(client: Client, credentials: tuple[str, str]) -> None:
    token = await token_of(client, credentials)
    assert (await introspected(client, ("authorization", f"Bearer {token}"), token)).status == 401
