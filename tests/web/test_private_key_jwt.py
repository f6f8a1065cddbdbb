"""Client authentication by a signed assertion (RFC 7523): what is taken, and the one refusal of everything else."""

import asyncio
import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

import jwt
import pytest

from core.authentication.assertions import Assertions
from core.authentication.presented_assertion import PresentedAssertion
from core.jwt_trusts.trusted_keys import TrustedKeys
from core.rules.errors import LogonRefused
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.rules.views.jwt_trusts import TrustView
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer, Trusting
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database, open_database
from store.tables import JwtTrust
from tests.core.issuer import Issuer, issuing, jwk, private_key
from tests.staging import Clock, compose, fetched, lock_out, plain_sql
from tests.web.asserting import TYPE, Signer, form
from tests.web.client import Answer, Client, basic, bearer
from tests.web.conftest import ISSUER, server_of
from tests.web.tokens import token_of
from web.app import application as http_face

TOKEN = "/oauth2/token"
ENDPOINTS = [TOKEN, "/oauth2/introspect", "/oauth2/revoke"]
SIGNER = Signer()
Say = Callable[..., dict[str, Any]]


@pytest.fixture
def keys() -> Iterator[Issuer]:
    """Where the client publishes its keys."""
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "first"))
        yield issuer


@pytest.fixture
def trust(services: Services, application: ApplicationView, keys: Issuer) -> TrustView:
    """The trust in the keys that the application itself publishes."""
    return services.jwt_trusts.add(application.id, NewTrust(jwks_uri=keys.jwks_uri))


@pytest.fixture
def by_issuer(services: Services, application: ApplicationView, keys: Issuer) -> TrustView:
    """The trust in an issuer, about one subject."""
    asked = NewTrust(issuer="https://issuer.example", jwks_uri=keys.jwks_uri, subject="billing")
    return services.jwt_trusts.add(application.id, asked)


@pytest.fixture
def say(application: ApplicationView, clock: Clock) -> Say:
    """Makes the claims of a good assertion, but for what is said otherwise; None leaves a claim out."""

    def claims(**other: Any) -> dict[str, Any]:
        now, name = int(clock().timestamp()), urlsafe_b64encode(os.urandom(12)).decode()
        whole = {
            "iss": application.client_id,
            "sub": application.client_id,
            "aud": ISSUER,
            "exp": now + 60,
            "iat": now,
            "jti": name,
        }
        return {name: value for name, value in (whole | other).items() if value is not None}

    return claims


async def asked(client: Client, assertion: str, **more: str) -> Answer:
    return await client.post(TOKEN, form(assertion, **more))


async def refused(client: Client, assertion: str, **more: str) -> bool:
    """Tell whether an assertion gets the answer of a wrong secret, to the byte."""
    wrong = await client.post(TOKEN, {"grant_type": "client_credentials"}, basic("x", "kd_wrong"))
    assert (wrong.status, wrong.error) == (401, "invalid_client")
    return await asked(client, assertion, **more) == wrong


def reasons(services: Services, application: ApplicationView) -> list[str]:
    """Return why logons of the application were refused."""
    statement = "SELECT reason FROM audit_events WHERE action = 'logon.refused' AND application_id = :id"
    return [str(reason) for (reason,) in fetched(services.desk.database, statement, id=application.id)]


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_an_assertion_authenticates_at_every_endpoint(client: Client, say: Say, endpoint: str) -> None:
    sent = form(SIGNER.sign(say()), token="x")
    assert (await client.post(endpoint, sent)).status == 200


@pytest.mark.usefixtures("trust")
async def test_the_client_id_may_stand_beside_it_and_must_be_its_own(
    client: Client, say: Say, application: ApplicationView, services: Services
) -> None:
    other = services.applications.create(NewApplication("other"))
    assert (await asked(client, SIGNER.sign(say()), client_id=application.client_id.upper())).status == 200
    assert await refused(client, SIGNER.sign(say()), client_id=other.client_id)
    assert await refused(client, SIGNER.sign(say()), client_id="nobody")


