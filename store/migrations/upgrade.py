"""Bringing an older database up to date: a backup first, then Alembic, under one write lock."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from store.backup import back_up
from store.engine import WRITING
from store.schema import CURRENT

SCRIPTS = Path(__file__).parent


def upgrade(engine: Engine, path: Path | None, *, scripts: Path = SCRIPTS, target: str = CURRENT) -> None:
    """Migrate to *target*; where the database is a file, a copy named for its old revision stays beside it."""
    before = revision_of(engine)
    if path is not None and before is not None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        back_up(engine, path.with_name(f"{path.name}.before-{target}-{stamp}"))
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        # Another process may have done it while this one waited for the lock.
        if _revision(connection) != target:
            _run(connection, scripts, target)


def revision_of(engine: Engine) -> str | None:
    """Return the revision that the database says it has, or None for a bare one."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection, scripts: Path, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
