"""Tokens for the tests of the endpoints that take them, good ones and others."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

from tests.web.client import Client


async def token_of(client: Client, credentials: tuple[str, str], **form: str) -> str:
    """Get an access token from the token endpoint."""
    answer = await client.post("/oauth2/token", {"grant_type": "client_credentials"} | form, credentials)
    token: str = answer.document["access_token"]
    return token


def altered(token: str) -> Iterator[str]:
    """Change one part of *token* after the other."""
    head, payload, signature = token.split(".")
    claims = _read(payload)
    yield f"{head}.{_part(claims | {'scope': 'admin'})}.{signature}"
    yield f"{head}.{_part(claims | {'exp': claims['exp'] + 1})}.{signature}"
    yield f"{_part(_read(head) | {'kid': 'other'})}.{payload}.{signature}"
    yield f"{head}.{payload}.{'A' * len(signature)}"
    yield f"{head}.{payload}."
    yield f"{head}.{payload}"
    yield f"{token}."
    yield f"{token}="
    yield token[:-1]
    yield token.swapcase()


def forged(token: str, key: dict[str, str]) -> Iterator[str]:
    """Say what *token* says under headers that a credulous server would believe; *key* is the server's public one."""
    head, payload, _ = token.split(".")
    header, said = _read(head), payload
    for none in ("none", "None", "NONE", "nOnE"):
        yield f"{_part(header | {'alg': none})}.{said}."
    public = ECAlgorithm.from_jwk(key)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    for encoding in (Encoding.PEM, Encoding.DER):
        secret = public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        body = f"{_part(header | {'alg': 'HS256'})}.{said}"
        yield f"{body}.{_coded(hmac.digest(secret, body.encode(), hashlib.sha256))}"
    own = ec.generate_private_key(ec.SECP256R1())
    own_jwk = ECAlgorithm.to_jwk(own.public_key(), as_dict=True)
    for odd in (
        {},
        {"jwk": own_jwk},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/chain"},
        {"crit": ["exp"]},
        {"crit": ["unknown"], "unknown": True},
        {"kid": "../../etc/passwd"},
        {"kid": "' OR 1=1 --"},
        {"kid": ""},
        {"kid": None},
        {"typ": "JWT"},
    ):
        body = f"{_part(header | odd)}.{said}"
        yield f"{body}.{_coded(ECAlgorithm(ECAlgorithm.SHA256).sign(body.encode(), own))}"


def _read(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def _part(content: dict[str, Any]) -> str:
    return _coded(json.dumps(content).encode())


def _coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
