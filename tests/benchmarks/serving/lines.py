"""What is measured: the servers in turn, round after round, so that whatever else the machine does befalls all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.benchmarks import report
from tests.benchmarks.serving.cores import Cores
from tests.benchmarks.serving.load import Load, load, once_each
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


class Effort(NamedTuple):
    """How often everything is measured, for how many seconds each time, and on which cores."""

    rounds: int
    seconds: float
    cores: Cores = Cores()


def against_plaintext(ours: Server, peer: Server, effort: Effort) -> Iterator[report.Line]:
    """Compare with oidc-provider, which keeps secrets as they are; the memory is that after all the load."""
    yield from _compared("tokens", peer.name, ours.token, peer.token, effort)
    yield _never_repeated(ours.token, peer, effort)
    assert ours.introspection
    assert peer.introspection
    yield from _compared("introspection", peer.name, ours.introspection, peer.introspection, effort)
    one, other = ([resident_megabytes(server.process)] for server in (ours, peer))
    yield report.megabytes_ratio("memory after load", one, peer.name, other, _MEMORY)


def against_hashed(ours: Server, peer: Server, effort: Effort) -> Iterator[report.Line]:
    """Compare with django-oauth-toolkit: a credential seen before, and such as are all new."""
    warm = _in_turn([ours.token, peer.token], [_MANY], effort)[_MANY]
    mine, theirs = ([each.rate for each in series] for series in warm)
    yield report.rate_ratio(f"tokens, {_MANY} at once, warm", mine, peer.name, theirs)
    mine, theirs = _cold(ours, effort.rounds), _cold(peer, effort.rounds)
    yield report.rate_ratio(f"tokens, {_MANY} at once, cold", mine, peer.name, theirs)


def _compared(what: str, name: str, ours: Target, theirs: Target, effort: Effort) -> Iterator[report.Line]:
    """Tell rate and 99th percentile at each concurrency; nothing is promised for a single connection."""
    _in_turn([ours, theirs], CONCURRENCY[1:], effort._replace(rounds=1))  # warms both up
    loads = _in_turn([ours, theirs], CONCURRENCY, effort)
    for connections, (one, other) in loads.items():
        at_least = _RATE if connections > 1 else None
        rates = [each.rate for each in one], [each.rate for each in other]
        yield report.rate_ratio(f"{what}, {connections} at once", rates[0], name, rates[1], at_least)
    for connections, (one, other) in loads.items():
        late = [each.late for each in one], [each.late for each in other]
        limit = _LATE if connections > 1 and what == "tokens" else None
        yield report.ratio(f"{what}, {connections} at once, 99 %", late[0], name, late[1], limit)


def _never_repeated(ours: Target, peer: Server, effort: Effort) -> report.Line:
    """Tell the rate where no request is like one that is still remembered: ours parses each."""
    loads = _in_turn([ours.varied(_VARIED), peer.token.varied(_VARIED)], [_MANY], effort)[_MANY]
    mine, theirs = ([each.rate for each in series] for series in loads)
    return report.rate_ratio(f"tokens, {_MANY} at once, each request another", mine, peer.name, theirs)


def _in_turn(
    targets: Sequence[Target], concurrency: Sequence[int], effort: Effort
) -> Mapping[int, tuple[list[Load], ...]]:
    """Load the targets in turn, each round in the other order; return a series for each of them."""
    loads: dict[int, tuple[list[Load], ...]] = defaultdict(lambda: tuple([] for _ in targets))
    for number in range(effort.rounds):
        for connections in concurrency:
            for place in list(range(len(targets)))[:: 1 if number % 2 else -1]:
                loads[connections][place].append(load(targets[place], connections, effort.seconds, effort.cores))
    return loads


def _cold(server: Server, rounds: int) -> list[float]:
    return [once_each(server.once[number * COLD :][:COLD], _MANY) for number in range(rounds)]
