"""What everybody may read: metadata, keys, health, and the OpenAPI document."""

from pathlib import Path

import pytest

from core.rules.endpoints import METADATA_PATHS
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from store.database import Database
from tests.web.client import Client
from tests.web.conftest import ISSUER, remove, server_of
from web.app import application as http_face

METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
METADATA = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/oauth2/token",
    "token_endpoint_auth_methods_supported": METHODS,
    "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "introspection_endpoint": f"{ISSUER}/oauth2/introspect",
    "introspection_endpoint_auth_methods_supported": METHODS,
    "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "revocation_endpoint": f"{ISSUER}/oauth2/revoke",
    "revocation_endpoint_auth_methods_supported": METHODS,
    "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "jwks_uri": f"{ISSUER}/oauth2/certs",
    "grant_types_supported": ["client_credentials"],
    "response_types_supported": [],
}


@pytest.mark.parametrize("well_known", METADATA_PATHS)
async def test_metadata_lists_what_works(client: Client, well_known: str) -> None:
    answer = await client.get(well_known)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.document == METADATA


@pytest.mark.parametrize("well_known", METADATA_PATHS)
async def test_the_issuer_never_comes_from_the_host_header(client: Client, well_known: str) -> None:
    headers = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")]
    assert (await client.get(well_known, *headers)).document == METADATA


@pytest.mark.parametrize("well_known", METADATA_PATHS)
async def test_an_issuer_with_a_path_is_found_behind_it(services: Services, well_known: str) -> None:
    client = Client(http_face(server_of(services, "https://example/keys/desk")))
    for target in (well_known, f"{well_known}/keys/desk"):
        document = (await client.get(target)).document
        assert document["token_endpoint"] == "https://example/keys/desk/oauth2/token"
    assert (await client.get(f"{well_known}/keys")).status == 404


async def test_certs_are_the_public_keys(client: Client, server: AuthorizationServer) -> None:
    answer = await client.get("/oauth2/certs")
    (key,) = answer.document["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["alg"], key["use"], key["kid"]) == ("ES256", "sig", server.keys.signer().kid)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-cache")


async def test_a_rotated_key_is_published_at_once_and_the_old_one_stays(
    client: Client, server: AuthorizationServer
) -> None:
    old = server.keys.signer().kid
    new = server.keys.rotate().kid
    published = (await client.get("/oauth2/certs")).document["keys"]
    assert [key["kid"] for key in published] == [new, old]


async def test_health_is_that_of_the_database(client: Client) -> None:
    answer = await client.get("/healthz")
    assert (answer.status, answer.document) == (200, {"status": "ok", "issuer": ISSUER})


async def test_a_database_that_has_gone_is_no_health(client: Client, database: Database, path: Path) -> None:
    remove(database, path)
    answer = await client.get("/healthz")
    assert (answer.status, answer.error, answer.headers["retry-after"]) == (503, "temporarily_unavailable", "1")


@pytest.mark.parametrize("target", [*METADATA_PATHS, "/oauth2/certs", "/healthz", "/openapi.json"])
async def test_documents_are_for_get_and_head_alone(client: Client, target: str) -> None:
    assert (await client.get(target, method="HEAD")).status == 200
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = await client.get(target, method=method)
        assert (answer.status, answer.headers["allow"], answer.error) == (405, "GET, HEAD", "invalid_request")
