"""Is this file a place to keep credentials in? Looks without touching, before anything is opened for writing.

Standard library only: the console asks before its first frame. No check opens the file by itself: closing
such a handle would drop the locks that SQLite holds on it elsewhere in this process.
"""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from core.rules.errors import UnfitPlace
from store.schema import APPLICATION_ID

SQLITE_PREFIXES = ("sqlite:///", "sqlite+pysqlite:///")
"""What stands before the path in an SQLAlchemy URL of SQLite; before a relative one too."""
BIRTH_SUFFIX = ".birth"
# Two looks almost always settle it; a writer that never rests shall not keep us here.
_LOOKS = 20
_ROOT = 0  # may do everything anyway, and may look after the database of any account
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
# Checking every page takes a second for each few hundred megabytes; `keydesk doctor` does it at any size.
_CHECKED_BYTES = 16 * 1024 * 1024


def is_file(location: str | Path) -> bool:
    """Tell whether *location* is a path or an SQLite URL, rather than the URL of a database server."""
    return "://" not in str(location) or str(location).startswith(("sqlite:", "sqlite+pysqlite:"))


def path_of(location: str | Path) -> Path:
    """Return the file that a path or an SQLite URL names."""
    text_of = str(location)
    for prefix in SQLITE_PREFIXES:
        if text_of.startswith(prefix) and "?" in text_of:
            raise UnfitPlace("An SQLite URL takes no options here (?): name the file alone.")
        text_of = text_of.removeprefix(prefix)
    if not text_of or text_of == ":memory:" or "://" in text_of:
        raise UnfitPlace("A database in memory would be gone at the end: name a file.")
    return Path(text_of).expanduser()


def look(path: Path) -> str | None:
    """Return the schema revision of the database at *path*, or None where there is no file yet.

    Raises `UnfitPlace` with one sentence where it must not be used.
    """
    _check_directory(path.parent)
    try:
        # Before the file itself: a log that is there first, and then no file, is no log that somebody just began.
        logs = [name for name in side_files(path) if name.exists()]
        found = path.stat()
    except FileNotFoundError:
        _check_nothing_left(path, logs)
        return None
    except OSError as error:
        raise UnfitPlace(f"{path} cannot be reached: {error.strerror}.") from None
    real = path.resolve()  # its log lies beside the file itself, not beside a link to it
    _check_directory(real.parent)
    _check_file(real, found)
    return _revision(real)


def side_files(path: Path) -> list[Path]:
    """Return the names that SQLite gives to what belongs to a database beside it."""
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")]


def birth_names(path: Path) -> list[Path]:
    """Return the temporary names under which databases for *path* were, or are being, built."""
    return sorted(path.parent.glob(f".{glob_escaped(path.name)}.*{BIRTH_SUFFIX}"))


def glob_escaped(name: str) -> str:
    """Return *name* so that a glob takes it literally."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _check_directory(directory: Path) -> None:
    try:
        found = directory.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnfitPlace(f"{directory} cannot be reached: {error.strerror}.") from None
    if not stat.S_ISDIR(found.st_mode):
        raise UnfitPlace(f"{directory} is not a directory.")
    if found.st_mode & OTHERS_MAY_WRITE:
        raise UnfitPlace(
            f"{directory} is writable by others, who could replace the database: chmod go-w it, or choose another."
        )
    if _ROOT not in (os.geteuid(), found.st_uid) and found.st_uid != os.geteuid():
        raise UnfitPlace(
            f"{directory} belongs to another account, which could replace the database: "
            "make it yours, or choose another."
        )


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnfitPlace(f"{path} is not a regular file.")
    if found.st_nlink > 1 and not _finish_birth(path, found):
        raise UnfitPlace(f"{path} has a second name (a hard link): remove that one, or copy the file.")
    if found.st_mode & OTHERS_MAY_WRITE:
        raise UnfitPlace(f"{path} is writable by others: chmod 600 it.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise UnfitPlace(f"{path} is not readable and writable for you: {_why_not(found)}.")
    if found.st_size == 0:
        raise UnfitPlace(f"{path} is empty: keydesk did not make it. Remove it, or name another database.")


def _why_not(found: os.stat_result) -> str:
    if found.st_uid != os.geteuid():
        return "it belongs to another account"
    both = stat.S_IRUSR | stat.S_IWUSR
    return "its disk is mounted to be read only" if found.st_mode & both == both else "chmod 600 it"


def _check_nothing_left(path: Path, logs: list[Path]) -> None:
    if path.is_symlink():
        raise UnfitPlace(f"{path} is a symbolic link to a file that does not exist.")
    if logs:  # SQLite would play it into whatever is put in place now
        raise UnfitPlace(f"{logs[0]} is left of a database that is gone: put that back, or move this one away.")


def _finish_birth(path: Path, found: os.stat_result) -> bool:
    """Remove the birth name of a database whose maker died, or has not come to it, between link and unlink."""
    for name in birth_names(path):
        try:
            if name.stat().st_ino == found.st_ino:
                name.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
    return path.stat().st_nlink == 1


def _revision(path: Path) -> str:
    """Read the schema's revision; bad news counts only if no other process wrote while it was read."""
    seen = _traces(path)
    for _ in range(_LOOKS):
        try:
            return _read_revision(path)
        except UnfitPlace:
            before, seen = seen, _traces(path)
            if seen == before:
                raise
    return _read_revision(path)


def _traces(path: Path) -> list[tuple[int, int] | None]:
    """Return what a write changes about the file and its log: their sizes and times."""
    return [_size_and_time(name) for name in (path, *side_files(path))]


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _read_revision(path: Path) -> str:
    try:
        with closing(_read_only(path)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            if application_id != APPLICATION_ID:
                raise UnfitPlace(f"{path} is a database of another program: name another one.")
            return _sound_revision(connection, path.stat().st_size)
    except FileNotFoundError:
        raise UnfitPlace(f"{path} has just been removed.") from None
    except sqlite3.DatabaseError as error:
        raise UnfitPlace(_in_words(path, str(error))) from None


def _read_only(path: Path) -> sqlite3.Connection:
    """Open for reading. Without a write-ahead log to read, `immutable` leaves no side files behind."""
    log = _size_and_time(path.with_name(path.name + "-wal"))
    query = "mode=ro" if log and log[0] else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{query}", uri=True, timeout=10)


def _sound_revision(connection: sqlite3.Connection, size: int) -> str:
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    if size % page_size:  # SQLite writes whole pages, and reads half a page as if zeros followed
        raise sqlite3.DatabaseError("cut short")
    if size <= _CHECKED_BYTES and connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("no revision")
    return str(row[0])


def _in_words(path: Path, error: str) -> str:
    if "not a database" in error:
        return f"{path} is not a database: name another one."
    if "locked" in error or "unable to open" in error:
        return f"{path} cannot be opened: {error}."
    return f"{path} is damaged: restore a backup (keydesk backup makes them)."
