"""Access tokens: what they say, and that they end with what they stand on."""

import json
import os
from dataclasses import replace

import jwt
import pytest

from core.authentication.proofs import Authenticated
from core.rules.claims import Claims
from core.rules.errors import OAuthError
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.access_tokens import AccessTokens
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.staging import Clock, fetched, log_on, plain_sql

ISSUER = "http://127.0.0.1:8400"


@pytest.fixture
def keys(services: Services) -> SigningKeys:
    return SigningKeys(services.desk, Seal(b"k" * 32, os.urandom))


@pytest.fixture
def tokens(services: Services, keys: SigningKeys) -> AccessTokens:
    return AccessTokens(services.desk, keys, ISSUER)


@pytest.fixture
def client(services: Services, application: ApplicationView, issued: IssuedSecret) -> Authenticated:
    services.applications.change(application.id, ApplicationChanges(scopes=["read", "write"], token_lifetime=10))
    return logged_on(services, application, issued)


def logged_on(services: Services, application: ApplicationView, issued: IssuedSecret) -> Authenticated:
    client = log_on(services, application.client_id, issued.value)
    assert isinstance(client, Authenticated)
    return client


def test_a_token_says_what_rfc_9068_wants(
    tokens: AccessTokens, client: Authenticated, keys: SigningKeys, clock: Clock
) -> None:
    issued = tokens.issue(client, None)
    assert (issued.expires_in, issued.scope) == (600, "read write")
    decoded = jwt.decode_complete(
        issued.value,
        jwt.PyJWK(dict(keys.published()[0])).key,
        algorithms=["ES256"],
        options={"verify_signature": True, "verify_exp": False, "verify_aud": False, "verify_iat": False},
    )
    assert decoded["header"] == {"typ": "at+jwt", "alg": "ES256", "kid": keys.signer().kid}
    claims = decoded["payload"]
    assert set(claims) == {"iss", "sub", "client_id", "aud", "exp", "iat", "jti", "scope"}
    assert (claims["iss"], claims["aud"]) == (ISSUER, ISSUER)
    assert (claims["sub"], claims["client_id"]) == (client.client_id, client.client_id)
    now = int(clock().timestamp())
    assert (claims["iat"], claims["exp"], claims["scope"]) == (now, now + 600, "read write")


def test_fewer_scopes_are_given_when_asked_and_others_refused_without_an_echo(
    tokens: AccessTokens, client: Authenticated
) -> None:
    assert tokens.issue(client, "write").scope == "write"
    with pytest.raises(OAuthError) as refused:
        tokens.issue(client, "admin")
    assert refused.value.error == "invalid_scope"
    assert "admin" not in refused.value.description


def test_without_oauth_scopes_neither_answer_nor_token_has_any(tokens: AccessTokens, client: Authenticated) -> None:
    issued = tokens.issue(replace(client, scopes=()), None)
    claims = tokens.active(issued.value)
    assert issued.scope is None
    assert claims is not None
    assert claims.scope is None


def test_a_token_counts_until_its_very_end(tokens: AccessTokens, client: Authenticated, clock: Clock) -> None:
    token = tokens.issue(client, None).value
    clock.advance(seconds=599)
    assert tokens.active(token) is not None
    clock.advance(seconds=1)
    assert tokens.active(token) is None


def test_revoking_the_secret_ends_its_tokens_at_once_and_no_others(
    tokens: AccessTokens, client: Authenticated, services: Services, application: ApplicationView
) -> None:
    other = logged_on(services, application, services.client_secrets.add(application.id, NewSecret()))
    ends, stays = tokens.issue(client, None).value, tokens.issue(other, None).value
    for token in (ends, stays):  # both signatures are remembered now
        assert tokens.active(token)
    services.client_secrets.revoke(application.id, client.credential_id)
    assert tokens.active(ends) is None
    assert tokens.active(stays) is not None


def test_a_secret_that_expires_leaves_its_tokens_their_time(
    tokens: AccessTokens, client: Authenticated, database: Database, clock: Clock
) -> None:
    token = tokens.issue(client, None).value
    plain_sql(database, "UPDATE client_secrets SET expires_at = :at", at=clock().strftime("%Y-%m-%d %H:%M:%S.000000"))
    assert tokens.active(token) is not None


def test_disabling_ends_tokens_at_once(
    tokens: AccessTokens, client: Authenticated, services: Services, application: ApplicationView
) -> None:
    token = tokens.issue(client, None).value
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert tokens.active(token) is None


def test_deleting_the_application_ends_tokens_at_once(
    tokens: AccessTokens, client: Authenticated, services: Services, application: ApplicationView
) -> None:
    token = tokens.issue(client, None).value
    services.applications.delete(application.id, application.name)
    assert tokens.active(token) is None


