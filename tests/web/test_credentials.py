"""Client authentication: by Basic and by the body, in every spelling; every refusal is the same answer."""

from base64 import b64encode

import pytest

from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import WRONG, Clock, fetched, lock_out
from tests.web.client import Answer, Client, basic

GRANT = {"grant_type": "client_credentials"}
ENDPOINTS = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"]


def encoded(text: str) -> str:
    """Return *text* with every byte percent-encoded."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


def authorization(scheme: str, pair: bytes) -> tuple[str, str]:
    return ("authorization", f"{scheme} {b64encode(pair).decode()}")


async def asked(client: Client, *headers: tuple[str, str | bytes], **form: str) -> Answer:
    return await client.post("/oauth2/token", GRANT | form, *headers)


async def test_basic_is_taken_raw(client: Client, issued: IssuedSecret) -> None:
    assert (await asked(client, basic(issued.client_id, issued.value))).status == 200


async def test_basic_is_taken_with_every_byte_percent_encoded(client: Client, issued: IssuedSecret) -> None:
    assert (await asked(client, basic(encoded(issued.client_id), encoded(issued.value)))).status == 200


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc", "Basic "])
async def test_the_scheme_is_taken_in_any_case(client: Client, issued: IssuedSecret, scheme: str) -> None:
    pair = f"{issued.client_id}:{issued.value}".encode()
    assert (await asked(client, authorization(scheme, pair))).status == 200


async def test_the_body_is_taken(client: Client, issued: IssuedSecret) -> None:
    assert (await asked(client, client_id=issued.client_id, client_secret=issued.value)).status == 200


async def test_the_same_client_id_in_another_spelling_is_one_client(
    client: Client, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    upper = issued.client_id.upper()
    for client_id in (upper, upper.replace("-", "%2D"), issued.client_id):
        assert (await asked(client, basic(client_id, WRONG))).status == 401
    assert services.locks.show(application.id).failed_logons == 3
    assert (await asked(client, basic(upper, issued.value))).status == 200


async def test_the_same_client_id_may_stand_in_the_body_too(
    client: Client, issued: IssuedSecret, credentials: tuple[str, str]
) -> None:
    assert (await asked(client, credentials, client_id=issued.client_id.upper())).status == 200


async def test_another_client_id_in_the_body_is_refused(client: Client, credentials: tuple[str, str]) -> None:
    answer = await asked(client, credentials, client_id="another")
    assert (answer.status, answer.error) == (400, "invalid_request")


async def test_two_methods_are_refused(client: Client, issued: IssuedSecret, credentials: tuple[str, str]) -> None:
    by_body = {"client_id": issued.client_id, "client_secret": issued.value}
    for answer in (
        await asked(client, credentials, **by_body),
        await asked(client, credentials, credentials),
        await asked(client, ("authorization", "Bearer x"), **by_body),
        await asked(client, credentials, client_assertion="x"),
        await asked(client, **by_body, client_assertion="x"),
    ):
        assert (answer.status, answer.error) == (400, "invalid_request")


async def test_an_empty_secret_beside_basic_is_no_second_method(client: Client, credentials: tuple[str, str]) -> None:
    assert (await asked(client, credentials, client_secret="")).status == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_no_credentials_are_refused_with_the_challenge(client: Client, endpoint: str) -> None:
    answer = await client.ask("POST", endpoint)
    assert (answer.status, answer.error) == (401, "invalid_client")
    assert answer.headers["www-authenticate"] == 'Basic realm="keydesk"'


@pytest.mark.parametrize(
    "value",
    [
        b"Basic",
        b"Basic ",
        b"Basic ?",
        b"Basic a",
        b"Basic YTpi YTpi",
        b"Basic YTpiYQ",
        b"Basic YTpi\xff",
        b"Basic " + b64encode(b"no colon"),
        b"Basic " + b64encode(b"\xff:\xff"),
        b"Basic " + b64encode(b"a:%FF"),
        b"Basic " + b64encode(b"%ED%A0%80:b"),
        b"Basic " + b64encode(b"a\0:b"),
        b"Basic " + b64encode(b"a:b%00"),
        b"Basic " + b64encode(b":"),
        b"Basic " + b64encode(b"a:"),
        b"Basic " + b64encode(b":b"),
        b"Bearer x",
        b"Digest username=x",
        b"",
        b"\xff",
    ],
)
async def test_malformed_credentials_are_refused_like_wrong_ones(client: Client, value: bytes) -> None:
    assert await asked(client, ("authorization", value)) == await asked(client, basic("nobody", WRONG))


async def test_a_percent_sign_that_encodes_nothing_is_a_wrong_secret(client: Client, issued: IssuedSecret) -> None:
    assert (await asked(client, basic(issued.client_id, issued.value + "%zz"))).status == 401


async def test_no_secret_is_no_logon(client: Client, services: Services, issued: IssuedSecret) -> None:
    application = services.applications.resolve(issued.client_id)
    await asked(client, basic(issued.client_id, ""))
    await asked(client, client_id=issued.client_id)
    await asked(client, client_id=issued.client_id, client_secret="")
    assert services.locks.show(application.id).failed_logons == 0


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_every_refusal_is_the_same_bytes_and_headers(
    client: Client, services: Services, clock: Clock, endpoint: str
) -> None:
    def applied(name: str, **secret: object) -> tuple[ApplicationView, IssuedSecret]:
        made = services.applications.create(NewApplication(name))
        return made, services.client_secrets.add(made.id, NewSecret(**secret))  # type: ignore[arg-type]

    good, good_secret = applied("good", lifetime=Lifetime.NEVER)
    expired_of, expired = applied("expired", lifetime=Lifetime.ONE_YEAR)
    narrow_of, narrow = applied("narrow", lifetime=Lifetime.NEVER, scopes=[ApiScope.APPLICATION])
    revoked_of, revoked = applied("revoked", lifetime=Lifetime.NEVER)
    services.client_secrets.revoke(revoked_of.id, revoked.secret.id)
    disabled_of, disabled = applied("disabled", lifetime=Lifetime.NEVER)
    services.applications.change(disabled_of.id, ApplicationChanges(enabled=False))
    clock.advance(days=400)
    locked_of, locked = applied("locked", lifetime=Lifetime.NEVER)
    lock_out(services, locked_of)

    presented = {
        "unknown client": ("nobody", good_secret.value),
        "wrong secret": (good.client_id, WRONG),
        "another's secret": (good.client_id, narrow.value),
        "expired": (expired_of.client_id, expired.value),
        "revoked": (revoked_of.client_id, revoked.value),
        "without the API scope": (narrow_of.client_id, narrow.value),
        "locked": (locked_of.client_id, locked.value),
        "disabled": (disabled_of.client_id, disabled.value),
        "no value": (good.client_id, ""),
    }
    form = GRANT | {"token": "x"}
    by_basic = {why: await client.post(endpoint, form, basic(*pair)) for why, pair in presented.items()}
    by_body = {
        why: await client.post(endpoint, form | {"client_id": pair[0], "client_secret": pair[1]})
        for why, pair in presented.items()
    }
    one = by_basic["wrong secret"]
    assert (one.status, one.error) == (401, "invalid_client")
    assert one.headers == {
        "content-type": "application/json",
        "content-length": str(len(one.body)),
        "cache-control": "no-store",
        "pragma": "no-cache",
        "www-authenticate": 'Basic realm="keydesk"',
    }
    assert by_basic == dict.fromkeys(presented, one)
    assert by_body == dict.fromkeys(presented, one)


async def test_five_wrong_secrets_lock_the_client_id(
    client: Client, services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    assert (await asked(client, basic(issued.client_id, issued.value))).status == 200
    for _ in range(5):
        assert (await asked(client, basic(issued.client_id, WRONG))).status == 401
    assert services.locks.show(application.id).locked
    assert (await asked(client, basic(issued.client_id, issued.value))).status == 401
    clock.advance(minutes=61)
    assert (await asked(client, basic(issued.client_id, issued.value))).status == 200


async def test_a_revoked_secret_is_refused_at_once(
    client: Client, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    credentials = basic(issued.client_id, issued.value)
    assert (await asked(client, credentials)).status == 200
    services.client_secrets.revoke(application.id, issued.secret.id)
    assert (await asked(client, credentials)).status == 401


async def test_an_api_scope_that_was_taken_away_closes_the_endpoint_at_once(
    client: Client, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    credentials = basic(issued.client_id, issued.value)
    assert (await asked(client, credentials)).status == 200
    narrowed = SecretChanges(scopes=[ApiScope.APPLICATION])
    services.client_secrets.edit(application.id, issued.secret.id, narrowed)
    assert (await asked(client, credentials)).status == 401


async def test_made_up_client_ids_make_no_rows(client: Client, database: Database) -> None:
    before = fetched(database, "SELECT count(*) FROM audit_events")
    for client_id in ("nobody", "'; DROP TABLE applications", "é" * 1000, "kd_" + "x" * 40_000):
        assert (await asked(client, client_id=client_id, client_secret="x")).status == 401
    assert fetched(database, "SELECT count(*) FROM audit_events") == before


async def test_the_source_of_a_refusal_is_recorded(
    client: Client, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    await asked(client, basic(issued.client_id, WRONG))
    (failure,) = services.locks.show(application.id).failures
    assert (failure.reason, failure.source) == ("wrong secret", "10.0.0.7")
