"""A way to insert rows past our own mapping."""

import pytest
from sqlalchemy import text

from store.database import Database
from tests.store.inserting import Insert


@pytest.fixture
def insert(database: Database) -> Insert:
    """Insert a row by SQL, in a transaction of its own."""

    def insert(table: str, row: dict[str, object], **other: object) -> int:
        values = row | other
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
        with database.transaction() as session:
            return int(session.connection().execute(text(statement), values).rowcount)

    return insert