@pytest.mark.parametrize(
    ("kind", "alg"),
    [
        *(("RSA2048", alg) for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
        *(("P-256", "ES256"), ("P-384", "ES384"), ("P-521", "ES512"), ("Ed25519", "EdDSA")),
    ],
)
async def test_every_algorithm_of_the_metadata_is_taken(
    client: Client, say: Say, keys: Issuer, services: Services, application: ApplicationView, kind: str, alg: str
) -> None:
    keys.publish(jwk(kind, "first"))
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=keys.jwks_uri))
    assert (await asked(client, Signer(kind).sign(say(), alg))).status == 200
    metadata = (await client.get("/.well-known/oauth-authorization-server")).document
    assert alg in metadata["token_endpoint_auth_signing_alg_values_supported"]


@pytest.mark.usefixtures("by_issuer")
async def test_an_issuer_s_assertion_is_about_the_subject_that_is_trusted(
    client: Client, say: Say, application: ApplicationView
) -> None:
    issued = {"iss": "https://issuer.example", "sub": "billing"}
    for more in ({}, {"client_id": application.client_id}):
        answer = await asked(client, SIGNER.sign(say(**issued)), **more)
        assert answer.status == 200
    assert await refused(client, SIGNER.sign(say(**issued | {"sub": "shipping"})))
    assert await refused(client, SIGNER.sign(say(**issued | {"iss": "https://other.example"})))
    assert await refused(client, SIGNER.sign(say()))


@pytest.mark.usefixtures("by_issuer")
async def test_where_two_applications_trust_the_same_subject_the_client_id_must_say_which(
    client: Client, say: Say, application: ApplicationView, services: Services, keys: Issuer
) -> None:
    other = services.applications.create(NewApplication("other"))
    twin = NewTrust(issuer="https://issuer.example", jwks_uri=keys.jwks_uri, subject="shipping")
    services.jwt_trusts.add(other.id, twin)
    plain_sql(services.desk.database, "UPDATE jwt_trusts SET subject = 'billing'")  # as an older version allowed
    issued = {"iss": "https://issuer.example", "sub": "billing"}
    assert await refused(client, SIGNER.sign(say(**issued)))
    answer = await asked(client, SIGNER.sign(say(**issued)), client_id=other.client_id)
    told = await client.get("/verify", bearer(answer.document["access_token"]))
    assert told.headers["x-client-id"] == other.client_id


async def test_a_trust_s_audience_stands_instead_of_our_issuer(
    client: Client, say: Say, by_issuer: TrustView, application: ApplicationView, services: Services
) -> None:
    services.jwt_trusts.edit(application.id, by_issuer.id, TrustChanges(audience="api://keydesk"))
    issued = {"iss": "https://issuer.example", "sub": "billing"}
    assert (await asked(client, SIGNER.sign(say(**issued, aud="api://keydesk")))).status == 200
    assert await refused(client, SIGNER.sign(say(**issued)))


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"iss": "x"}, "wrong issuer"),
        ({"iss": None}, "no issuer"),
        ({"iss": 1}, "wrong issuer"),
        ({"sub": "x"}, "wrong subject"),
        ({"sub": None}, "no subject"),
        ({"sub": ["x"]}, "wrong subject"),
        ({"aud": "https://other.example"}, "wrong audience"),
        ({"aud": f"{ISSUER}/"}, "wrong audience"),
        ({"aud": f"{ISSUER}{TOKEN}"}, "wrong audience"),
        ({"aud": [ISSUER, "https://other.example"]}, "wrong audience"),
        ({"aud": [ISSUER, ISSUER]}, "wrong audience"),
        ({"aud": []}, "wrong audience"),
        ({"aud": [[ISSUER]]}, "wrong audience"),
        ({"aud": {ISSUER: 1}}, "wrong audience"),
        ({"aud": None}, "no audience"),
        ({"jti": None}, "no jti"),
        ({"jti": ""}, "wrong jti"),
        ({"jti": 7}, "wrong jti"),
        ({"jti": "\ud800"}, "wrong jti"),
        ({"jti": "a\0b"}, "wrong jti"),
        ({"exp": None}, "no exp"),
        *(({name: bad}, f"wrong {name}") for name in ("exp", "iat", "nbf") for bad in ("1", 1.5, -1, True, [], {})),
    ],
)
async def test_what_it_says_must_be_right_and_the_activity_tells_what_is_not(
    client: Client,
    say: Say,
    services: Services,
    application: ApplicationView,
    other: dict[str, Any],
    reason: str,
) -> None:
    assert await refused(client, SIGNER.sign(say(**other)), client_id=application.client_id)
    assert reasons(services, application) == [f"private_key_jwt: {reason}"]
    assert services.locks.show(application.id).failed_logons == 0


