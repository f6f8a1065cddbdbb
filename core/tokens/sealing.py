"""Confidential text in the database: AES-256-GCM under the key file."""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.rules.secret_format import TokenBytes

_NONCE_LENGTH = 12


class Seal:
    """Encrypts small texts. What belongs to one name does not open under another."""

    def __init__(self, key: bytes, token_bytes: TokenBytes) -> None:
        self._cipher = AESGCM(key)
        self._token_bytes = token_bytes

    def close(self, content: bytes, name: str) -> str:
        """Return *content* encrypted, for the row that *name* names."""
        nonce = self._token_bytes(_NONCE_LENGTH)
        return b64encode(nonce + self._cipher.encrypt(nonce, content, name.encode())).decode()

    def open(self, sealed: str, name: str) -> bytes | None:
        """Return the content, or None where it was sealed under another key or name, or altered."""
        try:
            joined = b64decode(sealed)
            return self._cipher.decrypt(joined[:_NONCE_LENGTH], joined[_NONCE_LENGTH:], name.encode())
        except (InvalidTag, ValueError):
            return None
