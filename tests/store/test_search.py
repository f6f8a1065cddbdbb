"""A search tells how many it found, few or many, and picks the same ones ever after."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from store.database import Database, open_database
from store.queries.search import find
from store.tables import Application, ClientSecret
from tests.benchmarks.data import RARE_HINT, RARE_NAME, build

TOTAL = 1_200


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """More applications than a search remembers one by one."""
    opened = open_database(build(tmp_path_factory.mktemp("crowded") / "keydesk.db", TOTAL))
    yield opened
    opened.close()


def picked(database: Database, search: str) -> tuple[int, list[str]]:
    """Return how many a search says that it found, and the names that its conditions pick."""
    with database.read() as session:
        found = find(session, search)
        return found.total, list(session.scalars(select(col(Application.name)).where(*found.conditions)))


@pytest.mark.parametrize("search", [RARE_NAME, RARE_NAME[:8], RARE_HINT, RARE_HINT[:8], RARE_HINT[3:8]])
def test_a_rare_one_is_found(crowded: Database, search: str) -> None:
    assert picked(crowded, search) == (1, [RARE_NAME])


@pytest.mark.parametrize(("search", "total"), [("", TOTAL), ("billing", 120), ("-export-", 120), ("e", TOTAL)])
def test_as_many_are_picked_as_were_counted(crowded: Database, search: str, total: int) -> None:
    counted, names = picked(crowded, search)
    assert counted == len(names)
    assert counted == pytest.approx(total, abs=2)  # the first and the rare name stand beside the pattern


def test_what_nobody_has_finds_none(crowded: Database) -> None:
    assert picked(crowded, "no such application") == (0, [])


@pytest.mark.parametrize("search", ["kd_", "KD_"])
def test_the_beginning_that_all_hints_have_narrows_nothing(crowded: Database, search: str) -> None:
    assert picked(crowded, search)[0] == TOTAL


def test_after_kd_one_letter_begins_a_hint(crowded: Database) -> None:
    hint = func.lower(col(ClientSecret.hint))
    owners = select(func.count(col(ClientSecret.application_id).distinct())).where(hint.like("kd_7%"))
    with crowded.read() as session:
        assert picked(crowded, "kd_7")[0] == session.scalar(owners)


def test_few_letters_without_kd_find_no_hint_by_chance(crowded: Database) -> None:
    assert picked(crowded, "zz")[0] == 0
