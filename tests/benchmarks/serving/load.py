"""Load: wrk for what is quick, and a few threads for requests of which each may be sent only once."""

import json
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple, Protocol

from tests.benchmarks.serving.cores import Cores
from tests.benchmarks.serving.target import Target, Void

_SCRIPT = Path(__file__).with_name("load.lua")


class Load(NamedTuple):
    """What a server bore: answers in a second, and the 99th percentile of the seconds to one."""

    rate: float
    late: float


class Loaded(Protocol):
    """What wrk can ask: an address with a path, and the lines that its script reads."""

    @property
    def address(self) -> str: ...

    @property
    def path(self) -> str: ...

    def lines(self) -> Sequence[str]: ...

    def check(self) -> None: ...


def load(target: Loaded, connections: int, seconds: float, cores: Cores) -> Load:
    """Ask on so many connections for so long, whole seconds; raises `Void` unless every answer is good."""
    target.check()
    with NamedTemporaryFile("w", suffix=".txt") as file:  # for the owner alone
        file.write("\n".join(target.lines()))
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