@pytest.mark.usefixtures("trust")
async def test_times_are_looked_at_with_thirty_seconds_to_spare(client: Client, say: Say, clock: Clock) -> None:
    now = int(clock().timestamp())
    for fine in ({"exp": now - 29}, {"exp": now + 600}, {"iat": now + 30}, {"nbf": now + 30}, {"iat": None}):
        assert (await asked(client, SIGNER.sign(say(**fine)))).status == 200, fine
    for wrong in ({"exp": now - 30}, {"exp": now + 601}, {"iat": now + 31}, {"nbf": now + 31}, {"exp": 10**30}):
        assert await refused(client, SIGNER.sign(say(**wrong))), wrong


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    "written",
    [b'"exp":1e400', b'"exp":-1e400', b'"exp":NaN', b'"exp":Infinity', b'"exp":' + b"9" * 5000, b'"exp":1e9'],
)
async def test_numbers_that_are_none_are_refused(client: Client, say: Say, written: bytes) -> None:
    claims = say(exp=None)
    payload = json.dumps(claims).encode().removesuffix(b"}") + b"," + written + b"}"
    assert await refused(client, SIGNER.sign(payload))


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"[" * 11_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b'{"iss":{"a":[1,2,{}]}}',
    ],
)
async def test_what_is_no_json_object_of_claims_is_refused(
    client: Client, application: ApplicationView, payload: bytes
) -> None:
    for more in ({}, {"client_id": application.client_id}):
        assert await refused(client, SIGNER.sign(payload), **more)


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["unknown"], "unknown": 1},
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": True},
        {"crit": []},
        {"jwk": jwk("P-256")},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/chain"},
        {"typ": "at+jwt"},
        {"typ": "dpop+jwt"},
        {"typ": 1},
        {"kid": "\ud800"},
    ],
)
async def test_a_header_that_is_not_one_of_an_assertion_is_refused_under_a_good_signature(
    client: Client, say: Say, header: dict[str, Any]
) -> None:
    assert await refused(client, SIGNER.sign(say(), **header))


@pytest.mark.usefixtures("trust")
async def test_the_type_of_the_jwt_may_be_left_out_or_say_what_it_is(client: Client, say: Say) -> None:
    for good in ("JWT", "jwt", "application/jwt", "client-authentication+jwt", None):
        assert (await asked(client, SIGNER.sign(say(), typ=good))).status == 200, good


@pytest.mark.usefixtures("trust")
async def test_another_signature_is_refused(client: Client, say: Say, services: Services, keys: Issuer) -> None:
    stranger = Signer(number=1)
    good = SIGNER.sign(say())
    head, payload, signature = good.split(".")
    assert await refused(client, stranger.sign(say()))
    assert await refused(client, stranger.sign(say(), jwk=jwk("P-256", number=1)))
    assert await refused(client, stranger.sign(say(), kid=None))
    for broken in (f"{head}.{payload}.", f"{head}.{payload}", f"{head}.{payload}.AAAA", f"{good}.x", "..", "x", "."):
        assert await refused(client, broken)
    assert await refused(client, f"{head}.{_part(say())}.{signature}")
    assert keys.asked["/keys"] <= 2, "nobody's guesses make a flood of fetches"


