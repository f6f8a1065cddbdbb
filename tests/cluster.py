"""A PostgreSQL server of the tests' own, on loopback, that goes with its directory."""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ports import free_port

OWNER = "keydesk"
MODEL = "model"
"""The database that others are copied from: to migrate one takes longer than a test."""


def programs() -> Path | None:
    """Return where the newest PostgreSQL server on this machine has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running(where: Path) -> Iterator[str]:
    """Start a server with the programs at *where*; yield its URL, without a database."""
    with TemporaryDirectory(prefix="keydesk-pg-") as directory:
        data, port = Path(directory, "data"), free_port()
        if os.geteuid() == 0:  # its programs refuse to run as root
            subprocess.run(["chown", "postgres", directory], check=True)
        _as_postgres(where / "initdb", "-D", data, "-A", "trust", "-U", OWNER, "--no-sync")
        # Nothing here has to outlive a power cut.
        options = f"-k {directory} -h 127.0.0.1 -p {port} -c fsync=off -c max_connections=300"
        _as_postgres(where / "pg_ctl", "-D", data, "-o", options, "-l", f"{directory}/log", "-w", "start")
        try:
            yield f"postgresql://{OWNER}@127.0.0.1:{port}"
        finally:
            _as_postgres(where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def new_database(server: str, name: str | None = None) -> str:
    """Make a database on *server*, a copy of `MODEL` where it has no *name* of its own; return its URL."""
    import psycopg  # nobody else's tests need it

    made = name or f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {made}" + ("" if name else f" TEMPLATE {MODEL}"))
    return f"{server}/{made}"


def _as_postgres(program: Path, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*before, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")
