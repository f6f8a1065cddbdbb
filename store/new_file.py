"""A file that an operator asks for: new, for its owner only, and whole or not there at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.rules.errors import Refusal
from store.birth import make_private_file, sync_directory


@contextmanager
def new_file(target: Path) -> Iterator[None]:
    """Make *target* with mode 0600, to be filled within the block; whatever ends that early takes the file away.

    Refuses an existing file, and a place that cannot be written or has no room.
    """
    try:
        make_private_file(target)
    except FileExistsError:
        raise Refusal(f"{target} exists already; name a new file.") from None
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}.") from None
    with ExitStack() as undoing:
        undoing.callback(target.unlink, missing_ok=True)
        try:
            yield
            sync_directory(target.parent)
        except (OSError, sqlite3.Error) as error:
            raise Refusal(f"{target} could not be written in full: {_in_words(error)}.") from None
        undoing.pop_all()


def _in_words(error: OSError | sqlite3.Error) -> str:
    return error.strerror or "" if isinstance(error, OSError) else str(error)
