"""The list of applications: pages by keyset, in every order, add up to the whole list."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.applications.application_list import ApplicationList, ApplicationOrder, ApplicationPage, ApplicationSort
from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.text import folded
from core.rules.views.applications import ApplicationState, ApplicationView
from core.services import Services
from store.database import Database, open_database
from tests.staging import NOON, Clock, compose, dice, log_on, plain_sql

ORDERS = [
    ApplicationOrder(search, sort, reverse)
    for sort in ApplicationSort
    for reverse in (False, True)
    for search in ("", "e")
]
KEYS: dict[ApplicationSort, Callable[[ApplicationView], Any]] = {
    ApplicationSort.NAME: lambda row: folded(row.name),
    ApplicationSort.CLIENT_ID: lambda row: row.client_id,
    ApplicationSort.SECRETS: lambda row: row.secrets.counted,
    ApplicationSort.NEXT_EXPIRY: lambda row: row.next_expiry or NOON + timedelta(days=36500),
    ApplicationSort.LAST_USED: lambda row: row.last_used_at or NOON - timedelta(days=36500),
    ApplicationSort.STATE: lambda row: row.state.value,
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Forty applications full of ties, of nothing at all, and of every state."""
    home = tmp_path_factory.mktemp("crowd")
    home.chmod(0o700)
    clock = Clock()
    services = compose(open_database(home / "keydesk.db"), clock, token_bytes=dice())
    populate(services, clock, random.Random(3))
    yield services
    services.close()


@pytest.fixture
def crowd(crowded: Services) -> ApplicationList:
    """Look at the forty without changing them."""
    return crowded.application_list


def populate(services: Services, clock: Clock, chance: random.Random) -> None:
    names = ["Ärger", "zebra", "Émile", "請求", "_", "%", "a b", "Ω", "ß", "10", "9"]
    names += [f"{chance.choice('abcXYZéß')}-{number}" for number in range(29)]
    made = [services.applications.create(NewApplication(name, chance.choice([None, "the same"]))) for name in names]
    for application in made:
        for _ in range(chance.choice([0, 0, 1, 2, 2])):
            asked = NewSecret(lifetime=chance.choice(list(Lifetime)))
            issued = services.client_secrets.add(application.id, asked)
            if chance.random() < 0.5:
                log_on(services, application.client_id, issued.value)
            if chance.random() < 0.2:
                services.client_secrets.revoke(application.id, issued.secret.id)
        clock.advance(minutes=chance.choice([0, 0, 1]))
    clock.advance(days=340)
    for application in made[::5]:
        services.applications.change(application.id, ApplicationChanges(enabled=False))
    for application in made[1::6]:
        for _ in range(5):
            log_on(services, application.client_id)


def whole(applications: ApplicationList, order: ApplicationOrder) -> tuple[ApplicationView, ...]:
    page = applications.start(order, 1000)
    assert page.total == len(page.rows)
    return page.rows


def test_the_crowd_has_every_state_ties_and_gaps(crowd: ApplicationList) -> None:
    rows = whole(crowd, ApplicationOrder())
    assert len(rows) == 40
    assert {row.state for row in rows} == set(ApplicationState)
    assert len({row.last_used_at for row in rows}) < 30
    assert None in {row.next_expiry for row in rows}


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_whole_list_is_sorted_by_its_column_and_then_by_name(
    crowd: ApplicationList, order: ApplicationOrder
) -> None:
    rows = whole(crowd, order)
    keys = [(KEYS[order.sort](row), folded(row.name)) for row in rows]
    assert keys == sorted(keys, reverse=order.reverse)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("size", [1, 7])
def test_pages_downwards_and_upwards_equal_the_whole_list(
    crowd: ApplicationList, order: ApplicationOrder, size: int
) -> None:
    rows = whole(crowd, order)
    assert downwards(crowd, order, size) == rows
    assert upwards(crowd, order, size) == rows
    assert by_number(crowd, order, size) == rows


def downwards(applications: ApplicationList, order: ApplicationOrder, size: int) -> tuple[ApplicationView, ...]:
    page = applications.start(order, size)
    seen: tuple[ApplicationView, ...] = ()
    while page.rows:
        seen += page.rows
        page = applications.after(order, page.rows[-1], size)
    return seen


