"""A database that is no file: nothing is made on a server by a command that only looks, or by the doctor."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import registry

Keydesk = Callable[..., Any]

# By this name it is no database that we take for a file: what stands behind it is as good as a server.
registry.register("elsewhere", "sqlalchemy.dialects.sqlite.pysqlite", "dialect")


@pytest.fixture
def bare(home: Path) -> Path:
    """What holds the database on the server: nothing yet."""
    file = home / "server"
    file.touch()
    return file


@pytest.mark.parametrize("argv", [["application", "list"], ["activity", "verify"], ["backup", "copy"], ["doctor"]])
def test_what_does_not_begin_a_database_makes_no_table_on_a_server(
    keydesk: Keydesk, bare: Path, argv: list[str]
) -> None:
    ran = keydesk("--database", f"elsewhere:///{bare}", *argv)
    assert ran.code == 3
    assert f"elsewhere:///{bare}" in ran.out + ran.err
    assert tables(bare) == set()


def test_creating_an_application_makes_the_tables_on_a_server(keydesk: Keydesk, bare: Path) -> None:
    url = f"elsewhere:///{bare}"
    assert keydesk("--database", url, "application", "create", "billing-api").code == 0
    assert "applications" in tables(bare)
    assert "billing-api" in keydesk("--database", url, "application", "list").out
    assert "its chain holds: 1 rows" in keydesk("--database", url, "doctor").out


def test_the_doctor_brings_no_schema_up_to_date_on_a_server(keydesk: Keydesk, bare: Path) -> None:
    url = f"elsewhere:///{bare}"
    keydesk("--database", url, "application", "create", "billing-api")
    with closing(sqlite3.connect(bare, isolation_level=None)) as server:
        server.execute("UPDATE alembic_version SET version_num = '0001'")
    assert f"{url} has schema 0001, which is older than this keydesk" in keydesk("--database", url, "doctor").out


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("what://db/keydesk", "not one that SQLAlchemy can open"),
        ("postgresql://u:geheim@db:port/keydesk", "not one that SQLAlchemy can open"),
        ("mssql+pymssql://u:geheim@db/keydesk", "needs the Python package pymssql"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_a_url_and_no_password(keydesk: Keydesk, url: str, words: str) -> None:
    ran = keydesk("--database", url, "doctor")
    assert ran.code == 3
    assert words in ran.out
    assert "geheim" not in ran.out + ran.err


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
