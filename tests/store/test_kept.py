"""The connection that stays open: what it makes of its looks is made anew where anybody has committed since."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import text

from store.database import Database
from store.kept import KeptConnection
from tests.staging import plain_sql


@pytest.fixture
def kept(database: Database) -> Iterator[KeptConnection]:
    made = KeptConnection(database.engine)
    yield made
    made.close()


@pytest.fixture
def numbers() -> Iterator[int]:
    return count()


def commit(database: Database) -> None:
    """Change something by another connection."""
    plain_sql(database, "CREATE TABLE IF NOT EXISTS things (n)")
    plain_sql(database, "INSERT INTO things VALUES (1)")


def made(kept: KeptConnection, numbers: Iterator[int]) -> int:
    """Return the number that was made last, or a new one."""
    return kept.fresh("key", lambda: next(numbers))


def test_what_was_made_is_kept_until_somebody_commits(
    kept: KeptConnection, numbers: Iterator[int], database: Database
) -> None:
    assert [made(kept, numbers) for _ in range(3)] == [0, 0, 0]
    commit(database)
    assert [made(kept, numbers) for _ in range(3)] == [1, 1, 1]


def test_a_shared_look_holds_what_was_committed_at_its_beginning_and_no_longer_than_it_is_shared(
    kept: KeptConnection, numbers: Iterator[int], database: Database
) -> None:
    assert made(kept, numbers) == 0
    commit(database)
    kept.share(True)
    assert made(kept, numbers) == 1
    commit(database)
    assert made(kept, numbers) == 1
    kept.share(True)
    assert made(kept, numbers) == 2
    commit(database)
    kept.share(False)
    assert made(kept, numbers) == 3
    commit(database)
    assert made(kept, numbers) == 4


def test_one_thread_shares_its_look_with_no_other(
    kept: KeptConnection, numbers: Iterator[int], database: Database
) -> None:
    kept.share(True)
    assert made(kept, numbers) == 0
    commit(database)
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(made, kept, numbers).result() == 1
        commit(database)
        assert threads.submit(made, kept, numbers).result() == 2


def test_nothing_outlives_its_connection_whatever_number_the_next_one_counts_from(
    kept: KeptConnection, numbers: Iterator[int]
) -> None:
    assert made(kept, numbers) == 0
    kept.share(True)
    assert made(kept, numbers) == 0
    with pytest.raises(Exception, match="no such table"):
        kept.first(text("SELECT 1 FROM no_such_thing"))  # which lets go of the connection
    kept.share(False)
    assert made(kept, numbers) == 1
