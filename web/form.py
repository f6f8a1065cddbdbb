"""The parameters of a request: the body of a POST (RFC 6749 appendix B), and what stands in the query of a URL.

Every ambiguity is refused. No message echoes what was sent.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from core.rules.errors import OAuthError
from web.errors import ClientGone

_FORM = b"application/x-www-form-urlencoded"
_MOST_PARAMETERS = 64
_CONFIDENTIAL = frozenset({"client_secret", "client_assertion", "access_token", "token"})
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def headers_named(scope: Scope, name: bytes) -> list[bytes]:
    """Return the values of every header field *name*, in lower case."""
    return [value for field, value in scope["headers"] if field == name]


async def form_of(scope: Scope, receive: Receive) -> dict[str, str]:
    """Return the parameters in the body, without those that are empty.

    Raises `OAuthError` where they cannot be told for certain, `ClientGone` where the body does not end.
    """
    return form_in(scope, await _body(receive))


def form_in(scope: Scope, body: bytes) -> dict[str, str]:
    """Return the parameters in *body*, which is whole, without those that are empty; raises `OAuthError`."""
    _refuse_confidential_query(scope)
    _refuse_other_content(scope, body)
    return parameters(body)


def parameters(encoded: bytes) -> dict[str, str]:
    """Return the parameters of a form or of a query; each may stand in it once, and an empty one is none.

    RFC 6749 section 3.2.
    """
    try:
        text = encoded.decode()
        if "%" in text and _LONE_PERCENT.search(text):
            raise _refusal("A percent sign is not followed by two hexadecimal digits.")
        pairs = _pairs(text)
    except ValueError:
        raise _refusal("The parameters are too many, or no UTF-8.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refusal("A parameter is given twice.")
    if "\0" in text or "%00" in text:
        raise _refusal("The parameters hold a NUL.")
    return {name: value for name, value in pairs if value}


def _pairs(text: str) -> list[tuple[str, str]]:
    if "%" in text or "+" in text or text.count("&") >= _MOST_PARAMETERS:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    # Nothing is encoded, and to look for it takes ten times as long.
    parts = [part.partition("=") for part in text.split("&") if part]
    return [(name, value) for name, _, value in parts]


def required(form: Mapping[str, str], name: str) -> str:
    """Return the parameter *name*, which must be there."""
    value = form.get(name)
    if value is None:
        raise _refusal(f"The parameter {name} is missing.")
    return value


def _refuse_confidential_query(scope: Scope) -> None:
    """Refuse what logs and histories of others would keep (RFC 6749 section 2.3.1)."""
    query = scope["query_string"]
    if query and not _CONFIDENTIAL.isdisjoint(_names(query)):
        raise _refusal("Credentials and tokens belong in the body, not in the URL.")


def _names(query: bytes) -> set[str]:
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise _refusal("The query has too many parameters.") from None
    return {name for name, _ in pairs}


def _refuse_other_content(scope: Scope, body: bytes) -> None:
    """Refuse what is no form; nothing at all is an empty one."""
    kinds = {kind.partition(b";")[0].strip().lower() for kind in headers_named(scope, b"content-type")}
    if kinds != {_FORM} and (kinds or body):
        raise _refusal("The body must be application/x-www-form-urlencoded.")


async def _body(receive: Receive) -> bytes:
    """Return the whole body, which the protocol keeps within its limit."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _refusal(description: str) -> OAuthError:
    return OAuthError("invalid_request", description)