def upwards(applications: ApplicationList, order: ApplicationOrder, size: int) -> tuple[ApplicationView, ...]:
    page = applications.end(order, size)
    seen: tuple[ApplicationView, ...] = ()
    while page.rows:
        seen = page.rows + seen
        page = applications.before(order, page.rows[0], size)
    return seen


def by_number(applications: ApplicationList, order: ApplicationOrder, size: int) -> tuple[ApplicationView, ...]:
    total = applications.start(order, 1).total
    pages = [applications.at(order, offset, size) for offset in range(0, total, size)]
    return tuple(row for page in pages for row in page.rows)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_rows_around_a_row_are_the_rows_around_it(crowd: ApplicationList, order: ApplicationOrder) -> None:
    rows = whole(crowd, order)
    for number in range(0, len(rows), 5):
        page = crowd.around(order, rows[number], 7)
        assert page.offset == max(0, number - 3)
        assert page.rows == rows[page.offset : page.offset + 7]
        assert rows[number] in page.rows


def test_a_row_that_has_gone_still_marks_its_place(services: Services, clock: Clock) -> None:
    populate(services, clock, random.Random(4))
    listed = services.application_list
    for sort in ApplicationSort:
        order = ApplicationOrder(sort=sort)
        rows = whole(listed, order)
        gone = rows[10]
        services.applications.delete(gone.id, gone.name)
        assert listed.after(order, gone, 3).rows == rows[11:14]
        assert listed.before(order, gone, 3).rows == rows[7:10]
        assert listed.around(order, gone, 4).rows == (*rows[8:10], *rows[11:13])


def test_an_empty_list_has_no_page_and_no_rows(services: Services) -> None:
    order = ApplicationOrder()
    for page in (services.application_list.start(order, 10), services.application_list.end(order, 10)):
        assert page == ApplicationPage((), 0)


def test_beyond_either_end_there_is_nothing(crowd: ApplicationList) -> None:
    order = ApplicationOrder()
    rows = whole(crowd, order)
    assert crowd.after(order, rows[-1], 5) == ApplicationPage((), 40)
    assert crowd.before(order, rows[0], 5) == ApplicationPage((), 40)
    assert crowd.at(order, 400, 5) == ApplicationPage((), 40)


def test_names_sort_without_regard_to_case(services: Services) -> None:
    for name in ("beta", "ALPHA", "Gamma", "alpha-2"):
        services.applications.create(NewApplication(name))
    names = [row.name for row in services.application_list.start(ApplicationOrder(), 10).rows]
    assert names == ["ALPHA", "alpha-2", "beta", "Gamma"]


def test_applications_without_an_end_or_a_use_come_last_and_first(services: Services) -> None:
    one, other = (services.applications.create(NewApplication(name)) for name in ("used", "unused"))
    issued = services.client_secrets.add(one.id, NewSecret())
    log_on(services, one.client_id, issued.value)

    def names(sort: ApplicationSort) -> list[str]:
        return [row.name for row in services.application_list.start(ApplicationOrder(sort=sort), 10).rows]

    assert names(ApplicationSort.NEXT_EXPIRY) == [one.name, other.name]
    assert names(ApplicationSort.LAST_USED) == [other.name, one.name]


@pytest.mark.parametrize(
    "planted",
    ["applications SET created_at = 'soon' WHERE name = 'orders'", "client_secrets SET last_used_at = 'soon'"],
)
def test_a_time_that_cannot_be_read_is_told_with_the_application_that_holds_it(
    services: Services, database: Database, planted: str
) -> None:
    made = [services.applications.create(NewApplication(name)) for name in ("billing", "orders", "reports")]
    services.client_secrets.add(made[1].id, NewSecret())
    plain_sql(database, f"UPDATE {planted}")
    with pytest.raises(Refusal, match="Application “orders” holds a time that cannot be read; see: keydesk doctor"):
        services.application_list.start(ApplicationOrder(), 10)
    for others in ("billing", "reports"):
        assert [row.name for row in services.application_list.start(ApplicationOrder(others), 10).rows] == [others]
