"""The revisions make what the tables describe, and an older database is brought up to date safely."""

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.rules.errors import UnfitPlace
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from store import birth
from store.database import Database, open_database
from store.engine import sqlite_engine
from store.migrations.upgrade import SCRIPTS, revision_of, upgrade
from store.schema import CURRENT, REVISIONS
from store.tables import Table
from tests.processes import ROOT, at_once
from tests.staging import NOON, Clock, compose, services_at

# It rebuilds the table that the secrets refer to, as SQLite must for most changes.
NEXT = f"""
    import sqlalchemy as sa
    from alembic import op

    revision = "next"
    down_revision = "{CURRENT}"


    def upgrade() -> None:
        with op.batch_alter_table("applications", recreate="always") as table:
            table.add_column(sa.Column("owner", sa.String(), nullable=False, server_default="nobody"))
        op.execute("CREATE TABLE runs (at TEXT)")
    """
BREAKING = (
    NEXT
    + """
        op.execute("DELETE FROM applications")
    """
)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Our revisions and one more, which this program does not know."""
    directory = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, directory, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "versions" / "next.py").write_text(dedent(NEXT))
    return directory


@pytest.fixture
def a_database(path: Path) -> Path:
    """A database of the current revision with something to lose."""
    services = services_at(path)
    owner = services.applications.create(NewApplication("billing"))
    services.client_secrets.add(owner.id, NewSecret("kept"))
    services.close()
    return path


def schema(path: Path) -> dict[str, list[str]]:
    """Return the clauses of everything in a database, sorted: their order means nothing."""
    with closing(sqlite3.connect(path)) as connection:
        statements = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: clauses(sql) for name, sql in statements}


def clauses(sql: str) -> list[str]:
    head, _, body = re.sub(r"\s+", " ", sql.replace('"', "")).partition("(")
    depth, parts = 0, [""]
    for character in body.rstrip(" )") + " )":
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return sorted(part.strip(" )") for part in [head, *parts])


def test_the_last_revision_is_the_one_that_the_program_knows() -> None:
    files = sorted(file.name[:4] for file in (SCRIPTS / "versions").glob("*.py"))
    assert tuple(files) == REVISIONS
    assert REVISIONS[-1] == CURRENT


def test_a_database_that_was_born_has_the_schema_of_one_that_was_migrated(home: Path) -> None:
    born, migrated = home / "born.db", home / "migrated.db"
    birth.build(born)
    birth.make_private_file(migrated)
    engine = sqlite_engine(migrated)
    upgrade(engine, None)
    engine.dispose()
    assert schema(born) == schema(migrated)
    for table in ("alembic_version", "audit_head"):
        assert content(born, table) == content(migrated, table)


def content(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


# The index is compared by its own words, with the rest of the schema, above.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_autogenerate_finds_nothing_that_the_revisions_lack(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_due_migration_makes_a_private_backup_of_what_was_there_before(a_database: Path, scripts: Path) -> None:
    migrate(a_database, scripts)
    (backup,) = a_database.parent.glob("keydesk.db.before-next-*")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert content(backup, "alembic_version") == [(CURRENT,)]
    assert len(content(backup, "client_secrets")) == 1
    # It is one that can be put back as it is.
    open_database(backup).close()


def test_a_migration_that_rebuilds_a_table_keeps_what_refers_to_it(a_database: Path, scripts: Path) -> None:
    secrets = content(a_database, "client_secrets")
    migrate(a_database, scripts)
    assert content(a_database, "alembic_version") == [("next",)]
    assert content(a_database, "client_secrets") == secrets
    assert [row[-1] for row in content(a_database, "applications")] == ["nobody"]


def test_after_a_migration_the_connection_keeps_its_promises_again(a_database: Path, scripts: Path) -> None:
    engine = sqlite_engine(a_database)
    upgrade(engine, a_database, scripts=scripts, target="next")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_a_migration_that_would_leave_a_reference_to_nothing_is_undone(a_database: Path, scripts: Path) -> None:
    (scripts / "versions" / "next.py").write_text(dedent(BREAKING))
    before = content(a_database, "applications")
    engine = sqlite_engine(a_database)
    with pytest.raises(AssertionError, match="a reference to nothing"):
        upgrade(engine, a_database, scripts=scripts, target="next")
    assert revision_of(engine) == CURRENT
    engine.dispose()
    assert content(a_database, "applications") == before


def test_a_lock_that_holds_is_kept_by_0003_and_goes_by_the_clock(path: Path) -> None:
    birth.make_private_file(path)
    engine = sqlite_engine(path)
    upgrade(engine, None, target="0002")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO applications (id, name, name_key, client_id, enabled, locking_enabled, failed_logons,"
            " locked_until, introspects, token_lifetime, scopes, created_at) VALUES ('a', 'billing', 'billing', 'c',"
            " 1, 1, 5, '2026-05-02 12:59:00.000000', 0, 60, '', '2026-05-02 12:00:00.000000')"
        )
    upgrade(engine, None, target="0003")
    clock = Clock()
    services = compose(Database(engine), clock, since_boot=clock.since_boot)
    shown = services.locks.show("a")
    assert (shown.locked, shown.failed_logons, shown.locked_until) == (True, 5, NOON + timedelta(minutes=59))
    clock.advance(minutes=59)
    assert not services.locks.show("a").locked
    services.close()


def test_0005_keeps_what_is_there_and_remembers_what_is_deleted_from_then_on(path: Path) -> None:
    birth.make_private_file(path)
    engine = sqlite_engine(path)
    upgrade(engine, None, target="0004")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO applications (id, name, name_key, client_id, enabled, locking_enabled, failed_logons,"
            " introspects, token_lifetime, scopes, created_at) VALUES ('a', 'billing', 'billing', 'c',"
            " 1, 1, 0, 0, 60, '', '2026-05-02 12:00:00.000000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO certificates (id, application_id, slot, subject, issuer, serial, thumbprint, pem, not_before,"
            " not_after, created_at, created_by, use_count) VALUES ('c', 'a', 1, 'CN=x', 'CN=x', '1',"
            " printf('%064d', 0), 'x', '2026-05-01 12:00:00.000000', '2026-06-01 12:00:00.000000',"
            " '2026-05-02 12:00:00.000000', 'o', 0)"
        )
    upgrade(engine, None, target="0005")
    assert content(path, "deleted_certificates") == []
    services = compose(Database(engine), Clock())
    services.certificates.delete("a", services.certificates.list("a")[0].id)
    services.close()
    assert content(path, "deleted_certificates") == [("a", "0" * 64, None, "2026-06-01 12:00:00.000000")]


def test_a_migration_that_fails_halfway_leaves_the_database_as_it_was(a_database: Path, scripts: Path) -> None:
    (scripts / "versions" / "next.py").write_text(dedent(NEXT) + "    op.execute('nonsense')\n")
    before = schema(a_database)
    engine = sqlite_engine(a_database)
    with pytest.raises(Exception, match="nonsense"):
        upgrade(engine, a_database, scripts=scripts, target="next")
    engine.dispose()
    assert schema(a_database) == before
    open_database(a_database).close()


def test_two_processes_that_find_it_due_migrate_it_once(a_database: Path, scripts: Path) -> None:
    answers = at_once(2, migrate_as_one_of_several, str(a_database), str(scripts))
    assert answers == ["next", "next"]
    assert len(list(a_database.parent.glob("keydesk.db.before-*"))) == 1
    assert len(content(a_database, "client_secrets")) == 1


def migrate_as_one_of_several(_number: int, path: str, scripts: str) -> str:
    migrate(Path(path), Path(scripts))
    return str(content(Path(path), "alembic_version")[0][0])


def test_a_database_that_is_up_to_date_is_not_touched_and_gets_no_backup(a_database: Path) -> None:
    before = a_database.read_bytes()
    engine = sqlite_engine(a_database)
    upgrade(engine, a_database)
    engine.dispose()
    assert a_database.read_bytes() == before
    assert [file.name for file in a_database.parent.iterdir()] == ["keydesk.db"]


def test_a_database_that_was_migrated_is_too_new_for_the_program_before(a_database: Path, scripts: Path) -> None:
    migrate(a_database, scripts)
    with pytest.raises(UnfitPlace, match="newer keydesk"):
        open_database(a_database)


def test_a_home_with_a_percent_sign_does_not_disturb_the_migration(a_database: Path, scripts: Path) -> None:
    odd = scripts.parent / "100%s"
    scripts.rename(odd)
    migrate(a_database, odd)
    assert content(a_database, "alembic_version") == [("next",)]


def test_opening_a_database_that_is_up_to_date_does_not_import_alembic(a_database: Path) -> None:
    code = f"import sys; from store.database import open_database; open_database({str(a_database)!r}).close(); "
    code += "sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def migrate(path: Path, scripts: Path) -> None:
    engine = sqlite_engine(path)
    upgrade(engine, path, scripts=scripts, target="next")
    engine.dispose()


def test_revision_of_a_bare_database_is_none(path: Path) -> None:
    birth.make_private_file(path)
    engine = sqlite_engine(path)
    assert revision_of(engine) is None
    engine.dispose()
