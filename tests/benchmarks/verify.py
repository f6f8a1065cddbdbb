"""How fast verify decides about calls of a protected API: by itself, and behind nginx, beside a checker of nothing.

Run `python -m tests.benchmarks.verify` on Linux, with nginx, wrk, Node.js and npm; it installs oidc-provider by its
name and starts every server itself, one process each. Prints medians and ratios; only the ratios mean something. Ends
with 1 where a limit is broken or a call was not let in, which makes the run void.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT
from core.rules.requests.apis import NewApi
from keydesk.compose import compose
from keydesk.settings import Settings
from tests.benchmarks import report
from tests.benchmarks.serving import gateway
from tests.benchmarks.serving.call import Call
from tests.benchmarks.serving.cores import APART, Cores
from tests.benchmarks.serving.lines import Effort, Process, in_turn
from tests.benchmarks.serving.load import Loaded
from tests.benchmarks.serving.peers import Peers
from tests.benchmarks.serving.servers import Server, keydesk, oidc_provider
from tests.benchmarks.serving.target import Void

_CONCURRENCY = (8, 64)
_VARIED = 2_000
"""URLs that differ: more than our server remembers."""
_BESIDE_NOTHING, _LATE, _BESIDE_OPAQUE = 0.6, 3.0, 2.0
_STATIC = "nginx, static 204"


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks.verify", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="loads of each server (default: 3)")
    arguments.add_argument("--seconds", type=int, default=8, help="of each load (default: 8)")
    arguments.add_argument("--peers", type=Path, help="keep the peers there (default: a temporary directory)")
    arguments.add_argument("--one-core", action="store_true", help="all servers on one core, the load on the others")
    given = arguments.parse_args()
    missing = [name for name in ("wrk", "node", "npm", "taskset") if not shutil.which(name)]
    if missing := missing + ([] if gateway.program() else ["nginx"]):
        sys.exit(f"This needs {', '.join(missing)} as well.")
    with TemporaryDirectory() as directory:
        peers = Peers(given.peers or Path(directory) / "peers")
        peers.install_node()
        try:
            effort = Effort(given.rounds, given.seconds, APART if given.one_core else Cores())
            lines = _lines(peers, Path(directory), effort)
        except Void as void:
            sys.exit(f"Void: {void}")
    print(report.table(lines))
    return 0 if all(line.kept for line in lines) else 1


def _lines(peers: Peers, directory: Path, effort: Effort) -> list[report.Line]:
    with ExitStack() as running:
        ours = running.enter_context(keydesk(directory, 0, effort.cores))
        _protect(directory / "keydesk.db")
        opaque = running.enter_context(oidc_provider(peers, directory, effort.cores))
        static = running.enter_context(gateway.static(directory, effort.cores))
        by_us, by_none = (
            running.enter_context(gateway.asking(directory, name, checker, effort.cores))
            for name, checker in (("ours", ours.token.address), ("none", static.address))
        )
        credentials = _credentials(ours)
        lines = [line for what, fields in credentials.items() for line in _direct(what, ours, fields, opaque, effort)]
        for what, fields in credentials.items():
            lines += _behind(what, (by_us, fields), by_none, effort)
        return lines


def _protect(database: Path) -> None:
    services = compose(Settings(str(database)), os.environ)
    try:
        services.apis.create(NewApi("weather", "/weather", security=["client-id-and-secret", "bearer"]))
    finally:
        services.close()


_Fields = tuple[tuple[str, str], ...]


def _credentials(ours: Server) -> dict[str, _Fields]:
    known = ours.token.credential
    token = str(next(ours.token.answers())["access_token"])
    return {
        "token": (("Authorization", f"Bearer {token}"),),
        "pair": ((CLIENT_ID_AT.name, known.client_id), (CLIENT_SECRET_AT.name, known.secret)),
    }


def _direct(what: str, ours: Server, fields: _Fields, opaque: Server, effort: Effort) -> Iterator[report.Line]:
    """Ask verify itself, beside the introspection of opaque tokens."""
    assert opaque.introspection
    call = Call(ours.token.address, ("/verify/weather",), fields)
    loads = _measured([(ours, call), (opaque, opaque.introspection)], effort)
    for connections, (one, other) in loads.items():
        rates = [each.rate for each in one], [each.rate for each in other]
        named = f"verify by {what}, {connections} at once"
        yield report.rate_ratio(named, rates[0], "introspection by oidc-provider", rates[1], _BESIDE_OPAQUE)


def _behind(
    what: str, ours: tuple[gateway.Nginx, _Fields], none: gateway.Nginx, effort: Effort
) -> Iterator[report.Line]:
    """Ask the gateway, beside the same one with a checker that has nothing to do."""
    one, other = (
        Call(ours[0].address, ("/weather",), ours[1]),
        Call(none.address, ("/weather",), ours[1], guarded=False),
    )
    loads = _measured([(ours[0], one), (none, other)], effort)
    for connections, series in loads.items():
        rates = [[each.rate for each in measured] for measured in series]
        named = f"nginx and verify by {what}, {connections} at once"
        yield report.rate_ratio(named, rates[0], _STATIC, rates[1], _BESIDE_NOTHING)
        late = [[each.late for each in measured] for measured in series]
        yield report.ratio(f"{named}, 99 %", late[0], _STATIC, late[1], _LATE)
    varied = _measured([(ours[0], one.varied(_VARIED)), (none, other.varied(_VARIED))], effort, _CONCURRENCY[:1])
    for connections, series in varied.items():
        rates = [[each.rate for each in measured] for measured in series]
        named = f"nginx and verify by {what}, {connections} at once, each call another"
        yield report.rate_ratio(named, rates[0], _STATIC, rates[1])


def _measured(
    servers: list[tuple[Process, Loaded]], effort: Effort, concurrency: tuple[int, ...] = _CONCURRENCY
) -> dict[int, tuple[list, list]]:  # type: ignore[type-arg]  # what `in_turn` measures has no name here
    in_turn(servers, concurrency[-1:], effort._replace(rounds=1))  # warms both up
    return {at: (one, other) for at, (one, other) in in_turn(servers, concurrency, effort).items()}


if __name__ == "__main__":
    sys.exit(main())