@pytest.mark.usefixtures("trust")
async def test_no_signature_and_one_by_the_public_key_as_a_shared_one_are_refused(client: Client, say: Say) -> None:
    public = json.dumps(jwk("P-256", "first")).encode()
    for alg in ("none", "None", "HS256", "ES256K", "RS256", "PS256", "ES384", "EdDSA", "", None, 1, ["ES256"]):
        body = f"{_part({'alg': alg, 'kid': 'first'})}.{_part(say())}"
        for secret in (public, b""):
            signature = hmac.digest(secret, body.encode(), hashlib.sha256) if secret else b""
            assert await refused(client, f"{body}.{_coded(signature)}"), alg


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
async def test_header_and_claims_are_utf_8_and_nothing_else(
    client: Client, say: Say, services: Services, application: ApplicationView, encoding: str
) -> None:
    head, claims = {"alg": "ES256", "kid": "first"}, say()
    for coded_head, coded_claims in ((encoding, "utf-8"), ("utf-8", encoding)):
        parts = (json.dumps(head).encode(coded_head), json.dumps(claims).encode(coded_claims))
        signed = ".".join(map(_coded, parts))
        signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(
            signed.encode(), private_key("P-256")
        )
        assertion = f"{signed}.{_coded(signature)}"
        assert await refused(client, assertion, client_id=application.client_id)
    assert reasons(services, application) == ["private_key_jwt: not a JWT"]


@pytest.mark.usefixtures("trust")
async def test_what_is_too_long_is_not_even_read(
    client: Client, say: Say, services: Services, application: ApplicationView
) -> None:
    for long in (SIGNER.sign(say(more="x" * 12_000)), SIGNER.sign(say(), kid="x" * 12_000), "." * 16_384):
        assert len(long) >= 16_384
        assert await refused(client, long, client_id=application.client_id)
    assert reasons(services, application) == ["private_key_jwt: too long"]
    near = SIGNER.sign(say(more="x" * 11_000))
    assert len(near) < 16_384
    assert (await asked(client, near)).status == 200


@pytest.mark.usefixtures("trust")
async def test_the_type_of_the_assertion_must_be_right(client: Client, say: Say) -> None:
    wrong = await client.post(TOKEN, {"grant_type": "client_credentials"}, basic("x", "kd_wrong"))
    for kind in ("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", TYPE.upper(), "", "x"):
        sent = form(SIGNER.sign(say())) | {"client_assertion_type": kind}
        assert await client.post(TOKEN, sent) == wrong
    alone = {"grant_type": "client_credentials", "client_assertion_type": TYPE}
    assert await client.post(TOKEN, alone) == wrong


@pytest.mark.usefixtures("trust")
async def test_another_type_is_a_row_where_the_client_is_named(
    client: Client, say: Say, services: Services, application: ApplicationView
) -> None:
    sent = form(SIGNER.sign(say()), client_id=application.client_id)
    assert (await client.post(TOKEN, sent | {"client_assertion_type": "x"})).status == 401
    assert (await client.post(TOKEN, sent | {"client_assertion": ""})).status == 401
    assert reasons(services, application) == [
        "private_key_jwt: another type of assertion",
        "private_key_jwt: no assertion",
    ]
    assert (await client.post(TOKEN, sent | {"client_id": "nobody", "client_assertion_type": "x"})).status == 401
    assert len(reasons(services, application)) == 2


async def test_a_key_that_is_withdrawn_while_it_signs_is_refused(
    say: Say, services: Services, application: ApplicationView, trust: TrustView, keys: Issuer
) -> None:
    class Withdrawn(TrustedKeys):
        """Has the key until somebody has looked."""

        left = 1

        def keys(self, trust: JwtTrust, kid: str | None) -> tuple[jwt.PyJWK, ...]:
            found = super().keys(trust, kid)
            if self.left:
                self.left -= 1
                self.fetch(trust.id)
            return found

    for published, accepted in ((("P-256", "P-384"), True), (("P-384",), False)):
        keys.publish(*(jwk(kind, "first") for kind in published))
        assertions = Assertions(services.desk, Withdrawn(services.desk), [ISSUER])
        if accepted:
            assert assertions.client(PresentedAssertion(SIGNER.sign(say())), None, None).credential_id == trust.id
            continue
        with pytest.raises(LogonRefused) as refused:
            assertions.client(PresentedAssertion(SIGNER.sign(say())), None, None)
        assert refused.value.reason == "private_key_jwt: wrong signature, or unknown key"


