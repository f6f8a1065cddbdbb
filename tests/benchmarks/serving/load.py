"""Load: wrk for what is quick, and a few threads for requests of which each may be sent only once."""

import json
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from tests.benchmarks.serving.cores import Cores
from tests.benchmarks.serving.target import Target, Void

_SCRIPT = Path(__file__).with_name("load.lua")


class Load(NamedTuple):
    """What a server bore: answers in a second, and the 99th percentile of the seconds to one."""

    rate: float
    late: float


def load(target: Target, connections: int, seconds: float, cores: Cores) -> Load:
    """Ask on so many connections for so long, whole seconds; raises `Void` unless every answer is good."""
    target.check()
    with NamedTemporaryFile("w", suffix=".txt") as file:  # for the owner alone
        file.write("\n".join((target.credential.authorization, *target.bodies)))
        file.flush()
        wrk = ("wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds:.0f}s", "--timeout=30s")
        command = cores.loader((*wrk, f"--script={_SCRIPT}", target.address + target.path, "--", file.name))
        printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    target.check()
    result = json.loads(printed.splitlines()[-1])
    if result["failed"]:
        raise Void(f"{target.address}{target.path}: {result['failed']} requests failed.")
    return Load(result["answered"] / result["duration"] * 1e6, result["late"] / 1e6)


def once_each(targets: Sequence[Target], connections: int) -> float:
    """Ask each target once, so many at a time; return how many answered in a second. Raises `Void`."""
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for done in threads.map(Target.check, targets):
            assert done is None  # what went wrong there is raised here
    return len(targets) / (time.perf_counter() - began)
