"""Several real processes on one file, and processes that are killed.

A test's function runs in a fresh interpreter that has no thread and warns of nothing twice; there it may fork.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def alone(function: Callable[..., Any], *arguments: object) -> Any:
    """Run a function of a test module in an interpreter of its own, and return what it returns, through JSON."""
    command = [sys.executable, "-W", "error", "-m", "tests.processes", function.__module__, function.__qualname__]
    given = json.dumps(arguments, default=str)
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, ""), f"{function.__qualname__} failed:\n{done.stderr}"
    return json.loads(done.stdout)


def at_once(count: int, function: Callable[..., str], *arguments: object) -> list[str]:
    """Run a function in *count* processes that start at the same moment, each with its number as first argument.

    What a process raises comes back as `Type: message`.
    """
    answers = alone(_fork_all, count, function.__module__, function.__qualname__, list(arguments))
    assert len(answers) == count, f"a process died without an answer: {answers}"
    return list(answers)


def killed_after(seconds: float, function: Callable[..., None], *arguments: object) -> list[str]:
    """Fork, give the function a way to say a line, kill it after *seconds* at the latest, return its lines.

    Only inside `alone`.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _leave(lambda: function(lambda line: os.write(theirs, f"{line}\n".encode()), *arguments))
    os.close(theirs)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours) as said:
        # The last line may be cut short: then it was never said.
        return [line.rstrip("\n") for line in said if line.endswith("\n")]


def _fork_all(count: int, module: str, name: str, arguments: list[Any]) -> list[str]:
    function = getattr(import_module(module), name)
    gate, opener = os.pipe()
    answers = [_fork_one(gate, opener, function, number, arguments) for number in range(count)]
    os.close(gate)
    os.close(opener)  # the end of the pipe is what they all wait for
    read = [_to_the_end(answer) for answer in answers]
    for _ in answers:
        os.wait()
    return [answer for answer in read if answer]


def _to_the_end(pipe: int) -> str:
    with os.fdopen(pipe) as said:
        return said.read()


def _fork_one(gate: int, opener: int, function: Callable[..., str], number: int, arguments: list[Any]) -> int:
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.close(opener)
        os.read(gate, 1)
        _leave(lambda: os.write(theirs, _answer(function, number, arguments).encode()))
    os.close(theirs)
    return ours


def _answer(function: Callable[..., str], number: int, arguments: list[Any]) -> str:
    try:
        return function(number, *arguments)
    except Exception as error:  # whatever it is, the test shall see it
        return f"{type(error).__name__}: {error}"


def _leave(work: Callable[[], object]) -> None:
    """Do the last thing that this process does; nothing that it inherited runs after it."""
    try:
        work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _main() -> None:
    module, name = sys.argv[1:]
    answer = getattr(import_module(module), name)(*json.load(sys.stdin))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
