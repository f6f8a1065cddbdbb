"""An issuer on loopback: it publishes keys, and counts who asks for what. Its private keys stay with it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

Jwk = dict[str, Any]
JWKS = "/keys"
OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@dataclass
class Issuer:
    """What it answers at each path: a status and bytes, or what writes the answer itself."""

    url: str = ""
    says: dict[str, tuple[int, bytes] | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def jwks_uri(self) -> str:
        return self.url + JWKS

    def publish(self, *keys: object) -> None:
        """Serve these keys."""
        self.says[JWKS] = 200, json.dumps({"keys": keys}).encode()

    def describe(self, path: str = OPENID, **other: object) -> None:
        """Serve metadata that name where the keys are."""
        self.says[path] = 200, json.dumps({"issuer": self.url, "jwks_uri": self.jwks_uri, **other}).encode()


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Within the block, an issuer listens; without being told it answers 404 to everything."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked[self.path] += 1
            answer = issuer.says.get(self.path, (404, b"not here"))
            if callable(answer):
                answer(self)
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join(10)


def private_key(kind: str, number: int = 0) -> Any:
    """Return a private key: *RSA* with its bits, a curve, or *Ed25519*; another one for each number."""
    return _made(kind, number)


@cache
def _made(kind: str, _number: int) -> Any:
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("RSA")))
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "K-256": ec.SECP256K1()}
    return ec.generate_private_key(curves[kind])


def jwk(kind: str, kid: str | None = None, *, number: int = 0, private: bool = False, **other: object) -> Jwk:
    """Return the JWK of such a key, by default its public half."""
    key = private_key(kind, number)
    algorithm = {"R": RSAAlgorithm, "E": OKPAlgorithm}.get(kind[0], ECAlgorithm)
    made = algorithm.to_jwk(key if private else key.public_key(), as_dict=True)
    # A key to be sure of: what PyJWT says that it is for is not what issuers say.
    made = {name: value for name, value in made.items() if name != "key_ops"}
    return {**made, **({"kid": kid} if kid else {}), **other}
