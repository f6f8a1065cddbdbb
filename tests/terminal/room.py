"""A private place for one operator: everything that the console could write to lies in it."""

import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.services import Services
from keydesk.compose import compose
from keydesk.settings import Settings
from tests.terminal.harness import Terminal

_INSTALLED = Path(sys.executable).with_name("keydesk")
KEYDESK = [str(_INSTALLED)] if _INSTALLED.exists() else [sys.executable, "-m", "keydesk"]
"""The command as it is installed beside this Python."""


@dataclass(frozen=True)
class Room:
    """Home, working directory, temporary files and XDG's directories below one path."""

    path: Path

    @property
    def database(self) -> Path:
        """Where the console keeps its data when nobody says otherwise."""
        return self.path / "data" / "keydesk" / "keydesk.db"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a login at a capable terminal, outside of any multiplexer and desktop."""
        places = {name: str(self.path / name.split("_")[1].lower()) for name in _XDG}
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.path), "TMPDIR": str(self.path), "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "KEYDESK_CONFIG": os.devnull, **places, **more,
        }  # fmt: skip

    def console(self, *options: str, size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
        """Start the console in a terminal, with variables that stand beside the usual ones."""
        return Terminal([*KEYDESK, *options], self.environment(**environment), self.path, size)

    @property
    def remembering(self) -> list[str]:
        """The command line of a console that is started by others and whose process id is wanted."""
        return ["sh", "-c", f'echo $$ > {shlex.quote(str(self.path / "pid"))} && exec "$@"', "sh", *KEYDESK]

    @property
    def pid(self) -> int:
        """The process id of the console that was started by `remembering`."""
        return int((self.path / "pid").read_text())

    @contextmanager
    def services(self) -> Iterator[Services]:
        """Open the services on the console's database, as another process would."""
        services = compose(Settings(str(self.database)), {})
        try:
            yield services
        finally:
            services.close()

    def sql(self, statement: str, *values: str) -> None:
        """Change the database as only a program of somebody else's would."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)

    def files_with(self, value: str) -> list[str]:
        """Return the names of the files, anywhere in here, that hold *value*."""
        files = (path for path in self.path.rglob("*") if path.is_file())
        return [str(path.relative_to(self.path)) for path in files if value.encode() in path.read_bytes()]


_XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
