"""Column types and small builders that the tables share."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class UnreadableTime(ValueError):
    """A column for times holds what is none: it came by another hand, for ours writes one form only."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive text in SQLite, where text of one form sorts by time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive times, which would be stored as if they were UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Read as `DateTime` does; raises `UnreadableTime`."""
        read = super().result_processor(dialect, coltype)
        assert read is not None, "process_result_value makes one"

        def readable(value: Any) -> datetime | None:
            try:
                return read(value)
            except (TypeError, ValueError):
                raise UnreadableTime from None

        return readable

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(column: str, words: Iterable[str], name: str) -> CheckConstraint:
    """Return a CHECK that lets only these words into *column*."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name)
