"""What is measured: the servers in turn, round after round, so that whatever else the machine does befalls all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from tests.benchmarks import report
from tests.benchmarks.serving.cores import Cores
from tests.benchmarks.serving.load import Loaded, load, once_each
from tests.benchmarks.serving.servers import Server
from tests.benchmarks.serving.target import Target
from tests.benchmarks.terminal import resident_megabytes

CONCURRENCY = (1, 8, 64)
COLD = 20
"""Credentials that are new in every round, which together take the slower server some seconds."""
_MANY = 8
_VARIED = 2_000
"""Requests that differ: more than our server remembers."""
_RATE, _LATE, _MEMORY = 2.0, 0.5, 0.6


class Process(Protocol):
    """A server that is measured."""

    @property
    def process(self) -> int: ...


class Effort(NamedTuple):
    """How often everything is measured, for how many seconds each time, and on which cores."""

    rounds: int
    seconds: float
    cores: Cores = Cores()


class Measured(NamedTuple):
    """What a load came to, and how large the server was right after it."""

    rate: float
    late: float
    megabytes: float


def against_plaintext(ours: Server, peer: Server, effort: Effort) -> Iterator[report.Line]:
    """Compare with oidc-provider, which keeps secrets as they are."""
    tokens = _compared("tokens", [(ours, ours.token), (peer, peer.token)], effort)
    varied = [(server, server.token.varied(_VARIED)) for server in (ours, peer)]
    others = in_turn(varied, [_MANY], effort)[_MANY]
    assert ours.introspection
    assert peer.introspection
    looked_up = _compared("introspection", [(ours, ours.introspection), (peer, peer.introspection)], effort)
    yield from tokens.lines
    mine, theirs = ([each.rate for each in series] for series in others)
    yield report.rate_ratio(f"tokens, {_MANY} at once, each request another", mine, peer.name, theirs)
    yield from looked_up.lines
    one, other = (first + second for first, second in zip(tokens.memory, looked_up.memory, strict=True))
    yield report.megabytes_ratio("memory after a load", one, peer.name, other, _MEMORY)


def against_hashed(ours: Server, peer: Server, effort: Effort) -> Iterator[report.Line]:
    """Compare with django-oauth-toolkit: a credential seen before, and such as are all new."""
    warm = in_turn([(ours, ours.token), (peer, peer.token)], [_MANY], effort)[_MANY]
    mine, theirs = ([each.rate for each in series] for series in warm)
    yield report.rate_ratio(f"tokens, {_MANY} at once, warm", mine, peer.name, theirs)
    mine, theirs = _cold(ours, effort.rounds), _cold(peer, effort.rounds)
    yield report.rate_ratio(f"tokens, {_MANY} at once, cold", mine, peer.name, theirs)


class _Comparison(NamedTuple):
    """Lines of the table, and the megabytes of both servers after each load."""

    lines: list[report.Line]
    memory: tuple[list[float], list[float]]


def _compared(what: str, servers: Sequence[tuple[Server, Target]], effort: Effort) -> _Comparison:
    """Tell rate and 99th percentile at each concurrency; nothing is promised for a single connection."""
    name = servers[1][0].name
    in_turn(servers, CONCURRENCY[1:], effort._replace(rounds=1))  # warms both up
    loads = in_turn(servers, CONCURRENCY, effort)
    lines = []
    for connections, (one, other) in loads.items():
        at_least = _RATE if connections > 1 else None
        rates = [each.rate for each in one], [each.rate for each in other]
        lines.append(report.rate_ratio(f"{what}, {connections} at once", rates[0], name, rates[1], at_least))
    for connections, (one, other) in loads.items():
        late = [each.late for each in one], [each.late for each in other]
        limit = _LATE if connections > 1 and what == "tokens" else None
        lines.append(report.ratio(f"{what}, {connections} at once, 99 %", late[0], name, late[1], limit))
    mine, theirs = ([each.megabytes for series in loads.values() for each in series[place]] for place in (0, 1))
    return _Comparison(lines, (mine, theirs))


def in_turn(
    servers: Sequence[tuple[Process, Loaded]], concurrency: Sequence[int], effort: Effort
) -> Mapping[int, tuple[list[Measured], ...]]:
    """Load the targets in turn, each round in the other order; return a series for each of them."""
    loads: dict[int, tuple[list[Measured], ...]] = defaultdict(lambda: tuple([] for _ in servers))
    for number in range(effort.rounds):
        for connections in concurrency:
            for place in list(range(len(servers)))[:: 1 if number % 2 else -1]:
                server, target = servers[place]
                done = load(target, connections, effort.seconds, effort.cores)
                # A collector of garbage takes its time, so that one reading would be chance.
                loads[connections][place].append(Measured(*done, resident_megabytes(server.process)))
    return loads


def _cold(server: Server, rounds: int) -> list[float]:
    return [once_each(server.once[number * COLD :][:COLD], _MANY) for number in range(rounds)]
