"""The hash chain of the activity: what was done to a row by other hands is named (PRODUCT.md section 6)."""

import pytest

from core.rules.errors import Refusal
from core.rules.requests.applications import NewApplication
from core.rules.views.activity import ChainBreak
from core.services import Services
from store.database import Database
from tests.staging import Clock, block_the_activity, compose, dice, everything, fetched, plain_sql


@pytest.fixture
def chain(services: Services) -> Services:
    """Ten rows, in order and untouched."""
    for number in range(10):
        services.applications.create(NewApplication(f"application {number}"))
    return services


def test_an_untouched_chain_holds_and_tells_its_head(chain: Services, database: Database) -> None:
    report = chain.activity.verify()
    assert (report.ok, report.rows, report.first_bad_id) == (True, 10, None)
    assert fetched(database, "SELECT count, hash FROM audit_head") == [(10, report.head)]


def test_an_empty_chain_holds(services: Services) -> None:
    report = services.activity.verify()
    assert (report.ok, report.rows, report.head, report.first_bad_id) == (True, 0, "0" * 64, None)


COLUMNS = {
    "at": "'2026-05-02 12:00:00.000001'",
    "actor": "'mallory'",
    "claimed": "'alice'",
    "action": "'application.changed'",
    "object": "'another'",
    "object_id": "'another'",
    "application_id": "'another'",
    "before": "'{}'",
    "after": "replace(after, 'true', 'false')",
    "reason": "'because'",
    "source": "'10.0.0.1'",
    "count": "count + 1",
    "hash": "replace(hash, substr(hash, 1, 1), 'x')",
}


def test_every_column_of_a_row_is_part_of_its_link(database: Database) -> None:
    columns = {row[1] for row in fetched(database, "PRAGMA table_info(audit_events)")}
    assert columns == {*COLUMNS, "id"}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("row", [1, 6, 10])
def test_an_altered_row_is_named(chain: Services, database: Database, column: str, row: int) -> None:
    plain_sql(database, f"UPDATE audit_events SET {column} = {COLUMNS[column]} WHERE id = :row", row=row)
    report = chain.activity.verify()
    assert (report.ok, report.first_bad_id) == (False, row)


@pytest.mark.parametrize("nonsense", ["'rubbish'", "2026", "x'00ff'", "CAST(x'ff' AS TEXT)", "''"])
@pytest.mark.parametrize("column", ["at", "actor", "after"])
def test_a_row_that_holds_what_nobody_could_have_written_is_named(
    chain: Services, database: Database, column: str, nonsense: str
) -> None:
    plain_sql(database, f"UPDATE audit_events SET {column} = {nonsense} WHERE id = 6")
    report = chain.activity.verify()
    assert (report.ok, report.rows, report.first_bad_id) == (False, 5, 6)


@pytest.mark.parametrize("row", [1, 6, 9])
def test_a_removed_row_is_named(chain: Services, database: Database, row: int) -> None:
    plain_sql(database, "DELETE FROM audit_events WHERE id = :row", row=row)
    report = chain.activity.verify()
    assert (report.ok, report.first_bad_id) == (False, row)


def test_a_removed_row_is_named_even_when_those_behind_it_moved_up(chain: Services, database: Database) -> None:
    plain_sql(database, "DELETE FROM audit_events WHERE id = 6")
    for row in range(7, 11):
        plain_sql(database, "UPDATE audit_events SET id = id - 1 WHERE id = :row", row=row)
    plain_sql(database, "UPDATE audit_head SET count = 9")
    assert chain.activity.verify().first_bad_id == 6


def test_two_rows_that_changed_places_are_named_by_the_first(chain: Services, database: Database) -> None:
    for old, new in ((4, 400), (7, 4), (400, 7)):
        plain_sql(database, "UPDATE audit_events SET id = :new WHERE id = :old", old=old, new=new)
    assert chain.activity.verify().first_bad_id == 4


def test_two_rows_whose_content_changed_places_are_named_by_the_first(chain: Services, database: Database) -> None:
    names = dict(fetched(database, "SELECT id, object FROM audit_events"))
    for row, other in ((4, 7), (7, 4)):
        plain_sql(database, "UPDATE audit_events SET object = :name WHERE id = :row", name=names[other], row=row)
    assert chain.activity.verify().first_bad_id == 4