@pytest.mark.usefixtures("trust")
async def test_a_jti_counts_once(
    client: Client, say: Say, clock: Clock, services: Services, application: ApplicationView
) -> None:
    assertion = SIGNER.sign(say(jti="one"))
    assert (await asked(client, assertion)).status == 200
    assert await refused(client, assertion)
    assert await refused(client, SIGNER.sign(say(jti="one", iat=None)))
    assert reasons(services, application) == ["private_key_jwt: presented before"]
    clock.advance(seconds=89)
    assert await refused(client, assertion), "until its very end"


@pytest.mark.usefixtures("trust")
async def test_a_jti_that_was_used_is_forgotten_only_when_nobody_would_take_it(
    client: Client, say: Say, clock: Clock, database: Database
) -> None:
    for jti in ("one", "two"):
        assert (await asked(client, SIGNER.sign(say(jti=jti)))).status == 200
    clock.advance(days=1, seconds=89)  # clocks may be a day apart, or be set back
    assert (await asked(client, SIGNER.sign(say()))).status == 200
    assert len(fetched(database, "SELECT id FROM used_assertions")) == 3
    clock.advance(seconds=1)
    assert (await asked(client, SIGNER.sign(say()))).status == 200
    assert len(fetched(database, "SELECT id FROM used_assertions")) == 2


@pytest.mark.usefixtures("trust")
async def test_a_clock_that_was_ahead_and_is_set_back_lets_nothing_count_twice(
    client: Client, say: Say, clock: Clock
) -> None:
    assertion = SIGNER.sign(say(jti="one"))
    assert (await asked(client, assertion)).status == 200
    clock.advance(seconds=100)
    assert (await asked(client, SIGNER.sign(say()))).status == 200
    clock.advance(seconds=-100)
    assert await refused(client, assertion)


@pytest.mark.usefixtures("trust")
async def test_presented_eight_times_at_once_it_gets_exactly_one_token(
    client: Client, say: Say, database_at: Path | str, clock: Clock
) -> None:
    second = compose(open_database(database_at), clock)
    clients = [client, Client(http_face(server_of(second)))]
    try:
        for _ in range(5):
            assertion = SIGNER.sign(say())
            answers = await asyncio.gather(*(asked(clients[turn % 2], assertion) for turn in range(8)))
            assert sorted(answer.status for answer in answers) == [200] + [401] * 7
    finally:
        second.close()


@pytest.mark.usefixtures("trust")
async def test_what_was_used_stays_used_after_a_restart(
    client: Client, say: Say, database_at: Path | str, clock: Clock
) -> None:
    assertion = SIGNER.sign(say())
    assert (await asked(client, assertion)).status == 200
    restarted = compose(open_database(database_at), clock)
    try:
        assert await refused(Client(http_face(server_of(restarted))), assertion)
    finally:
        restarted.close()


async def test_two_trusts_whose_keys_share_a_kid_are_both_tried(
    client: Client, say: Say, services: Services, application: ApplicationView, keys: Issuer, trust: TrustView
) -> None:
    with issuing() as second:
        second.publish(jwk("P-256", "first", number=1))
        services.jwt_trusts.add(application.id, NewTrust(jwks_uri=second.jwks_uri))
        for number in (0, 1, 0, 1):
            assert (await asked(client, Signer(number=number).sign(say()))).status == 200
    uses = {view.id: view.use_count for view in services.jwt_trusts.list(application.id)}
    assert sorted(uses.values()) == [2, 2]
    assert uses[trust.id] == 2


async def test_a_rotated_key_is_fetched_once_and_the_old_one_ends(
    client: Client, say: Say, keys: Issuer, clock: Clock, trust: TrustView
) -> None:
    keys.publish(jwk("P-256", "second", number=1))
    clock.advance(minutes=2)
    assert (await asked(client, Signer(kid="second", number=1).sign(say()))).status == 200
    assert await refused(client, SIGNER.sign(say()))


