"""What the measurements share: the two databases, and the programs started on them in one environment."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.terminal import Terminal, terminal

FEW, MANY = 100, 100_000


class Bench:
    """The programs that are measured, and their files, all of which lie below one directory."""

    def __init__(self, directory: Path) -> None:
        self.few = data.build(directory / "few.db", FEW)
        self.many = data.build(directory / "many.db", MANY)
        # Compiled modules are kept, as they are after an installation.
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPYCACHEPREFIX": str(directory / "compiled"),
        }

    def console(self, database: Path, trace: Path | None = None) -> AbstractContextManager[Terminal]:
        """Start the console on a database."""
        traced = {"KEYDESK_TRACE": str(trace)} if trace else {}
        return terminal(("keydesk", "--database", str(database)), self._environ | traced)

    def empty_app(self) -> AbstractContextManager[Terminal]:
        """Start the smallest Textual app."""
        return terminal(("tests.benchmarks.empty_app",), self._environ)

    def data_table(self) -> AbstractContextManager[Terminal]:
        """Start Textual's own table."""
        return terminal(("tests.benchmarks.data_table_app",), self._environ)
