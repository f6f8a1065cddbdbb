"""How fast and how large `keydesk serve` is, beside npm oidc-provider and PyPI django-oauth-toolkit.

Run `python -m tests.benchmarks.serve` on Linux, with wrk, Node.js and npm; it installs the peers by their names and
starts every server itself, one process each. Prints medians and ratios; only the ratios mean something. Ends with 1
where a limit is broken or a request was not answered with 200, which makes the run void.
"""

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import report
from tests.benchmarks.serving.cores import APART, Cores
from tests.benchmarks.serving.lines import COLD, Effort, against_hashed, against_plaintext
from tests.benchmarks.serving.peers import Peers
from tests.benchmarks.serving.servers import django_oauth_toolkit, keydesk, oidc_provider
from tests.benchmarks.serving.target import Void


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks.serve", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="loads of each server (default: 3)")
    arguments.add_argument("--seconds", type=int, default=8, help="of each load (default: 8)")
    arguments.add_argument("--peers", type=Path, help="keep the peers there (default: a temporary directory)")
    arguments.add_argument("--one-core", action="store_true", help="all servers on one core, the load on the others")
    given = arguments.parse_args()
    if missing := [name for name in ("wrk", "node", "npm", "taskset") if not shutil.which(name)]:
        sys.exit(f"This needs {', '.join(missing)} as well.")
    with TemporaryDirectory() as directory:
        peers = Peers(given.peers or Path(directory) / "peers")
        peers.install()
        print(f"{peers.versions()}. Some eight minutes.", file=sys.stderr)
        try:
            lines = _lines(
                peers, Path(directory), Effort(given.rounds, given.seconds, APART if given.one_core else Cores())
            )
        except Void as void:
            sys.exit(f"Void: {void}")
    print(report.table(lines))
    return 0 if all(line.kept for line in lines) else 1


def _lines(peers: Peers, directory: Path, effort: Effort) -> list[report.Line]:
    credentials = COLD * effort.rounds
    with keydesk(directory, credentials, effort.cores) as ours:
        with oidc_provider(peers, directory, effort.cores) as plaintext:
            lines = list(against_plaintext(ours, plaintext, effort))
        with django_oauth_toolkit(peers, directory, credentials, effort.cores) as hashed:
            lines += against_hashed(ours, hashed, effort)
    return lines


if __name__ == "__main__":
    sys.exit(main())
