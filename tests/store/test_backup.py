"""A consistent copy of a database in use, for its owner only."""

import os
import resource
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from core.rules.errors import Refusal
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from store.backup import back_up
from store.database import Database, open_database
from tests.processes import alone, at_once
from tests.staging import services_at


def test_a_backup_is_one_file_for_its_owner_only_whatever_the_umask(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "backup.db"
    target.parent.mkdir()
    before = os.umask(0)
    try:
        back_up(database.engine, target)
    finally:
        os.umask(before)
    assert [file.name for file in target.parent.iterdir()] == ["backup.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_backup_is_a_database_that_can_be_opened(path: Path) -> None:
    services = services_at(path)
    services.applications.create(NewApplication("billing"))
    copy = path.with_name("copy.db")
    back_up(services.desk.database.engine, copy)
    services.close()
    restored = services_at(copy)
    assert restored.applications.resolve("billing").name == "billing"
    assert restored.activity.verify().ok
    restored.close()


@pytest.mark.slow
def test_8_processes_that_start_at_once_on_a_restored_backup_all_work(database: Database, home: Path) -> None:
    copy = home / "copy.db"
    back_up(database.engine, copy)  # not in WAL mode yet: the first of them has to switch it
    assert at_once(8, make_one, str(copy)) == ["made"] * 8
    services = services_at(copy)
    assert services.activity.verify().rows == 8
    services.close()


def make_one(number: int, path: str) -> str:
    services = services_at(path)
    services.applications.create(NewApplication(f"application-{number}"))
    services.close()
    return "made"


@pytest.mark.parametrize("kind", ["file", "directory", "link"])
def test_an_existing_target_is_refused_and_left_as_it_is(database: Database, home: Path, kind: str) -> None:
    target = home / "there"
    {"file": target.touch, "directory": target.mkdir, "link": lambda: target.symlink_to("gone")}[kind]()
    before = target.lstat()
    with pytest.raises(Refusal, match="exists already; name a new file"):
        back_up(database.engine, target)
    assert target.lstat() == before


def test_the_database_itself_is_no_target(database: Database, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Refusal, match="exists already"):
        back_up(database.engine, path)
    assert path.read_bytes() == before


def test_a_target_that_cannot_be_made_is_refused(database: Database, home: Path) -> None:
    with pytest.raises(Refusal, match="cannot be written: No such file or directory"):
        back_up(database.engine, home / "nowhere" / "backup.db")


def test_a_backup_on_a_full_disk_is_refused_and_leaves_nothing(home: Path, path: Path) -> None:
    sentence = alone(sentence_on_a_full_disk, str(path))
    assert sentence.startswith(f"{home / 'backup.db'} could not be written in full")
    assert not list(home.glob("backup.db*"))


def test_a_backup_that_is_interrupted_leaves_nothing(database: Database, home: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(database.engine, "checkout", interrupt)
    with pytest.raises(KeyboardInterrupt):
        back_up(database.engine, home / "backup.db")
    assert not list(home.glob("backup.db*"))


def sentence_on_a_full_disk(path: str) -> str:
    database = open_database(path)
    database.change_mark()  # connected, with the files that SQLite needs beside it
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    with pytest.raises(Refusal) as refused:
        back_up(database.engine, Path(path).with_name("backup.db"))
    database.close()
    return refused.value.sentence


@pytest.mark.slow
def test_backups_made_while_others_write_are_each_one_consistent_moment(path: Path) -> None:
    services_at(path).close()
    rows = alone(backups_while_writing, str(path), 10)
    assert rows == sorted(rows)
    assert rows[0] < rows[-1], "nobody wrote meanwhile: the test proves nothing"


def backups_while_writing(location: str, times: int) -> list[int]:
    """Back up again and again while two children write; return how many changes each copy has, all of them whole."""
    path = Path(location)
    children = [write_for_ever(path, number) for number in range(2)]
    services = services_at(path)
    changes = []
    for number in range(times):
        time.sleep(0.05)
        copy = path.with_name(f"copy-{number}.db")
        back_up(services.desk.database.engine, copy)
        changes.append(whole_changes(copy))
    services.close()
    for child in children:
        os.kill(child, 9)
        os.waitpid(child, 0)
    return changes


def write_for_ever(path: Path, number: int) -> int:
    child = os.fork()
    if child:
        return child
    services = services_at(path)
    application = services.applications.create(NewApplication(f"writer-{number}"))
    while True:
        secret = services.client_secrets.add(application.id, NewSecret()).secret
        services.client_secrets.revoke(application.id, secret.id)


def whole_changes(copy: Path) -> int:
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    services = services_at(copy)
    report = services.activity.verify()
    services.close()
    assert report.ok
    return report.rows
