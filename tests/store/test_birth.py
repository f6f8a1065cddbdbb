"""How a new database comes into the world: whole or not at all, and one for all who start at once."""

import os
import random
import resource
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from core.rules.errors import UnfitPlace
from store import birth, place
from store.database import open_database
from store.schema import APPLICATION_ID, CURRENT
from tests.processes import alone, at_once, killed_after


def test_a_new_database_is_there_with_its_schema_and_for_its_owner_only(home: Path, path: Path) -> None:
    open_database(path).close()
    assert [file.name for file in home.iterdir()] == ["keydesk.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(CURRENT,)]
        assert connection.execute("SELECT id, count, hash FROM audit_head").fetchall() == [(1, 0, "0" * 64)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_modes_do_not_depend_on_the_umask(home: Path) -> None:
    before = os.umask(0)
    try:
        open_database(home / "deeper" / "keydesk.db").close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((home / "deeper").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "deeper" / "keydesk.db").stat().st_mode) == 0o600


def test_a_missing_directory_is_made_with_all_above_it(home: Path) -> None:
    path = home / "share" / "keydesk" / "keydesk.db"
    open_database(path).close()
    assert path.exists()


def test_where_nothing_can_be_made_the_refusal_says_so(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(UnfitPlace, match="cannot be made"):
        birth.build(home / "file" / "deeper.db")


def test_building_beside_a_database_that_is_already_there_changes_nothing(home: Path, path: Path) -> None:
    open_database(path).close()
    before = path.stat()
    birth.build(path)
    assert [file.name for file in home.iterdir()] == ["keydesk.db"]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_full_disk_is_refused_and_leaves_nothing(home: Path, path: Path) -> None:
    sentence = alone(sentence_on_a_full_disk, str(path))
    assert sentence.startswith(f"{path} cannot be made: ")
    assert list(home.iterdir()) == []


def sentence_on_a_full_disk(path: str) -> str:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # Python ignores the signal: writes fail instead
    with pytest.raises(UnfitPlace) as refused:
        open_database(path)
    return refused.value.sentence


def test_a_disk_that_fills_up_before_the_log_is_folded_in_is_refused_and_leaves_nothing(home: Path, path: Path) -> None:
    sentence = alone(sentence_on_a_disk_that_is_full_after_the_commit, str(path))
    assert sentence.startswith(f"{path} cannot be made: ")
    assert list(home.iterdir()) == []


def sentence_on_a_disk_that_is_full_after_the_commit(path: str) -> str:
    # The connection that has written goes back to the pool.
    event.listen(Pool, "checkin", lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)), once=True)
    with pytest.raises(UnfitPlace) as refused:
        open_database(path)
    return refused.value.sentence


def test_8_processes_that_start_at_once_make_one_database_and_leave_nothing_else(home: Path, path: Path) -> None:
    answers = at_once(8, open_and_say, str(path))
    assert len(set(answers)) == 1, answers
    assert answers[0] == f"{CURRENT} {path.stat().st_ino}"
    assert [file.name for file in home.iterdir()] == ["keydesk.db"]


def open_and_say(_number: int, path: str) -> str:
    """Open the database, and say its revision and which file it is."""
    database = open_database(path)
    with database.read() as session:
        revision = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    database.close()
    return f"{revision} {Path(path).stat().st_ino}"


def test_a_birth_that_was_killed_between_link_and_unlink_is_finished_by_the_next_start(home: Path, path: Path) -> None:
    open_database(path).close()
    os.link(path, home / f".{path.name}.0123456789abcdef{place.BIRTH_SUFFIX}")
    open_database(path).close()
    assert [file.name for file in home.iterdir()] == ["keydesk.db"]


def test_the_birth_of_another_database_is_left_alone(home: Path, path: Path) -> None:
    open_database(path).close()
    others = [f".{path.name}.0123456789abcdef.birth", ".other.db.0123456789abcdef.birth", ".keydeskXdb.01.birth"]
    for name in others:
        (home / name).touch(mode=0o600)
    open_database(path).close()
    assert sorted(file.name for file in home.iterdir()) == sorted(["keydesk.db", *others])


def test_birth_names_are_found_for_a_name_with_wildcards(home: Path) -> None:
    odd = home / "a[b]*?.db"
    mine, other = home / ".a[b]*?.db.01.birth", home / ".ab-x.db.01.birth"
    mine.touch()
    other.touch()
    assert place.birth_names(odd) == [mine]


@pytest.mark.slow
def test_a_birth_that_is_killed_at_any_moment_never_leaves_a_file_that_is_refused(home: Path) -> None:
    outcome = alone(kill_births, str(home), 60)
    assert outcome["refused"] == []
    assert outcome["halfway"], "no birth was killed in the middle: the test proves nothing"


def kill_births(home: str, times: int) -> dict[str, list[str]]:
    """Kill births at moments spread over one whole birth; return what was left and what refused the next start."""
    chance, refused = random.Random(2), list[str]()
    start = time.perf_counter()
    open_database(Path(home) / "measured.db").close()
    whole = time.perf_counter() - start
    for number in range(times):
        path = Path(home) / f"{number}.db"
        killed_after(chance.uniform(0, 1.2 * whole), give_birth, str(path))
        try:
            open_database(path).close()
        except UnfitPlace as refusal:
            refused.append(refusal.sentence)
    return {"refused": refused, "halfway": [name.name for name in Path(home).glob(".*.birth")]}


def give_birth(_say: object, path: str) -> None:
    open_database(path)
