"""The keys that access tokens are signed with (ES256): one signs, the one before stays published for a while."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from jwt.algorithms import ECAlgorithm
from sqlmodel import Session, col, delete, or_, select

from core.activity.audit import About, record
from core.desk import Desk
from core.rules.errors import UnfitPlace
from core.rules.limits import TOKEN_LIFETIME_MINUTES
from core.rules.views.authorization_server import SigningKeyView
from core.tokens.sealing import Seal
from store.tables import SigningKey

ALGORITHM = "ES256"
_LAST_TOKEN_ENDS = timedelta(minutes=TOKEN_LIFETIME_MINUTES[-1] + 1)
"""How long after a rotation a token of the old key may live; a running server takes a second to see the new one."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    kid: str
    created_at: datetime
    private: ec.EllipticCurvePrivateKey = field(repr=False)


class SigningKeys:
    """Makes, opens and rotates the server's keys. `seal` is None where no key file is there."""

    def __init__(self, desk: Desk, seal: Seal | None) -> None:
        self._desk = desk
        self._seal = seal

    def list(self) -> tuple[SigningKeyView, ...]:
        """Return the published keys, the one that signs first."""
        with self._desk.database.read() as session:
            return tuple(map(_view, session.exec(self._still_published()).all()))

    def published(self) -> Sequence[dict[str, Any]]:
        """Return the public keys as JWKs (RFC 7517), for whoever verifies our tokens."""
        return tuple(map(_public_jwk, self.list()))

    def pems(self) -> tuple[tuple[str, str], ...]:
        """Return `kid` and PEM (SubjectPublicKeyInfo) of the published keys, for gateways that want files."""
        return tuple((view.kid, _pem(_public_key(view))) for view in self.list())

    def verifiers(self) -> dict[str, ec.EllipticCurvePublicKey]:
        """Return the published keys by their `kid`."""
        return {view.kid: _public_key(view) for view in self.list()}

    def signer(self) -> Signer:
        """Return the key that signs, made at the first start; raises `UnfitPlace` where it does not open."""
        with self._desk.database.read() as session:
            row = _signing(session)
        if row is None:
            with self._desk.database.transaction() as session:
                row = _signing(session) or self._made(session, "signing_key.made")
        return self._opened(row)

    def rotate(self) -> SigningKeyView:
        """Let a new key sign from now on; the old one stays published until its last token has expired."""
        with self._desk.database.transaction() as session:
            now = self._desk.now()
            old = _signing(session)
            if old is not None:
                old.signer, old.sealed, old.published_until = None, None, now + _LAST_TOKEN_ENDS
                session.flush()  # the place of the signer is free before it is taken again
            session.exec(delete(SigningKey).where(col(SigningKey.published_until) <= now))
            return _view(self._made(session, "signing_key.rotated", before=old))

    def _made(self, session: Session, action: str, *, before: SigningKey | None = None) -> SigningKey:
        assert self._seal is not None, "a key is made only where there is a key file to seal it under"
        private = ec.generate_private_key(ec.SECP256R1())
        public = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
        kid = _thumbprint(public)
        content = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        row = SigningKey(
            kid=kid,
            public=json.dumps(public),
            sealed=self._seal.close(content, kid),
            signer=1,
            created_at=self._desk.now(),
        )
        session.add(row)
        session.flush()
        was = {"kid": before.kid} if before else None
        record(session, self._desk, action, About("", kid, "signing key"), before=was, after={"kid": kid})
        return row

    def _opened(self, row: SigningKey) -> Signer:
        content = self._seal.open(row.sealed or "", row.kid) if self._seal else None
        if content is None:
            raise UnfitPlace(
                "The signing key does not open: the key file is missing or another one. "
                "Put it back (KEYDESK_KEY_FILE names it); if it is lost: keydesk keys rotate --new-key-file."
            )
        private = load_der_private_key(content, password=None)
        assert isinstance(private, ec.EllipticCurvePrivateKey), "only such keys are ever sealed"
        return Signer(row.kid, row.created_at, private)

    def _still_published(self) -> Any:
        until = col(SigningKey.published_until)
        order = (until.is_not(None), until.desc())
        return select(SigningKey).where(or_(until.is_(None), until > self._desk.now())).order_by(*order)


def _signing(session: Session) -> SigningKey | None:
    return session.exec(select(SigningKey).where(SigningKey.signer == 1)).first()


def _view(row: SigningKey) -> SigningKeyView:
    return SigningKeyView(
        kid=row.kid,
        algorithm=ALGORITHM,
        signs=row.signer == 1,
        created_at=row.created_at,
        published_until=row.published_until,
        public=json.loads(row.public),
    )


def _public_jwk(view: SigningKeyView) -> dict[str, Any]:
    return {**view.public, "use": "sig", "alg": view.algorithm, "kid": view.kid}


def _public_key(view: SigningKeyView) -> ec.EllipticCurvePublicKey:
    key = ECAlgorithm.from_jwk(view.public)
    assert isinstance(key, ec.EllipticCurvePublicKey), "only public keys are published"
    return key


def _pem(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _thumbprint(jwk: dict[str, Any]) -> str:
    """Return the thumbprint of RFC 7638 section 3: the required members in order, hashed."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
