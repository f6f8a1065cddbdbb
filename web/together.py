"""Requests that arrived together are decided by one look at what was committed: one made after they began to arrive.

Whoever revokes a secret and then asks is answered by a later turn of the event loop, and so by a later look; unless the
question was sent on the heels of another, on the same connection, before that one was read.
"""

from asyncio import get_running_loop
from collections.abc import Callable

from starlette.types import Scope

from web.answers import Answer
from web.prepared import Direct, Prepared

_MOST = 64
"""Answers by one look. A crowd may keep a turn busy for so long that what it reads last had not arrived at its look."""


class Together:
    """What one event loop answers in one turn: what it has read since it last waited.

    `share` begins and ends a look that this thread shares.
    """

    def __init__(self, share: Callable[[bool], None]) -> None:
        self._share = share
        self._left = 0
        """How many more answers the look is good for."""

    def around(self, direct: Direct) -> Direct:
        """Return *direct*, deciding as its whole turn does."""

        def shared(scope: Scope, body: bytes) -> Prepared | None:
            found = direct(scope, body)
            return None if found is None else found._replace(answer=self._sharing(found.answer))

        return shared

    def _sharing(self, decide: Callable[[], Answer | None]) -> Callable[[], Answer | None]:
        def answer() -> Answer | None:
            if self._left:
                self._left -= 1
            else:
                self._look_anew()
            return decide()

        return answer

    def _look_anew(self) -> None:
        # Before the loop waits again, and before it reads what has arrived by then.
        get_running_loop().call_soon(self._end)
        self._left = _MOST - 1
        self._share(True)

    def _end(self) -> None:
        self._left = 0
        self._share(False)
