"""What every table has: names of constraints, a metadata of its own, moments in UTC."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict
from sqlalchemy import BigInteger, Column, Integer, MetaData
from sqlmodel import Field, SQLModel

from store.columns import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """The base of our tables, with a metadata of its own so that nobody else's tables slip in."""

    # Rows are not validated by pydantic, so no table shall build what would do it.
    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]  # sqlmodel's TypedDict has less
    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def moment(*, optional: bool = False, index: bool = False) -> datetime:
    """Return a column for a moment in UTC."""
    # Typed as what reading the attribute gives, as sqlmodel's own Field is.
    return Field(default=None if optional else ..., sa_column=Column(UtcDateTime, nullable=optional, index=index))  # type: ignore[no-any-return]


def tally() -> int:
    """Return a column for a count that grows for years: in 64 bits, which SQLite gives to any integer."""
    wide = BigInteger().with_variant(Integer(), "sqlite")
    return Field(default=0, sa_column=Column(wide, nullable=False))  # type: ignore[no-any-return]  # as above
