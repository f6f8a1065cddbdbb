"""A text in a new file that only its owner can read, in the first of several directories that takes it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from core.rules.errors import Refusal


def own_directories() -> Iterator[Path]:
    """Yield the working directory and the home directory, as far as they are there."""
    with suppress(OSError):
        yield Path.cwd()
    with suppress(RuntimeError):
        yield Path.home()


def write_new_file(name: str, directories: Iterable[Path], content: str) -> Path:
    """Write *content* into a new file of mode 0600, and return where it is; never over another one."""
    for directory in directories:
        path = directory / name
        try:
            _write_new(path, content)
        except FileExistsError:
            raise Refusal(f"Rename or remove {path} first: it exists already.") from None
        except OSError:
            continue
        return path
    raise Refusal("Neither the working directory nor the home directory can be written to.")


def _write_new(path: Path, content: str) -> None:
    """Write a file that was not there, wholly or not at all."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError:  # a full disk
        path.unlink(missing_ok=True)
        raise
