"""What this process has proved about credentials and tokens, so that it need not prove it for every request.

The keys are digests under a random key of this process: who reads its memory finds no value to use elsewhere.
"""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

from core.rules.secret_format import TokenBytes

Proved = TypeVar("Proved")


class Remembered(Generic[Proved]):
    """A bounded memory from a confidential text to what was proved of it; the longest unused goes first.

    It holds only what can never become untrue: that a value matches a secret's row, that a signature is good.
    Whether the secret still works is read anew each time.
    """

    def __init__(self, token_bytes: TokenBytes, size: int) -> None:
        self._key = token_bytes(32)
        self._size = size
        self._kept: OrderedDict[bytes, Proved] = OrderedDict()
        self._lock = Lock()

    def recall(self, text: str | bytes) -> Proved | None:
        """Return what was proved of *text*, or None."""
        digest = self._digest(text)
        with self._lock:
            proved = self._kept.get(digest)
            if proved is not None:
                self._kept.move_to_end(digest)
            return proved

    def keep(self, text: str | bytes, proved: Proved) -> None:
        """Remember what was proved of *text*."""
        with self._lock:
            self._kept[self._digest(text)] = proved
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def _digest(self, text: str | bytes) -> bytes:
        raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
        return blake2b(raw, key=self._key, digest_size=32).digest()
