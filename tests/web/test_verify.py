"""Forward-auth: who it is on every 200 and only there; otherwise the challenge of RFC 6750."""

import pytest

from core.rules.requests.applications import ApplicationChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from tests.staging import Clock
from tests.web.client import Answer, Client, bearer
from tests.web.tokens import altered, forged, token_of

VERIFY = "/verify"


@pytest.fixture
async def token(client: Client, credentials: tuple[str, str]) -> str:
    """A token with the OAuth scopes `read write`."""
    return await token_of(client, credentials)


def is_refusal(answer: Answer, status: int, challenge: str) -> bool:
    """Tell whether an answer is this refusal and nothing more."""
    fields = {"cache-control": "no-store", "content-length": "0", "www-authenticate": challenge}
    return answer == Answer(status, fields, b"")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_good_token_tells_who_it_is(client: Client, token: str, issued: IssuedSecret, method: str) -> None:
    answer = await client.get(VERIFY, bearer(token), method=method)
    fields = {"cache-control": "no-store", "content-length": "0"}
    assert answer == Answer(200, fields | {"x-client-id": issued.client_id, "x-scope": "read write"}, b"")


async def test_a_token_without_scopes_has_an_empty_one(
    client: Client, credentials: tuple[str, str], services: Services, application: ApplicationView
) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=[]))
    token = await token_of(client, credentials)
    answer = await client.get(VERIFY, bearer(token))
    assert (answer.status, answer.headers["x-scope"]) == (200, "")
    assert (await client.get(f"{VERIFY}?scope=read", bearer(token))).status == 403


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
async def test_the_scheme_is_taken_in_any_case(client: Client, token: str, scheme: str) -> None:
    assert (await client.get(VERIFY, ("authorization", f"{scheme} {token}"))).status == 200


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Digest x", "x"])
async def test_no_token_is_answered_with_the_bare_challenge(client: Client, value: str | None) -> None:
    headers = [] if value is None else [("authorization", value)]
    assert is_refusal(await client.get(VERIFY, *headers), 401, "Bearer")


@pytest.mark.parametrize(
    "value", [b"Bearer x", b"Bearer a.b.c", b"Bearer a b", b"Bearer \xff", b"Bearer " + b"x" * 30_000]
)
async def test_a_bad_token_is_named_as_such(client: Client, value: bytes) -> None:
    assert is_refusal(await client.get(VERIFY, ("authorization", value)), 401, 'Bearer error="invalid_token"')


async def test_an_altered_or_forged_token_is_bad(client: Client, token: str) -> None:
    key = (await client.get("/oauth2/certs")).document["keys"][0]
    for bad in (*altered(token), *forged(token, key)):
        assert is_refusal(await client.get(VERIFY, bearer(bad)), 401, 'Bearer error="invalid_token"')


async def test_an_expired_token_is_bad(client: Client, token: str, clock: Clock) -> None:
    clock.advance(minutes=60)
    assert is_refusal(await client.get(VERIFY, bearer(token)), 401, 'Bearer error="invalid_token"')


async def test_revoking_the_secret_ends_its_tokens_at_once(
    client: Client, token: str, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    assert (await client.get(VERIFY, bearer(token))).status == 200
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert (await client.get(VERIFY, bearer(token))).status == 401


async def test_disabling_the_application_ends_its_tokens_at_once(
    client: Client, token: str, services: Services, application: ApplicationView
) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert (await client.get(VERIFY, bearer(token))).status == 401


async def test_deleting_the_application_ends_its_tokens_at_once(
    client: Client, token: str, services: Services, application: ApplicationView
) -> None:
    services.applications.delete(application.id, application.name)
    assert (await client.get(VERIFY, bearer(token))).status == 401


@pytest.mark.parametrize("query", ["scope=read", "scope=write+read", "scope=read%20read", "scope=", "scope", "other=1"])
async def test_scopes_that_the_token_has_open(client: Client, token: str, query: str) -> None:
    assert (await client.get(f"{VERIFY}?{query}", bearer(token))).status == 200


@pytest.mark.parametrize("scope", ["read++write", "+read", "read+", "%20", "read%20%20write"])
async def test_scopes_stand_one_space_apart(client: Client, token: str, scope: str) -> None:
    """As RFC 6749 section 3.3 writes them: what is more may have been something else on its way."""
    answer = await client.get(f"{VERIFY}?scope={scope}", bearer(token))
    assert is_refusal(answer, 400, 'Bearer error="invalid_request"')


async def test_a_lacking_scope_is_named(client: Client, token: str) -> None:
    answer = await client.get(f"{VERIFY}?scope=read+admin", bearer(token))
    assert is_refusal(answer, 403, 'Bearer error="insufficient_scope", scope="read admin"')


async def test_scopes_are_compared_to_the_letter(client: Client, token: str) -> None:
    for scope in ("Read", "rea", "reads", "read,write"):
        assert (await client.get(f"{VERIFY}?scope={scope}", bearer(token))).status == 403


@pytest.mark.parametrize(
    "query",
    [
        "scope=%22",
        "scope=a%22,+x=%22",
        "scope=%5C",
        "scope=a%0D%0AX-Client-Id:+root",
        "scope=a%09b",
        "scope=%C3%A9",
        "scope=%FF",
        "scope=%00",
        "scope=%",
        "scope=read&scope=write",
        "scope=" + "x" * 3000,
    ],
)
async def test_a_hostile_scope_reaches_no_header(client: Client, token: str, query: str) -> None:
    answer = await client.get(f"{VERIFY}?{query}", bearer(token))
    assert is_refusal(answer, 400, 'Bearer error="invalid_request"')


async def test_a_token_in_the_query_is_not_looked_at(client: Client, token: str) -> None:
    assert is_refusal(await client.get(f"{VERIFY}?access_token={token}"), 401, "Bearer")
    assert is_refusal(await client.get(f"{VERIFY}?access_token={token}", bearer(token)), 401, "Bearer")


async def test_two_authorization_fields_are_refused(client: Client, token: str) -> None:
    answer = await client.get(VERIFY, bearer(token), bearer(token))
    assert is_refusal(answer, 401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_another_method_is_refused(client: Client, token: str, method: str) -> None:
    answer = await client.get(VERIFY, bearer(token), method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
