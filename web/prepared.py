"""Requests that were read and can be answered at once: now, and each time that the same bytes come again."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Scope

from web.answers import Answer


class Prepared(NamedTuple):
    """What is left to do for a request after it was read; it holds nothing that works as a credential."""

    client_id: str
    answer: Callable[[], Answer | None]
    """Decides by what is true now; None where it takes the long way this time."""


Direct = Callable[[Scope, bytes], Prepared | None]
"""Reads a request, of which the body is whole; None where it must go the long way."""
