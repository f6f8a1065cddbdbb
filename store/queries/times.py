"""Where times are stored that cannot be read: a list that meets one can only say so, and not which row it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Integer, String, literal_column, select, type_coerce
from sqlmodel import Session, SQLModel, col

from store.columns import UnreadableTime, UtcDateTime
from store.tables import Application, Certificate, ClientSecret, Table

_OWNED: tuple[type[ClientSecret] | type[Certificate], ...] = (ClientSecret, Certificate)
"""What an application has."""


@dataclass(frozen=True, slots=True)
class StrangeTime:
    """A value that should be a time."""

    table: str
    column: str
    row_id: int

    def __str__(self) -> str:
        """Name it for whoever mends it by SQL."""
        return f"{self.table}.{self.column} with rowid {self.row_id}"


def unreadable_times(session: Session, *models: type[SQLModel]) -> Iterator[StrangeTime]:
    """Give each of them in the tables of *models*, or in all, reading every time that an SQLite database holds."""
    dialect = session.get_bind().dialect
    wanted = {model.__tablename__ for model in models}
    for table in Table.metadata.sorted_tables:
        for column in table.columns if not wanted or table.name in wanted else ():
            if not isinstance(column.type, UtcDateTime):
                continue
            read = column.type.dialect_impl(dialect).result_processor(dialect, None)
            assert read is not None
            stored = select(literal_column("rowid", Integer), type_coerce(column, String)).select_from(table)
            for row_id, value in session.execute(stored.where(column.is_not(None))):
                try:
                    read(value)
                except UnreadableTime:
                    yield StrangeTime(table.name, column.name, row_id)


def application_with_a_strange_time(session: Session) -> str | None:
    """Return the name of the first application that has one, itself or in a credential of it; None where none has."""
    found = next(unreadable_times(session, Application, *_OWNED), None)
    if found is None:
        return None
    statement = select(col(Application.name)).where(literal_column(f"{found.table}.rowid", Integer) == found.row_id)
    for owned in _OWNED:
        if found.table == owned.__tablename__:
            statement = statement.join(owned, col(owned.application_id) == col(Application.id))
    return session.execute(statement).scalar()
