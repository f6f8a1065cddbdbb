"""Which cores a program may use: of a peer that works in several threads, one core shows what its process costs."""

import os
from collections.abc import Sequence
from typing import NamedTuple

CORES = sorted(os.sched_getaffinity(0))


class Cores(NamedTuple):
    """Cores of the servers and of whatever loads them; without any named, all are everybody's."""

    servers: Sequence[int] = CORES
    load: Sequence[int] = CORES

    def server(self, command: Sequence[str]) -> tuple[str, ...]:
        """Return the command that runs *command* where servers run; the process is the same."""
        return _on(self.servers, command)

    def loader(self, command: Sequence[str]) -> tuple[str, ...]:
        """Return the command that runs *command* where the load comes from."""
        return _on(self.load, command)


APART = Cores(CORES[:1], CORES[1:] or CORES)
"""The servers share one core, of which they use none at the same time; the load comes from the others."""


def _on(cores: Sequence[int], command: Sequence[str]) -> tuple[str, ...]:
    return ("taskset", "--cpu-list", ",".join(map(str, cores)), *command)
