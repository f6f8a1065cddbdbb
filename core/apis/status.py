"""Whether the upstreams of protected APIs answer, asked from here and without a credential.

Whoever wants one is there too: 401 and 403 count as up.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from core.outbound.exchange import Call, Exchange, NoReply, exchange
from core.rules.views.apis import ApiView, UpstreamStatus

_AT_ONCE = 16
_WANTS_CREDENTIALS = (401, 403)
_SUCCESSES = range(200, 400)
_NOT_ASKED = UpstreamStatus(False, "not asked", None)


class ApiStatus:
    """Asks upstreams; `patience` is in seconds, `elapsed` a clock in seconds of which only differences count."""

    def __init__(
        self, *, send: Exchange = exchange, patience: float = 3.0, elapsed: Callable[[], float] = perf_counter
    ) -> None:
        self._send = send
        self._patience = patience
        self._elapsed = elapsed

    def of(self, api: ApiView) -> UpstreamStatus:
        """Return how the upstream of an API answers a GET, at the latest when the patience is over."""
        if api.upstream is None:
            return UpstreamStatus(False, "no upstream", None)
        begun = self._elapsed()
        up, reason = self._asked(api.upstream)
        return UpstreamStatus(up, reason, (self._elapsed() - begun) * 1000)

    def of_all(
        self, apis: Iterable[ApiView], unwanted: Callable[[], bool] = lambda: False
    ) -> tuple[UpstreamStatus, ...]:
        """Return the same of several, in their order; they are asked beside each other, as long as it is wanted."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="status") as pool:
            return tuple(pool.map(lambda api: _NOT_ASKED if unwanted() else self.of(api), apis))

    def _asked(self, url: str) -> tuple[bool, str]:
        try:
            status = self._send(Call(url, named="the upstream", is_read=False), self._patience).status
        except NoReply as silence:
            return False, silence.kind
        if status in _WANTS_CREDENTIALS:
            return True, f"AUTH {status}"
        return status in _SUCCESSES, f"{status} Response"
