"""A call of a protected API, or of verify itself, as wrk and the check beforehand send it."""

from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.benchmarks.serving.target import Void

_PATIENCE = 30.0


@dataclass(frozen=True)
class Call:
    """A GET with these header fields, of each of the targets in turn; a good answer is a 200."""

    address: str
    targets: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    guarded: bool = True
    """Whether it is refused without its header fields."""

    @property
    def path(self) -> str:
        """The first target."""
        return self.targets[0]

    def varied(self, count: int) -> "Call":
        """Return the call of as many URLs, which differ by their query."""
        return replace(self, targets=tuple(f"{self.path}?turn={number}" for number in range(count)))

    def lines(self) -> tuple[str, ...]:
        """Return what wrk is to send."""
        return ("GET", *(f"{name}: {value}" for name, value in self.fields), "", *self.targets)

    def check(self) -> None:
        """Send one as it is, and one without its header fields, and look at the answers; raises `Void`."""
        parts = urlsplit(self.address)
        with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=_PATIENCE)) as connection:
            for fields, good in ((dict(self.fields), (200,)), ({}, (401,) if self.guarded else (200,))):
                connection.request("GET", self.path, headers=fields)
                response = connection.getresponse()
                response.read()
                if response.status not in good:
                    raise Void(f"{self.address}{self.path} answered {response.status}.")
