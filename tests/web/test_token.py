"""The token endpoint: client credentials become an access token, and nothing else does."""

from typing import Any

import jwt
import pytest

from core.rules.requests.applications import ApplicationChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.web.client import Answer, Client
from tests.web.conftest import ISSUER

TOKEN = "/oauth2/token"


async def granted(client: Client, credentials: tuple[str, str], **form: str) -> Answer:
    return await client.post(TOKEN, {"grant_type": "client_credentials"} | form, credentials)


def claims(token: str, server: AuthorizationServer) -> dict[str, Any]:
    (key,) = server.keys.published()
    unread = {"verify_exp": False, "verify_iat": False}
    read: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key).key, ["ES256"], audience=ISSUER, options=unread)  # type: ignore[arg-type]
    return read


async def test_the_answer_is_that_of_rfc_6749(
    client: Client, credentials: tuple[str, str], server: AuthorizationServer, issued: IssuedSecret
) -> None:
    answer = await granted(client, credentials)
    assert answer.status == 200
    assert answer.headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "pragma": "no-cache",
        "content-length": str(len(answer.body)),
    }
    document = answer.document
    read = claims(document.pop("access_token"), server)
    assert document == {"token_type": "Bearer", "expires_in": 3600, "scope": "read write"}
    assert type(document["expires_in"]) is int
    assert (read["iss"], read["aud"], read["scope"]) == (ISSUER, ISSUER, "read write")
    assert read["sub"] == read["client_id"] == issued.client_id


async def test_fewer_scopes_may_be_asked_for(client: Client, credentials: tuple[str, str]) -> None:
    assert (await granted(client, credentials, scope="write")).document["scope"] == "write"


async def test_without_oauth_scopes_the_answer_names_none(
    client: Client, credentials: tuple[str, str], services: Services, application: ApplicationView
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=[]))
    assert set((await granted(client, credentials)).document) == {"access_token", "token_type", "expires_in"}


async def test_the_lifetime_is_the_application_s(
    client: Client, credentials: tuple[str, str], services: Services, application: ApplicationView
) -> None:
    services.applications.change(application.id, ApplicationChanges(token_lifetime=5))
    assert (await granted(client, credentials)).document["expires_in"] == 300


@pytest.mark.parametrize(
    "scope", ["admin", "read admin", "Read", "read  write", ' "', "\\", "a\nb", "\x7f", "é", "x" * 60_000, "read,write"]
)
async def test_a_scope_that_is_not_allowed_is_refused_without_an_echo(
    client: Client, credentials: tuple[str, str], scope: str
) -> None:
    answer = await granted(client, credentials, scope=scope)
    assert (answer.status, answer.error) == (400, "invalid_scope")
    assert len(answer.body) < 200
    assert "admin" not in answer.body.decode()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": "Client_Credentials"}, "unsupported_grant_type"),
        ((("grant_type", "client_credentials"), ("grant_type", "client_credentials")), "invalid_request"),
        ((("grant_type", "client_credentials"), ("scope", "read"), ("scope", "write")), "invalid_request"),
        ((("grant_type", "client_credentials"), ("other", "1"), ("other", "2")), "invalid_request"),
    ],
)
async def test_a_request_that_is_not_clear_is_refused(
    client: Client, credentials: tuple[str, str], form: Any, error: str
) -> None:
    answer = await client.post(TOKEN, form, credentials)
    assert (answer.status, answer.error) == (400, error)
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


async def test_who_it_is_comes_before_which_grant(client: Client) -> None:
    assert (await client.post(TOKEN, {"grant_type": "password"})).error == "invalid_client"


async def test_unknown_and_empty_parameters_are_ignored(client: Client, credentials: tuple[str, str]) -> None:
    answer = await granted(client, credentials, scopes="admin", scope="", resource="https://api.example")
    assert answer.document["scope"] == "read write"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "X"])
@pytest.mark.parametrize("endpoint", [TOKEN, "/oauth2/introspect", "/oauth2/revoke"])
async def test_another_method_is_refused(
    client: Client, credentials: tuple[str, str], endpoint: str, method: str
) -> None:
    answer = await client.ask(method, endpoint, [credentials])
    assert (answer.status, answer.headers["allow"], answer.error) == (405, "POST", "invalid_request")


async def test_the_use_is_counted(
    client: Client,
    credentials: tuple[str, str],
    services: Services,
    application: ApplicationView,
    server: AuthorizationServer,
) -> None:
    for _ in range(3):
        await granted(client, credentials)
    server.tick()
    (secret,) = services.client_secrets.list(application.id)
    assert (secret.use_count, secret.last_used_from) == (3, "10.0.0.7")
