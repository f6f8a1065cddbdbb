"""The calls that were made in Test panels, for as long as the console runs: what of them may outlive a panel.

A body, a header field or a query may hold a secret that nobody knows to be one; none of them is kept.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from core.rules.discretion import discreet

if TYPE_CHECKING:
    from tui.test_panel.trying import Tried

MOST_CALLS = 20
"""Calls that are kept of one API."""
_MOST_APIS = 50
_CLIENT_ID = re.compile(r"[0-9a-f-]{36}", re.IGNORECASE)


class LastCalls:
    """The last calls of each API, by its id; in memory alone."""

    def __init__(self) -> None:
        self._of: dict[str, list[Tried]] = {}

    def of(self, api_id: str) -> "list[Tried]":
        """Return the last calls of an API, the newest first."""
        return list(self._of.get(api_id, ()))

    def add(self, api_id: str, tried: "Tried") -> None:
        """Keep what may be kept of a call; the oldest calls and the APIs that were called longest ago go."""
        before = self._of.pop(api_id, [])
        self._of[api_id] = [in_short(tried), *before][:MOST_CALLS]
        while len(self._of) > _MOST_APIS:
            del self._of[next(iter(self._of))]


def in_short(tried: "Tried") -> "Tried":
    """Return what a call came to, without body, header fields, query and command, long words of its path cut."""
    address, query, _ = tried.url.partition("?")
    scheme, colon, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return replace(
        tried,
        caller=tried.caller if _CLIENT_ID.fullmatch(tried.caller) or not tried.caller else "…",
        url=f"{scheme}{colon}{host}{slash}{discreet(path)}{f'{query}…' if query else ''}",
        command="",
        answer=replace(tried.answer, headers=(), content=b"") if tried.answer else None,
        in_short=True,
    )
