"""Where times are stored that cannot be read: a list that meets one can only say so, and not which row it is."""

from collections.abc import Iterator

from sqlalchemy import Integer, String, literal_column, select, type_coerce
from sqlmodel import Session

from store.columns import UnreadableTime, UtcDateTime
from store.tables import Table


def unreadable_times(session: Session) -> Iterator[str]:
    """Give the table, column and rowid of each, reading every time that an SQLite database holds."""
    dialect = session.get_bind().dialect
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, UtcDateTime):
                continue
            read = column.type.dialect_impl(dialect).result_processor(dialect, None)
            assert read is not None
            stored = select(literal_column("rowid", Integer), type_coerce(column, String)).select_from(table)
            for row_id, value in session.execute(stored.where(column.is_not(None))):
                try:
                    read(value)
                except UnreadableTime:
                    yield f"{table.name}.{column.name} with rowid {row_id}"