@pytest.mark.usefixtures("trust")
async def test_a_set_that_is_due_decides_nothing_before_it_was_asked_for_anew(
    client: Client, say: Say, keys: Issuer, clock: Clock
) -> None:
    keys.publish(jwk("P-256", "second", number=1))
    clock.advance(days=90)
    assert await refused(client, SIGNER.sign(say())), "its key was withdrawn while nobody logged on"
    assert (await asked(client, Signer(kid="second", number=1).sign(say()))).status == 200
    keys.says["/keys"] = 500, b""
    clock.advance(days=1)
    for asked_for, seconds in ((3, 59), (3, 1), (4, 0)):
        assert (await asked(client, Signer(kid="second", number=1).sign(say()))).status == 200, "the last good set"
        assert keys.asked["/keys"] == asked_for
        clock.advance(seconds=seconds)


@pytest.mark.usefixtures("trust")
async def test_a_secret_beside_an_assertion_is_refused_whichever_is_right(
    client: Client, say: Say, issued: IssuedSecret
) -> None:
    in_body = {"client_id": issued.client_id, "client_secret": issued.value}
    for assertion in ("junk", SIGNER.sign(say())):
        for sent, header in (
            (form(assertion), [basic(issued.client_id, issued.value)]),
            (form(assertion, **in_body), []),
        ):
            answer = await client.post(TOKEN, sent, *header)
            assert (answer.status, answer.error) == (400, "invalid_request")
        only_type = {"grant_type": "client_credentials", "client_assertion_type": TYPE, **in_body}
        assert (await client.post(TOKEN, only_type)).status == 400


@pytest.mark.usefixtures("trust")
async def test_a_token_is_no_assertion_and_an_assertion_no_token(
    client: Client, say: Say, credentials: tuple[str, str], application: ApplicationView
) -> None:
    token = await token_of(client, credentials)
    assert await refused(client, token)
    assert await refused(client, token, client_id=application.client_id)
    assertion = SIGNER.sign(say())
    assert (await client.get("/verify", bearer(assertion))).status == 401
    asking = form(SIGNER.sign(say()), token=assertion)
    assert (await client.post("/oauth2/introspect", asking)).document == {"active": False}


async def test_deleting_the_trust_ends_its_tokens_at_once(
    client: Client, say: Say, services: Services, application: ApplicationView, trust: TrustView
) -> None:
    token = (await asked(client, SIGNER.sign(say()))).document["access_token"]
    assert (await client.get("/verify", bearer(token))).status == 200
    services.jwt_trusts.delete(application.id, trust.id)
    assert (await client.get("/verify", bearer(token))).status == 401
    assert await refused(client, SIGNER.sign(say()))


async def test_the_lock_neither_blocks_it_nor_is_opened_by_it(
    client: Client, say: Say, services: Services, application: ApplicationView, trust: TrustView
) -> None:
    lock_out(services, application)
    for _ in range(9):
        assert await refused(client, SIGNER.sign(say(aud="x")))
    assert (await asked(client, SIGNER.sign(say()))).status == 200
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.failed_logons) == (True, 5)


async def test_a_disabled_application_is_refused(
    client: Client, say: Say, services: Services, application: ApplicationView, trust: TrustView
) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert await refused(client, SIGNER.sign(say()))
    assert reasons(services, application) == ["private_key_jwt: application disabled"]
    assert services.jwt_trusts.list(application.id)[0].use_count == 0


async def test_the_last_use_of_a_trust_is_kept(
    client: Client, say: Say, services: Services, application: ApplicationView, trust: TrustView, clock: Clock
) -> None:
    for _ in range(3):
        clock.advance(seconds=1)
        assert (await asked(client, SIGNER.sign(say()))).status == 200
    (view,) = services.jwt_trusts.list(application.id)
    assert (view.last_used_at, view.last_used_from, view.use_count) == (clock(), "10.0.0.7", 3)


