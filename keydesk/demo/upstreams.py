"""The upstreams of the demo's APIs: none of them is there, so what they would answer is told here."""

from threading import local
from urllib.parse import urlsplit

from core.apis.status import ApiStatus
from core.outbound.exchange import Call, NoReply, Reply, Silence

_ANSWERS = {"10.0.2.31": 401, "10.0.4.77": None}
"""By host; the others answer 200, and None is nothing at all."""


def status() -> ApiStatus:
    """Return who asks them, and finds that each takes as long as the others."""
    return ApiStatus(send=_send, elapsed=_Steps())


class _Steps(local):
    """A clock in seconds that goes on when it is looked at, in each thread by itself."""

    time = 0.0

    def __call__(self) -> float:
        self.time += 0.009
        return self.time


def _send(call: Call, _within: float) -> Reply:
    answer = _ANSWERS.get(urlsplit(call.url).hostname or "", 200)
    if answer is None:
        raise NoReply("Nothing listens there.", absent=True, kind=Silence.CONNECTION)
    return Reply(answer, b"")
