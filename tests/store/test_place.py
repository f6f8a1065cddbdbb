"""Refusals at start: one sentence each, and nothing touched (HOUSE.md 2.11)."""

import os
import random
import shutil
import socket
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.rules.errors import UnfitPlace
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from store import place
from store.database import open_database
from store.schema import CURRENT
from tests.processes import alone
from tests.staging import plain_sql, services_at

NOBODY = 65534


@pytest.fixture
def a_database(path: Path) -> Path:
    """A database of ours with a few rows, closed."""
    services = services_at(path)
    for number in range(3):
        owner = services.applications.create(NewApplication(f"application-{number}", "what it is for"))
        services.client_secrets.add(owner.id, NewSecret())
    services.close()
    return path


def refusal(path: Path) -> str:
    """Return the sentence with which *path* is refused, having seen that nothing was touched."""
    before = traces(path.parent)
    with pytest.raises(UnfitPlace) as refused:
        open_database(path)
    assert traces(path.parent) == before
    sentence = refused.value.sentence
    assert str(path.parent) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def traces(directory: Path) -> dict[str, object]:
    """Return whatever a touch would change: names, modes, times, contents."""
    if not directory.is_dir():
        return {}
    seen: dict[str, object] = {"": (directory.stat().st_mode, directory.stat().st_mtime_ns)}
    for name in directory.iterdir():
        found = name.lstat()
        content = name.read_bytes() if stat.S_ISREG(found.st_mode) else b""
        seen[name.name] = (found.st_mode, found.st_nlink, found.st_mtime_ns, content)
    return seen


def foreign(path: Path, *, journal: str = "delete") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE applications (id TEXT, name TEXT, description TEXT)")
    path.chmod(0o600)


def written(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def of_another_program(path: Path) -> None:
    foreign(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 12345")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (foreign, "is a database of another program"),
        (lambda path: foreign(path, journal="wal"), "is a database of another program"),
        (of_another_program, "is a database of another program"),
        (lambda path: written(path, b"host = localhost\n" * 500), "is not a database"),
        (lambda path: written(path, b"x"), "is a database of another program"),
        (lambda path: written(path, random.Random(1).randbytes(40_000)), "is not a database"),
        (lambda path: written(path, b""), "is empty: keydesk did not make it"),
        (os.mkfifo, "is not a regular file"),
        (os.mkdir, "is not a regular file"),
        (lambda path: path.symlink_to("gone.db"), "is a symbolic link to a file that does not exist"),
        (lambda path: path.symlink_to(path), "cannot be reached"),
    ],
    ids=[
        "foreign",
        "foreign-wal",
        "foreign-id",
        "text",
        "byte",
        "noise",
        "empty",
        "fifo",
        "directory",
        "dangling",
        "loop",
    ],
)
def test_what_is_no_database_of_ours_is_refused(path: Path, make: Callable[[Path], None], sentence: str) -> None:
    make(path)
    assert sentence in refusal(path)


def test_a_socket_is_refused(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        assert "is not a regular file" in refusal(path)


def test_a_newer_schema_is_refused(a_database: Path) -> None:
    database = open_database(a_database)
    plain_sql(database, "UPDATE alembic_version SET version_num = '9999'")
    database.close()
    sentence = refusal(a_database)
    assert f"was written by a newer keydesk (schema '9999', this one knows '{CURRENT}')" in sentence


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o660, 0o666, 0o777])
def test_a_file_that_others_may_write_is_refused(a_database: Path, mode: int) -> None:
    a_database.chmod(mode)
    assert "is writable by others: chmod 600 it" in refusal(a_database)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o770, 0o777, 0o1777])
def test_a_directory_that_others_may_write_is_refused(a_database: Path, mode: int) -> None:
    a_database.parent.chmod(mode)
    assert "is writable by others, who could replace the database" in refusal(a_database)


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_no_database_is_made_where_others_may_write(home: Path, path: Path, mode: int) -> None:
    home.chmod(mode)
    assert "is writable by others" in refusal(path)


