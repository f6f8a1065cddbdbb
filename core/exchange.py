"""One HTTP request to another server, bounded in time and size, and led nowhere else by a redirect.

What sends it is imported with the first one: most processes never ask anybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Proxies = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request; with `content` it is a POST, else a GET. `named` is what to check where the URL leads nowhere."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    named: str = "the issuer"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status."""

    status: int
    content: bytes = field(repr=False)


Exchange = Callable[[Call, float], Reply]
"""What sends a call and returns its reply within so many seconds, or raises `NoReply`."""


class NoReply(Exception):
    """Nothing came back that could be read: one sentence says why. `absent` where nobody seems to be there."""

    def __init__(self, sentence: str, *, absent: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.absent = absent


def exchange(call: Call, within: float, *, proxies: Proxies | None = None) -> Reply:
    """Return the reply to *call*, or raise `NoReply`, *within* so many seconds at the latest.

    A server on this machine is asked directly, whatever *proxies* says; without any it is the environment.
    """
    from core.sending import sent

    return sent(call, within, proxies)
