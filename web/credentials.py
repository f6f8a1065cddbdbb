"""What a client presents to prove who it is (RFC 6749 section 2.3.1), read from the request and not yet believed."""

import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.types import Scope

from core.rules.errors import LogonRefused, OAuthError
from web.form import headers_named

METHODS = ("client_secret_basic", "client_secret_post")
"""The methods of client authentication that work, by their names in RFC 7591 section 2."""


def presented(scope: Scope, form: Mapping[str, str]) -> tuple[str, str]:
    """Return the client ID and the client secret of a request.

    Raises `OAuthError` where it is not clear which are meant, `LogonRefused` where there are none.
    """
    authorization = headers_named(scope, b"authorization")
    ways = len(authorization) + ("client_secret" in form) + ("client_assertion" in form)
    if ways > 1:
        raise OAuthError("invalid_request", "Use one method of client authentication, once.")
    if authorization:
        client_id, value = _by_basic(authorization[0])
        if form.get("client_id", client_id).lower() != client_id.lower():
            raise OAuthError("invalid_request", "The client_id in the body is another one than in the header.")
    else:
        client_id, value = form.get("client_id", ""), form.get("client_secret", "")
    if not client_id or not value:
        raise LogonRefused("no credentials")
    return client_id, value


def _by_basic(authorization: bytes) -> tuple[str, str]:
    """Return the two parts of RFC 7617, always form-decoded: what we issue holds no `%` and no `+`."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        raise LogonRefused("another scheme than Basic")
    try:
        pair = binascii.a2b_base64(encoded.strip(b" "), strict_mode=True).decode()
        client_id, colon, value = pair.partition(":")
        if "%" in pair or "+" in pair:
            client_id, value = unquote_plus(client_id, errors="strict"), unquote_plus(value, errors="strict")
    except ValueError:  # binascii.Error and UnicodeDecodeError are such
        raise LogonRefused("malformed Basic credentials") from None
    if not colon or "\0" in client_id or "\0" in value:
        raise LogonRefused("malformed Basic credentials")
    return client_id, value