def test_a_rotated_key_leaves_old_tokens_good_and_signs_the_new_ones(
    tokens: AccessTokens, client: Authenticated, keys: SigningKeys, clock: Clock
) -> None:
    before = tokens.issue(client, None).value
    keys.rotate()
    tokens.refresh()
    assert tokens.issue(client, None).value.split(".")[0] == before.split(".")[0]  # others have to read it first
    clock.advance(seconds=2)
    tokens.refresh()
    after = tokens.issue(client, None).value
    assert all(map(tokens.active, (before, after)))
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]


def test_a_rotated_key_signs_within_seconds_though_the_clock_was_set_back_meanwhile(
    services: Services, client: Authenticated, keys: SigningKeys, clock: Clock
) -> None:
    seconds = [0.0]
    tokens = AccessTokens(services.desk, keys, ISSUER, timer=lambda: seconds[0])
    kid = keys.rotate().kid
    clock.set(hours=-2)
    for passed, signs in ((0.0, False), (1.9, False), (2.0, True)):
        seconds[0] = passed
        tokens.refresh()
        token = tokens.issue(client, None).value
        assert tokens.active(token)
        assert (jwt.get_unverified_header(token)["kid"] == kid) is signs


def test_a_token_of_another_issuer_with_our_key_is_refused(
    tokens: AccessTokens, client: Authenticated, services: Services, keys: SigningKeys
) -> None:
    renamed = AccessTokens(services.desk, keys, "https://auth.example")
    assert renamed.active(tokens.issue(client, None).value) is None


# Introspection.


def test_an_application_sees_its_own_tokens_only(
    tokens: AccessTokens, client: Authenticated, services: Services
) -> None:
    stranger = services.applications.create(NewApplication("stranger"))
    other = logged_on(services, stranger, services.client_secrets.add(stranger.id, NewSecret()))
    token = tokens.issue(client, None).value
    assert tokens.introspect(client, token)["active"] is True
    assert tokens.introspect(other, token) == {"active": False}
    assert tokens.introspect(replace(other, introspects=True), token)["active"] is True


def test_introspection_tells_what_the_token_says(tokens: AccessTokens, client: Authenticated) -> None:
    told = tokens.introspect(client, tokens.issue(client, "read").value)
    assert told.keys() == {"active", "token_type", "iss", "sub", "client_id", "aud", "exp", "iat", "jti", "scope"}
    assert (told["scope"], told["client_id"], told["token_type"]) == ("read", client.client_id, "Bearer")
    json.dumps(told)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\0", "x" * 60_000])
def test_an_unknown_token_is_exactly_inactive(tokens: AccessTokens, client: Authenticated, token: str) -> None:
    assert tokens.introspect(client, token) == {"active": False}


# Revocation.


def test_a_revoked_token_is_inactive_and_written_down_once(
    tokens: AccessTokens, client: Authenticated, services: Services
) -> None:
    token, other = tokens.issue(client, None).value, tokens.issue(client, None).value
    claims = tokens.active(token)
    assert isinstance(claims, Claims)
    for _ in range(2):
        tokens.revoke(client, token)
    assert tokens.active(token) is None
    assert tokens.active(other) is not None
    rows = [row for row in services.activity.page(None).rows if row.action == "token.revoked"]
    assert [(row.actor, row.after) for row in rows] == [(f"client {client.client_id}", {"jti": claims.jti})]
    assert token not in str(services.activity.page(None).rows)


def test_nobody_revokes_the_token_of_another(tokens: AccessTokens, client: Authenticated) -> None:
    token = tokens.issue(client, None).value
    tokens.revoke(replace(client, client_id="another", introspects=True), token)
    tokens.revoke(client, "nonsense")
    assert tokens.active(token) is not None


def test_revoked_tokens_are_forgotten_a_day_after_they_would_have_expired(
    tokens: AccessTokens, client: Authenticated, database: Database, clock: Clock
) -> None:
    tokens.revoke(client, tokens.issue(client, None).value)
    clock.advance(days=1, minutes=9)
    tokens.revoke(client, tokens.issue(client, None).value)
    assert len(fetched(database, "SELECT jti FROM revoked_tokens")) == 2
    clock.advance(minutes=1)
    tokens.revoke(client, tokens.issue(client, None).value)
    assert len(fetched(database, "SELECT jti FROM revoked_tokens")) == 2


def test_a_revoked_token_stays_revoked_though_the_clock_was_ahead_for_a_while(
    tokens: AccessTokens, client: Authenticated, clock: Clock
) -> None:
    revoked = tokens.issue(client, None).value
    tokens.revoke(client, revoked)
    clock.set(minutes=61)
    tokens.revoke(client, tokens.issue(client, None).value)
    clock.set(minutes=-61)
    assert tokens.active(revoked) is None


def test_the_api_scope_plays_no_part_once_the_token_is_out(
    tokens: AccessTokens, client: Authenticated, services: Services, application: ApplicationView
) -> None:
    token = tokens.issue(client, None).value
    changes = SecretChanges(scopes=[ApiScope.APPLICATION])
    services.client_secrets.edit(application.id, client.credential_id, changes)
    assert tokens.active(token) is not None
