"""Is this file a place to keep credentials in? Looks without touching, before anything is opened for writing.

Standard library only: the console asks before its first frame. No check opens the file by itself: closing
such a handle would drop the locks that SQLite holds on it elsewhere in this process.
"""

import os
import sqlite3
import stat
from pathlib import Path

from core.rules.errors import UnfitPlace
from store.schema import APPLICATION_ID

BIRTH_SUFFIX = ".birth"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
# Checking every page takes a second for each few hundred megabytes; `keydesk doctor` does it at any size.
_CHECKED_BYTES = 16 * 1024 * 1024


def look(path: Path) -> str | None:
    """Return the schema revision of the database at *path*, or None where there is no file yet.

    Raises `UnfitPlace` with one sentence where it must not be used.
    """
    _check_directory(path.parent)
    try:
        found = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise UnfitPlace(f"{path} is a symbolic link to a file that does not exist.") from None
        return None
    except OSError as error:
        raise UnfitPlace(f"{path} cannot be reached: {error.strerror}.") from None
    _check_file(path, found)
    return _revision(path, found.st_size)


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
    if found.st_mode & _OTHERS_MAY_WRITE:
        raise UnfitPlace(
            f"{directory} is writable by others, who could replace the database: chmod go-w it, or choose another."
        )


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnfitPlace(f"{path} is not a regular file.")
    if found.st_nlink > 1 and not _finish_birth(path, found):
        raise UnfitPlace(f"{path} has a second name (a hard link): remove that one, or copy the file.")
    if found.st_mode & _OTHERS_MAY_WRITE:
        raise UnfitPlace(f"{path} is writable by others: chmod 600 it.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise UnfitPlace(f"{path} is not readable and writable for you: it belongs to another account.")
    if found.st_size == 0:
        raise UnfitPlace(f"{path} is empty: keydesk did not make it. Remove it, or name another database.")


def _finish_birth(path: Path, found: os.stat_result) -> bool:
    """Remove the birth name of a database whose maker died, or has not come to it, between link and unlink."""
    for name in birth_names(path):
        try:
            if name.stat().st_ino == found.st_ino:
                name.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
    return path.stat().st_nlink == 1


def _revision(path: Path, size: int) -> str:
    connection = _read_only(path)
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        if application_id != APPLICATION_ID:
            raise UnfitPlace(f"{path} is a database of another program: name another one.")
        if size <= _CHECKED_BYTES and connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(revision)
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "unable to open" in str(error):
            raise UnfitPlace(f"{path} cannot be opened: {error}.") from None
        raise _corrupt(path) from None
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise UnfitPlace(f"{path} is not a database: name another one.") from None
        raise _corrupt(path) from None
    except TypeError:  # the version table is there and empty
        raise _corrupt(path) from None
    finally:
        connection.close()


def _read_only(path: Path) -> sqlite3.Connection:
    """Open for reading. Without a write-ahead log to read, `immutable` leaves no side files behind."""
    log = path.with_name(path.name + "-wal")
    quiet = not log.exists() or log.stat().st_size == 0
    query = "mode=ro&immutable=1" if quiet else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{query}", uri=True, timeout=10)


def _corrupt(path: Path) -> UnfitPlace:
    return UnfitPlace(f"{path} is damaged: restore a backup (keydesk backup makes them).")
