"""Clients that others wrote get a token from a running server, introspect it, revoke it, and see that it is gone."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.issuer import Issuer, issuing, jwk
from tests.flows.installed import Credential, Installed, answered

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("openid_client.mjs")


@pytest.fixture
def installed(home: Path) -> Installed:
    return Installed(home)


@pytest.fixture
def credential(installed: Installed) -> Credential:
    return installed.credential("billing-api", "read", "write")


@pytest.fixture
def issuer(installed: Installed, credential: Credential) -> Iterator[str]:
    with installed.serving() as server:
        yield server.address


@pytest.fixture(scope="module")
def openid_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script in a directory where the package is installed."""
    if not all(map(shutil.which, ("node", "npm"))):
        pytest.skip("node or npm is not installed: openid-client was not tried")
    directory = tmp_path_factory.mktemp("openid-client")
    command = ["npm", "install", "--prefix", str(directory), "--no-audit", "--no-fund", "openid-client"]
    ran = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode:
        pytest.skip(f"npm could not install openid-client, so it was not tried (exit code {ran.returncode})")
    return Path(shutil.copy(SCRIPT, directory))


@pytest.mark.parametrize("method", ["basic", "post"])
def test_curl(installed: Installed, issuer: str, credential: Credential, method: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed, so it was not tried")
    status, metadata = answered(f'url = "{issuer}/.well-known/oauth-authorization-server"')
    assert (status, metadata["issuer"]) == (200, issuer)

    def posted(endpoint: str, **form: str) -> Any:
        status, document = answered(
            f'url = "{metadata[endpoint]}"', *curl_logon(credential, method), *(f'data = "{n}={form[n]}"' for n in form)
        )
        assert status == 200, document
        return document

    token = posted("token_endpoint", grant_type="client_credentials", scope="read")
    value = token.pop("access_token")
    before = posted("introspection_endpoint", token=value)
    assert posted("revocation_endpoint", token=value) == {}
    check(token, before, posted("introspection_endpoint", token=value), issuer, credential)
    check_record(installed, posts=4)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib(installed: Installed, issuer: str, credential: Credential, method: str) -> None:
    authlib = pytest.importorskip(
        "authlib.integrations.requests_client", reason="Authlib or requests is not installed: Authlib was not tried"
    )
    with authlib.OAuth2Session(
        credential.client_id,
        credential.secret,
        scope="read",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    ) as session:
        metadata = session.get(f"{issuer}/.well-known/oauth-authorization-server", withhold_token=True).json()
        token = dict(session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials"))
        value = token.pop("access_token")
        before = session.introspect_token(metadata["introspection_endpoint"], token=value)
        revoked = session.revoke_token(metadata["revocation_endpoint"], token=value)
        after = session.introspect_token(metadata["introspection_endpoint"], token=value)
    assert (before.status_code, revoked.status_code, after.status_code) == (200, 200, 200)
    assert revoked.json() == {}
    check(token, before.json(), after.json(), issuer, credential)
    check_record(installed, posts=4)


@pytest.mark.parametrize("algorithm", ["oauth2", "oidc"], ids=["oauth-metadata", "openid-metadata"])
@pytest.mark.parametrize("method", ["basic", "post"])
def test_openid_client(
    openid_client: Path, installed: Installed, issuer: str, credential: Credential, method: str, algorithm: str
) -> None:
    given = {"issuer": issuer, "clientId": credential.client_id, "secret": credential.secret, "scope": "read"}
    seen = run(openid_client, {**given, "method": method, "algorithm": algorithm})
    check(seen["token"], seen["before"], seen["after"], issuer, credential)
    check_record(installed, posts=4)


@pytest.fixture
def keys(installed: Installed, credential: Credential) -> Iterator[Issuer]:
    """Where the client publishes its key, which its application trusts."""
    with issuing() as keys:
        keys.publish(jwk("P-256", "first"))
        installed.ran("jwt-trust", "add", "billing-api", "--jwks-uri", keys.jwks_uri)
        yield keys


@pytest.mark.parametrize("algorithm", ["oauth2", "oidc"], ids=["oauth-metadata", "openid-metadata"])
def test_openid_client_by_private_key_jwt(
    openid_client: Path, installed: Installed, keys: Issuer, issuer: str, credential: Credential, algorithm: str
) -> None:
    own = jwk("P-256", "first", private=True)
    given = {"issuer": issuer, "clientId": credential.client_id, "jwk": own, "scope": "read"}
    seen = run(openid_client, {**given, "method": "privateKeyJwt", "algorithm": algorithm})
    check(seen["token"], seen["before"], seen["after"], issuer, credential)
    check_trust(installed, posts=4)


def test_authlib_by_private_key_jwt(installed: Installed, keys: Issuer, issuer: str, credential: Credential) -> None:
    authlib = pytest.importorskip(
        "authlib.integrations.requests_client", reason="Authlib or requests is not installed: Authlib was not tried"
    )
    from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
    from joserfc.jwk import ECKey

    class ForAMinute(PrivateKeyJWT):  # by itself it would sign for an hour
        def sign(self, auth: Any, token_endpoint: str) -> str:
            who = {"client_id": auth.client_id, "token_endpoint": token_endpoint}
            return private_key_jwt_sign(auth.client_secret, **who, header={"kid": "first"}, alg="ES256", expires_in=60)

    method = "private_key_jwt"
    with authlib.OAuth2Session(
        credential.client_id,
        ECKey.import_key(jwk("P-256", private=True)),
        scope="read",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    ) as session:
        session.register_client_auth_method(ForAMinute(issuer))  # which is the audience, at every endpoint
        metadata = session.get(f"{issuer}/.well-known/oauth-authorization-server", withhold_token=True).json()
        assert method in metadata["token_endpoint_auth_methods_supported"]
        token = dict(session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials"))
        value = token.pop("access_token")
        before = session.introspect_token(metadata["introspection_endpoint"], token=value)
        revoked = session.revoke_token(metadata["revocation_endpoint"], token=value)
        after = session.introspect_token(metadata["introspection_endpoint"], token=value)
    assert (before.status_code, revoked.status_code, after.status_code) == (200, 200, 200)
    check(token, before.json(), after.json(), issuer, credential)
    check_trust(installed, posts=4)


def run(openid_client: Path, given: dict[str, Any]) -> Any:
    """Run the script, and return what it saw."""
    ran = subprocess.run(
        ["node", str(openid_client)], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def curl_logon(credential: Credential, method: str) -> list[str]:
    """Return the lines of curl's configuration that authenticate."""
    if method == "basic":
        return [f'user = "{credential.client_id}:{credential.secret}"']
    return [f'data = "client_id={credential.client_id}"', f'data = "client_secret={credential.secret}"']


def check(token: Any, before: Any, after: Any, issuer: str, credential: Credential) -> None:
    """Compare what a client saw of a token with what it was promised."""
    assert (token["token_type"].lower(), token["expires_in"], token["scope"]) == ("bearer", 3600, "read")
    assert (before["active"], before["iss"], before["aud"]) == (True, issuer, issuer)
    assert (before["sub"], before["client_id"], before["scope"]) == (*[credential.client_id] * 2, "read")
    assert after == {"active": False}


def check_record(installed: Installed, posts: int) -> None:
    """See that the requests were counted as uses of the secret, once they are written down."""
    (secret,) = installed.ran("secret", "list", "billing-api")
    assert secret["last_used_from"] == "127.0.0.1"
    assert 1 <= secret["use_count"] <= posts


def check_trust(installed: Installed, posts: int) -> None:
    """See that each request was one use of the trust."""
    (trust,) = installed.ran("jwt-trust", "list", "billing-api")
    assert (trust["last_used_from"], trust["use_count"]) == ("127.0.0.1", posts)
