"""Which schema this program knows, told without importing Alembic (it costs more than opening the database)."""

from core.rules.errors import UnfitPlace

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision in `store/migrations/versions`, oldest first; the last one is what the tables describe."""

CURRENT = REVISIONS[-1]

# Bytes 68 to 71 of the file, "KDES": how SQLite files of ours are told from others.
APPLICATION_ID = 0x4B444553


def migration_is_due(revision: str, where: str) -> bool:
    """Tell whether a database at *revision* is older than the program; one that is newer is refused."""
    if revision not in REVISIONS:
        raise UnfitPlace(
            f"{where} was written by a newer keydesk (schema {revision!r}, this one knows {CURRENT!r}): "
            "upgrade keydesk, or restore a backup."
        )
    return revision != CURRENT