@pytest.mark.usefixtures("trust")
async def test_repeats_within_five_minutes_are_one_further_row_and_strangers_none(
    client: Client, say: Say, services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    for _ in range(5):
        assert await refused(client, SIGNER.sign(say(aud="x")))
    assert await refused(client, SIGNER.sign(say(iss="nobody", sub="nobody")))
    assert reasons(services, application) == ["private_key_jwt: wrong audience"]
    clock.advance(minutes=6)
    assert await refused(client, SIGNER.sign(say(aud="x")))
    rows = fetched(database, "SELECT count FROM audit_events WHERE action = 'logon.refused' ORDER BY id")
    assert rows == [(1,), (4,), (1,)]


async def test_the_token_endpoint_s_url_is_an_audience_only_by_configuration(
    say: Say, services: Services, trust: TrustView
) -> None:
    keys = SigningKeys(services.desk, Seal(b"k" * 32, os.urandom))
    configured = AuthorizationServer(services, keys, ISSUER, Trusting(token_endpoint_is_audience=True))
    client = Client(http_face(configured))
    for aud in (f"{ISSUER}{TOKEN}", [f"{ISSUER}{TOKEN}"], ISSUER):
        assert (await asked(client, SIGNER.sign(say(aud=aud)))).status == 200
    assert await refused(client, SIGNER.sign(say(aud=f"{ISSUER}/oauth2/introspect")))


async def test_while_keys_are_fetched_everybody_else_is_answered(
    client: Client, say: Say, keys: Issuer, clock: Clock, trust: TrustView, credentials: tuple[str, str]
) -> None:
    asked_for, published = Event(), Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        asked_for.set()
        assert published.wait(10)
        body = json.dumps({"keys": [jwk("P-256", "second", number=1)]}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    keys.says["/keys"] = slowly
    clock.advance(minutes=2)
    waiting = asyncio.create_task(asked(client, Signer(kid="second", number=1).sign(say())))
    assert await asyncio.to_thread(asked_for.wait, 10)
    assert await token_of(client, credentials)
    assert not waiting.done()
    published.set()
    assert (await waiting).status == 200


async def test_every_refusal_waits_until_that_of_a_secret_would_be_over(
    server: AuthorizationServer, say: Say, application: ApplicationView, services: Services, keys: Issuer
) -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    client = Client(http_face(server, rest=rest))
    services.jwt_trusts.add(application.id, NewTrust(jwks_uri=keys.jwks_uri))
    pace = server.authentication.pace
    for _ in range(60):
        pace.measured(pace.timer() - 60)  # a refusal that has taken a minute
    for sent in (
        form("junk"),
        form(SIGNER.sign(say(iss="nobody", sub="nobody"))),
        form(SIGNER.sign(say(aud="x"))),
        form(Signer(number=1).sign(say())),
        form(Signer(kid="unknown").sign(say())),
        form("junk", client_id=application.client_id),
        form("junk", client_id=application.client_id) | {"client_assertion_type": "x"},
        form("junk", client_id="nobody") | {"client_assertion_type": "x"},
    ):
        assert (await client.post(TOKEN, sent)).status == 401
    assert len(rested) == 8
    assert all(55 < seconds < 60 for seconds in rested)


async def test_a_flood_of_junk_finds_no_place_while_known_clients_do(
    say: Say, server: AuthorizationServer, trust: TrustView, application: ApplicationView
) -> None:
    full = Client(http_face(server, places=1, strangers=0))
    answer = await asked(full, SIGNER.sign(say(iss="nobody", sub="nobody")))
    assert answer.status == 503
    assert (await asked(full, "junk")).status == 503
    for junk in ("junk", SIGNER.sign(say(aud="x")), SIGNER.sign(say(iss="x")), SIGNER.sign(say(exp=1))):
        assert (await asked(full, junk, client_id=application.client_id)).status == 503, "nor in a client's name"
    assert (await asked(full, SIGNER.sign(say()))).status == 200


def _part(content: dict[str, Any]) -> str:
    return _coded(json.dumps(content).encode())


def _coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