def test_a_hard_link_is_refused(a_database: Path) -> None:
    os.link(a_database, a_database.with_name("copy.db"))
    assert "has a second name (a hard link)" in refusal(a_database)


def test_a_hard_link_elsewhere_is_refused(a_database: Path, tmp_path: Path) -> None:
    os.link(a_database, tmp_path / "copy.db")
    assert "has a second name (a hard link)" in refusal(a_database)


def test_a_parent_that_is_a_file_is_refused(home: Path) -> None:
    (home / "file").write_text("")
    assert "is not a directory" in refusal(home / "file" / "keydesk.db")


def test_a_place_below_a_file_is_refused(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(UnfitPlace, match="cannot be reached: Not a directory"):
        open_database(home / "file" / "deeper" / "keydesk.db")


def test_a_symbolic_link_to_a_database_of_ours_is_that_database(a_database: Path, tmp_path: Path) -> None:
    link = tmp_path / "private" / "link.db"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(a_database)
    services = services_at(link)
    services.applications.create(NewApplication("through-the-link"))
    # The log lies beside the file: whoever looks now must see it too.
    assert place.look(link) == CURRENT
    services.close()
    assert [file.name for file in link.parent.iterdir()] == ["link.db"]


def test_a_symbolic_link_into_a_directory_that_others_may_write_is_refused(a_database: Path, tmp_path: Path) -> None:
    link = tmp_path / "private" / "link.db"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(a_database)
    a_database.parent.chmod(0o777)
    with pytest.raises(UnfitPlace, match="is writable by others, who could replace the database"):
        open_database(link)


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_log_without_its_database_is_refused_because_it_would_be_played_into_a_new_one(
    path: Path, suffix: str
) -> None:
    written(path.with_name(path.name + suffix), b"left of a database that was deleted")
    assert f"keydesk.db{suffix} is left of a database that is gone" in refusal(path)


@pytest.mark.parametrize("cut", [1, 50, 99, 100, 512, 4096, 5000, 8192, 20_000])
def test_a_truncated_database_is_refused(a_database: Path, cut: int) -> None:
    os.truncate(a_database, cut)
    assert_damage_is_seen(a_database)


@pytest.mark.parametrize("missing", [1, 4095, 4096, 4097])
def test_a_database_without_its_last_bytes_is_refused(a_database: Path, missing: int) -> None:
    os.truncate(a_database, a_database.stat().st_size - missing)
    assert_damage_is_seen(a_database)


def test_a_database_with_any_page_overwritten_is_refused(a_database: Path) -> None:
    whole = a_database.read_bytes()
    noise = random.Random(1).randbytes(4096)
    for start in range(0, len(whole), 4096):
        a_database.write_bytes(whole[:start] + noise + whole[start + 4096 :])
        assert_damage_is_seen(a_database)


def test_a_database_with_zeros_where_any_page_begins_is_refused(a_database: Path) -> None:
    whole = a_database.read_bytes()
    for start in range(4096, len(whole), 4096):
        a_database.write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
        assert_damage_is_seen(a_database)


def test_a_database_without_its_version_is_refused(a_database: Path) -> None:
    for statement in ("DELETE FROM alembic_version", "DROP TABLE alembic_version"):
        with closing(sqlite3.connect(a_database, isolation_level=None)) as connection:
            connection.execute(statement)
        assert "is damaged: restore a backup" in refusal(a_database)


def test_a_database_of_another_account_is_refused() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keydesk.db"
        open_database(path).close()
        Path(directory).chmod(0o755)
        sentence = alone(refusal_as_nobody, str(path))
    assert "is not readable and writable for you: it belongs to another account" in sentence


def test_a_file_of_ones_own_that_is_read_only_is_refused_with_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keydesk.db"
        open_database(path).close()
        path.chmod(0o400)
        if os.geteuid() != 0:
            sentence = refusal_now(str(path))
        else:
            for name in (Path(directory), path):
                os.chown(name, NOBODY, NOBODY)
            sentence = alone(refusal_as_nobody, str(path))
    assert sentence.endswith("is not readable and writable for you: chmod 600 it.")


@pytest.mark.parametrize("name", ["keydesk.db", "new.db"])
def test_a_directory_of_another_account_is_refused_even_if_the_file_is_ones_own(name: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a directory away")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keydesk.db"
        open_database(path).close()
        os.chown(path, NOBODY, NOBODY)
        os.chown(directory, NOBODY + 1, NOBODY + 1)
        Path(directory).chmod(0o755)
        sentence = alone(refusal_as_nobody, str(path.with_name(name)))
        open_database(path).close()  # root may
    assert "belongs to another account, which could replace the database" in sentence


def test_a_directory_of_root_is_fine_for_a_file_of_ones_own() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keydesk.db"
        open_database(path).close()
        os.chown(path, NOBODY, NOBODY)
        Path(directory).chmod(0o755)
        assert alone(revision_as_nobody, str(path)) == place.look(path)


def revision_as_nobody(path: str) -> str | None:
    os.setuid(NOBODY)
    return place.look(Path(path))


def refusal_as_nobody(path: str) -> str:
    os.setuid(NOBODY)
    return refusal_now(path)


def refusal_now(path: str) -> str:
    with pytest.raises(UnfitPlace) as refused:
        open_database(path)
    return refused.value.sentence


def test_a_directory_that_one_may_not_enter_is_refused() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody who may not enter")
    with tempfile.TemporaryDirectory() as directory:  # mode 0700, of root
        assert "cannot be reached: Permission denied" in alone(refusal_as_nobody, f"{directory}/keydesk.db")


def test_a_sound_database_is_looked_at_without_a_trace(a_database: Path) -> None:
    before = traces(a_database.parent)
    assert place.look(a_database) == CURRENT
    assert traces(a_database.parent) == before


def test_where_there_is_nothing_nothing_is_made_by_looking(path: Path) -> None:
    assert place.look(path) is None
    assert place.look(path.parent / "not" / "yet" / "there.db") is None
    assert list(path.parent.iterdir()) == []


def test_a_database_that_was_killed_in_the_middle_is_opened_with_all_that_was_committed(
    a_database: Path, home: Path
) -> None:
    services = services_at(a_database)
    services.applications.create(NewApplication("after the last fold"))
    for name in list(home.iterdir()):  # as they lie there while it runs
        shutil.copy2(name, home / f"killed{name.name.removeprefix('keydesk')}")
    services.close()
    reopened = services_at(home / "killed.db")
    assert reopened.applications.resolve("after the last fold")
    assert reopened.activity.verify().ok
    reopened.close()


@pytest.mark.slow
def test_looking_while_another_process_writes_opens_and_closes_never_cries_wolf(a_database: Path) -> None:
    assert alone(look_on_while_somebody_works, str(a_database)) == {}


def look_on_while_somebody_works(location: str) -> dict[str, int]:
    """Return how often each refusal came while a child opened, wrote and closed as fast as it could."""
    path, refusals = Path(location), dict[str, int]()
    child = os.fork()
    if child == 0:
        for number in range(150):
            database = open_database(path)
            plain_sql(database, "UPDATE applications SET description = :text", text="x" * (number % 400))
            database.close()
        os._exit(0)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        try:
            place.look(path)
        except UnfitPlace as refused:
            refusals[refused.sentence] = refusals.get(refused.sentence, 0) + 1
    return refusals


def assert_damage_is_seen(path: Path) -> None:
    known = ("is damaged: restore a backup", "is not a database", "is a database of another program")
    sentence = refusal(path)
    assert any(words in sentence for words in known)
