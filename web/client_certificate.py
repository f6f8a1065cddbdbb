"""The certificate by which a client has authenticated to the proxy in TLS, as the proxy passes it on.

Only a proxy of `[proxy] trusted` is believed: anybody else could write the header field, so from there it is not read.
"""

import binascii
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from core.authentication.mutual_tls import thumbprint_of
from core.rules.claims import Claims
from core.rules.errors import LogonRefused
from core.rules.forwarding import DEFAULT_HEADER, ESCAPED_PEM, RFC_9440
from web.form import headers_named
from web.source import Sources

_LONGEST = 16 * 1024
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """How the proxy passes a certificate on: the form, None where nobody has said, and the name of the field."""

    form: str | None = None
    header: str = DEFAULT_HEADER


NOT_FORWARDED = Forwarded()


class ClientCertificates:
    """Finds the certificate of a request; without a form there never is one."""

    def __init__(self, sources: Sources, forwarded: Forwarded) -> None:
        self._sources = sources
        self._name = forwarded.header.lower().encode()
        self._read = _READERS[forwarded.form] if forwarded.form else None

    def __bool__(self) -> bool:
        """Tell whether there may be one at all."""
        return self._read is not None

    def of(self, scope: Scope) -> bytes | None:
        """Return the certificate in DER, not yet looked at; None where a trusted proxy passes none on.

        Raises `LogonRefused` with what is wrong with how it is passed on.
        """
        fields = headers_named(scope, self._name)
        if not any(fields) or not self._sources.is_proxy(scope):
            return None
        if self._read is None:
            raise LogonRefused("certificate passed on, but [proxy] client_cert is not set")
        if len(fields) > 1:
            raise LogonRefused("certificate passed on twice")
        if len(fields[0]) > _LONGEST:
            raise LogonRefused("certificate passed on is too long")
        value = fields[0].strip(b" \t")
        if not value:
            return None
        try:
            return self._read(value)
        except ValueError:  # binascii.Error is one
            raise LogonRefused("certificate passed on in another form than [proxy] client_cert says") from None

    def prove(self, claims: Claims, scope: Scope) -> bool:
        """Tell whether a bound token comes with the certificate it wants (RFC 8705 section 3); others want none."""
        if claims.cnf is None:
            return True
        try:
            certificate = self.of(scope)
        except LogonRefused:
            return False
        return certificate is not None and thumbprint_of(certificate) == claims.thumbprint


def _rfc9440(value: bytes) -> bytes:
    """Read a byte sequence of RFC 8941: Base64 between colons."""
    if len(value) < 3 or not (value.startswith(b":") and value.endswith(b":")):
        raise ValueError("no byte sequence")
    return binascii.a2b_base64(value[1:-1], strict_mode=True)


def _escaped_pem(value: bytes) -> bytes:
    """Read one certificate in PEM, of which the characters are percent-encoded."""
    text = unquote_to_bytes(value).strip()
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        raise ValueError("no PEM")
    within = text.removeprefix(_BEGIN).removesuffix(_END)
    return binascii.a2b_base64(b"".join(within.split()), strict_mode=True)


_READERS: dict[str, Callable[[bytes], bytes]] = {RFC_9440: _rfc9440, ESCAPED_PEM: _escaped_pem}
