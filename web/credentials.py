"""What a client presents to prove who it is (RFC 6749 section 2.3.1), read from the request and not yet believed."""

import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.types import Scope

from core.rules.errors import LogonRefused, OAuthError
from web.form import headers_named

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""The one type of assertion here (RFC 7523 section 2.2)."""


def secret_in(scope: Scope, form: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the client ID and the client secret of a request; None where it presents no secret at all.

    Raises `OAuthError` where it is not clear which are meant, `LogonRefused` where one of them is missing.
    """
    authorization = headers_named(scope, b"authorization")
    asserted = "client_assertion" in form or "client_assertion_type" in form
    ways = len(authorization) + ("client_secret" in form) + asserted
    if ways > 1:
        raise OAuthError("invalid_request", "Use one method of client authentication, once.")
    if not ways or asserted:
        return None
    if authorization:
        client_id, value = _by_basic(authorization[0])
        if form.get("client_id", client_id).lower() != client_id.lower():
            raise OAuthError("invalid_request", "The client_id in the body is another one than in the header.")
    else:
        client_id, value = form.get("client_id", ""), form.get("client_secret", "")
    if not client_id or not value:
        raise LogonRefused("no credentials")
    return client_id, value


def assertion_in(form: Mapping[str, str]) -> str | None:
    """Return the assertion of a form without a secret; raises `LogonRefused` where its type is another one."""
    kind, assertion = form.get("client_assertion_type"), form.get("client_assertion")
    if assertion is None and kind is None:
        return None
    if assertion is None:
        raise LogonRefused("no assertion")
    if kind != ASSERTION_TYPE:
        raise LogonRefused("another type of assertion")
    return assertion


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
