"""The answer of a token endpoint, as it may be shown: bounded, and without anything that works.

Whoever answers may be anybody. What was said is taken apart here; nothing of it is believed, and no token and no
echo of a secret stands in what comes out.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

_MOST_MEMBERS = 24
_LONGEST_TEXT = 200
_LONGEST_NAME = 40
_LARGEST_NUMBER = 2**53
_LEFT_OF_A_TOKEN = 8
_RUN = re.compile(r"[0-9A-Za-z_.~+=%-]{48,}")
"""Longer than a key's thumbprint and a token's name, shorter than a secret and the parts of a token."""

Members = dict[str, Any]


def json_object(content: bytes | str) -> Members | None:
    """Return the JSON object that *content* is, or None."""
    try:
        text = content.decode() if isinstance(content, bytes) else content
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def decoded(token: object) -> tuple[Members, Members] | None:
    """Return header and claims of a JWS (RFC 7515 section 3.1) without verifying it, or None for anything else."""
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:
        return None
    header, claims = (json_object(_from_base64url(part)) for part in parts[:2])
    return None if header is None or claims is None else (header, claims)


def showable(members: Mapping[str, Any]) -> Members:
    """Return what may be shown of a JSON object: tokens cut short, few members, none of them long or nested."""
    shown = {
        _cut(name, _LONGEST_NAME): _token_cut(value) if name.endswith("_token") else _value(value)
        for name, value in list(members.items())[:_MOST_MEMBERS]
    }
    more = len(members) - _MOST_MEMBERS
    return {**shown, "…": f"and {more} more"} if more > 0 else shown


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _cut(value, _LONGEST_TEXT)
    if isinstance(value, dict | list) or (isinstance(value, int) and abs(value) > _LARGEST_NUMBER):
        return _cut(_as_text(value), _LONGEST_TEXT)
    return value


def _token_cut(value: Any) -> str:
    text = value if isinstance(value, str) else _as_text(value)
    left = text[:_LEFT_OF_A_TOKEN] if len(text) > 4 * _LEFT_OF_A_TOKEN else ""
    return f"{left}… ({len(text)} characters)"


def _cut(text: str, longest: int) -> str:
    # Runs are looked for in the whole text: a half of one would be too short to be known for what it is.
    text = _RUN.sub(lambda run: f"{run[0][:_LEFT_OF_A_TOKEN]}…", text)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _as_text(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _from_base64url(part: str) -> bytes:
    try:
        return b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