@pytest.mark.parametrize("place", [1, 6, 10])
def test_a_row_that_was_put_between_others_is_named(chain: Services, database: Database, place: int) -> None:
    for row in range(10, place - 1, -1):
        plain_sql(database, "UPDATE audit_events SET id = id + 1 WHERE id = :row", row=row)
    insert(database, place)
    plain_sql(database, "UPDATE audit_head SET count = 11")
    assert chain.activity.verify().first_bad_id == place


@pytest.mark.parametrize("number", [0, -3])
def test_a_row_that_was_put_before_the_first_is_named(chain: Services, database: Database, number: int) -> None:
    insert(database, number)
    report = chain.activity.verify()
    assert (report.ok, report.rows, report.first_bad_id) == (False, 0, number)


def insert(database: Database, number: int) -> None:
    """Put in a row that copies the look of another."""
    copied = "at, actor, action, object, object_id, application_id, count, hash"
    plain_sql(
        database,
        f"INSERT INTO audit_events (id, {copied}) SELECT :number, {copied} FROM audit_events WHERE id = 5",
        number=number,
    )


def test_an_inserted_row_is_named(chain: Services, database: Database) -> None:
    block_the_activity(database)
    assert chain.activity.verify().first_bad_id == 11


@pytest.mark.parametrize("last", [0, 6, 9])
def test_a_cut_tail_is_named_by_the_head(chain: Services, database: Database, last: int) -> None:
    plain_sql(database, "DELETE FROM audit_events WHERE id > :last", last=last)
    report = chain.activity.verify()
    assert (report.ok, report.rows, report.first_bad_id) == (False, last, last + 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_head SET count = 9", "UPDATE audit_head SET hash = 'x'", "DELETE FROM audit_head"],
)
def test_an_altered_or_removed_head_is_noticed(chain: Services, database: Database, statement: str) -> None:
    plain_sql(database, statement)
    report = chain.activity.verify()
    assert (report.ok, report.first_bad_id, report.broken) == (False, 11, ChainBreak.END)


def cut_with_its_head(database: Database, last: int) -> None:
    plain_sql(database, "DELETE FROM audit_events WHERE id > :last", last=last)
    plain_sql(
        database,
        "UPDATE audit_head SET count = :last, hash = (SELECT hash FROM audit_events WHERE id = :last)",
        last=last,
    )


def test_a_tail_that_was_cut_together_with_its_head_is_found_by_a_head_that_was_noted_down(
    chain: Services, database: Database
) -> None:
    noted = chain.activity.verify().head
    cut_with_its_head(database, 6)
    assert chain.activity.verify().ok  # what a chain by itself cannot show
    report = chain.activity.verify(noted)
    assert (report.ok, report.first_bad_id, report.broken) == (False, 7, ChainBreak.NOTED)


def test_a_chain_that_was_recomputed_as_a_whole_is_found_by_a_head_that_was_noted_down(
    chain: Services, database: Database, clock: Clock
) -> None:
    noted = chain.activity.verify().head
    plain_sql(database, "DELETE FROM audit_events")
    plain_sql(database, "UPDATE audit_head SET count = 0, hash = :genesis", genesis="0" * 64)
    other = compose(database, clock, token_bytes=dice(2))
    for number in range(10):
        other.applications.create(NewApplication(f"forged {number}"))
    assert chain.activity.verify().ok
    assert not chain.activity.verify(noted).ok


def test_a_noted_head_stays_good_while_the_chain_grows(chain: Services) -> None:
    noted = chain.activity.verify().head
    chain.applications.create(NewApplication("one more"))
    assert chain.activity.verify(noted).ok
    assert chain.activity.verify("0" * 64).ok  # noted down before there was anything
    assert not chain.activity.verify("f" * 64).ok


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM audit_events WHERE id > 8",
        "DELETE FROM audit_events",
        "UPDATE audit_events SET hash = 'x' WHERE id = 10",
        "UPDATE audit_head SET count = 9",
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE audit_head SET count = 'ten'",
    ],
)
def test_an_end_that_is_not_as_its_head_says_is_not_written_on(chain: Services, database: Database, harm: str) -> None:
    plain_sql(database, harm)
    before = everything(database)
    with pytest.raises(Refusal, match="The end of the activity was altered, so nothing can be added to it"):
        chain.applications.create(NewApplication("one more"))
    assert everything(database) == before
