"""Whether the file that is open is still the one at its path: a connection goes on with one that was replaced.

SQLite would then answer from a file that nobody else sees, and a revocation would never be heard of.
"""

from pathlib import Path

from core.rules.errors import DatabaseFailed


class OpenedFile:
    """The file of an SQLite database that is in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None
        self._is_there = True

    def look(self) -> None:
        """Look at the path; what is there at the first look counts as what was opened."""
        found = _identity(self._path)
        self._identity = self._identity or found
        self._is_there = found is not None and found == self._identity

    def refuse_another(self) -> None:
        """Raise `DatabaseFailed` if the last look has found another file, or none; it costs next to nothing."""
        if not self._is_there:
            raise DatabaseFailed(
                f"{self._path} was replaced or removed while it was in use: put it back, or end keydesk and start anew."
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
