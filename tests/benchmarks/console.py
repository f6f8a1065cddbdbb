"""How fast and how large the console is, beside an empty Textual app, Textual's own table, and itself with few rows.

Run `python -m tests.benchmarks.console` on Linux; `--runs` says how often each program is started. The programs
take turns in pseudo-terminals of 80x24, so that whatever else the machine does befalls all of them. Ends with 1
where a limit is broken.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import in_use, report, start
from tests.benchmarks.bench import Bench


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks.console", description=__doc__)
    arguments.add_argument("--runs", type=int, default=9, help="starts of each program (default: 9)")
    runs = arguments.parse_args().runs
    with TemporaryDirectory() as directory:
        print("Writing two databases, then starting and using the programs: some five minutes.", file=sys.stderr)
        bench = Bench(Path(directory))
        lines = [*start.lines(bench, runs), *in_use.lines(bench)]
    print(report.table(lines))
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
