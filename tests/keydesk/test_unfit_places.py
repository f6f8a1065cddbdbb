"""A place that is not fit: exit code 3, one sentence, and nothing touched."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.rules.errors import UnfitPlace
from core.services import Services
from keydesk.compose import failures_told
from store.database import Database, open_database
from tests.staging import fetched, overwrite_pages

Keydesk = Callable[..., Any]


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("no database at all, but long enough to have a header " * 40)


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text)")
        other.commit()


def newer(path: Path) -> None:
    open_database(path).close()
    with closing(sqlite3.connect(path)) as ours:
        ours.execute("UPDATE alembic_version SET version_num = '9999'")
        ours.commit()


def corrupt(path: Path) -> None:
    open_database(path).close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)


def writable_by_others(path: Path) -> None:
    open_database(path).close()
    path.chmod(0o666)


def in_an_open_directory(path: Path) -> None:
    path.parent.chmod(0o777)


def hard_link(path: Path) -> None:
    open_database(path).close()
    os.link(path, path.with_name("second"))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def directory(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


PLACES = [
    empty,
    text,
    foreign,
    newer,
    corrupt,
    writable_by_others,
    in_an_open_directory,
    hard_link,
    pipe,
    directory,
    dangling,
]


@pytest.fixture(params=PLACES, ids=lambda make: make.__name__)
def unfit(request: pytest.FixtureRequest, path: Path) -> Path:
    """A database that must not be used."""
    request.param(path)
    path.with_name("keydesk.db-wal").unlink(missing_ok=True)
    path.with_name("keydesk.db-shm").unlink(missing_ok=True)
    return path


@pytest.mark.parametrize("argv", [["application", "list"], ["application", "create", "x"], ["activity", "verify"]])
def test_an_unfit_database_is_exit_code_3_and_untouched(keydesk: Keydesk, unfit: Path, argv: list[str]) -> None:
    before = contents(unfit.parent)
    ran = keydesk(*argv)
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.rstrip().endswith((".", ")"))
    assert contents(unfit.parent) == before


def test_doctor_lists_everything_about_an_unfit_database(keydesk: Keydesk, unfit: Path) -> None:
    before = contents(unfit.parent)
    ran = keydesk("doctor", "--json")
    findings = ran.document
    assert ran.code == 3
    assert any(each["subject"] == "database" and each["state"] == "problem" for each in findings)
    assert {"versions", "operator", "configuration", "locale", "terminal", "clipboard"} <= {
        each["subject"] for each in findings
    }
    assert contents(unfit.parent) == before


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("", "name a file"),
        (":memory:", "name a file"),
        ("sqlite://", "name a file"),
        ("postgresql+nothing://db/keydesk", "not one that SQLAlchemy can open"),
        ("what://db/keydesk", "not one that SQLAlchemy can open"),
        ("postgresql://u:geheim@db:port/keydesk", "not one that SQLAlchemy can open"),
        ("/dev/null", "is not a regular file"),
        ("/dev/null/keydesk.db", "is not a directory"),
        ("~nobody-of-this-name/keydesk.db", "no home directory"),
        ("x" * 250, "File name too long"),
        ("x/" * 3000, "File name too long"),
        ("a\x1b[31m\x9b/\udcff/keydesk.db/x\n" + "y" * 300, "does not exist"),
    ],
    ids=lambda text: text[:20],
)
def test_a_location_that_is_none_is_one_sentence(
    keydesk: Keydesk, location: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = keydesk("--database", location, "application", "list")
    assert (ran.code, ran.out) == (3, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "geheim" not in ran.err


def test_a_bad_configuration_is_exit_code_3(keydesk: Keydesk, tmp_path: Path, services: Services) -> None:
    file = tmp_path / "config.toml"
    file.write_text('colour = "red"')
    ran = keydesk("application", "list", KEYDESK_CONFIG=str(file))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"{file}: there is no key “colour”")


def test_a_database_that_fails_in_use_is_a_sentence(keydesk: Keydesk, services: Services, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE logon_repeats")
        other.execute("DROP TABLE client_secrets")
        other.commit()
    ran = keydesk("application", "list")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "The database cannot be used: no such table: client_secrets.\n"


def test_a_database_that_is_found_damaged_in_use_is_no_fit_place(database: Database, path: Path) -> None:
    overwrite_pages(database, path)
    with pytest.raises(UnfitPlace, match="The database is damaged: restore a backup"), failures_told():
        fetched(database, "SELECT * FROM applications")


def contents(directory: Path) -> dict[str, bytes | None]:
    """Return every file with what is in it."""
    return {each.name: each.read_bytes() if each.is_file() else None for each in directory.iterdir()}
