"""Turns: how many logons of one client may be under way at once, so that a flood in its name finds an end.

What a request claims anybody can claim; so each address has turns of its own, and a client's own are left to it until
several addresses have joined in.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from web.errors import Overloaded


class Turns:
    """At most *from_one* at once of one client from one address, and *together* from all addresses."""

    def __init__(self, from_one: int, together: int) -> None:
        self._from_one = from_one
        self._together = together
        self._taken: Counter[tuple[str | None, ...]] = Counter()

    @contextmanager
    def taken(self, client_id: str | None, source: str | None) -> Iterator[None]:
        """Take a turn within the block; raises `Overloaded` where there is none."""
        here, anywhere = (client_id, source), (client_id,)
        if self._taken[here] >= self._from_one or self._taken[anywhere] >= self._together:
            raise Overloaded
        self._taken.update((here, anywhere))
        try:
            yield
        finally:
            for turn in (here, anywhere):
                self._taken[turn] -= 1
                if not self._taken[turn]:
                    del self._taken[turn]
