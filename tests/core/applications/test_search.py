"""Search finds by name, description, client ID and secret hint, and takes every character as it is."""

import os

import pytest

from core.applications.application_list import ApplicationOrder
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.secret_format import new_value
from core.services import Services
from store.database import Database
from tests.staging import plain_sql


def found(services: Services, search: str) -> list[str]:
    page = services.application_list.start(ApplicationOrder(search), 100)
    assert page.total == len(page.rows)
    return [row.name for row in page.rows]


@pytest.fixture
def shelf(services: Services) -> Services:
    """Some applications with names and descriptions that are hard to find."""
    for name, description in (
        ("billing-api", "Invoices and payments"),
        ("Straßenkarte", "Öffentliche KARTEN"),
        ("Café Ω", None),
        ("100%_sure", "snake_case \\ back"),
        ("1000 sure", "snakeXcase"),
        ("請求", "Größe"),
    ):
        services.applications.create(NewApplication(name, description))
    return services


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("bill", ["billing-api"]),
        ("ING-A", ["billing-api"]),
        ("strassen", ["Straßenkarte"]),
        ("STRAẞE", ["Straßenkarte"]),
        ("cafe\u0301", ["Café Ω"]),
        ("ω", ["Café Ω"]),
        ("請", ["請求"]),
        ("\uff22\uff29\uff2c\uff2c", ["billing-api"]),
        ("  billing  ", ["billing-api"]),
    ],
)
def test_a_part_of_a_name_finds_it_without_regard_to_case(shelf: Services, search: str, names: list[str]) -> None:
    assert found(shelf, search) == names


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("PAYMENTS", ["billing-api"]),
        ("öffentliche karten", ["Straßenkarte"]),
        ("ÖFFENTLICHE", ["Straßenkarte"]),
        ("grösse", ["請求"]),
        ("GRO\u0308SSE", ["請求"]),
    ],
)
def test_a_part_of_a_description_finds_it_without_regard_to_case(
    shelf: Services, search: str, names: list[str]
) -> None:
    assert found(shelf, search) == names


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("%", ["100%_sure"]),
        ("0%_s", ["100%_sure"]),
        ("_", ["100%_sure"]),
        ("snake_case", ["100%_sure"]),
        ("\\", ["100%_sure"]),
        ("/", []),
        ("'", []),
        ("*", []),
        ("[a-z]", []),
    ],
)
def test_no_character_of_a_search_means_anything_but_itself(shelf: Services, search: str, names: list[str]) -> None:
    assert found(shelf, search) == names


def test_a_changed_description_is_found_and_the_old_one_no_more(shelf: Services) -> None:
    made = shelf.applications.resolve("billing-api")
    shelf.applications.change(made.id, ApplicationChanges(description="ÄNDERUNG"))
    assert found(shelf, "änderung") == ["billing-api"]
    assert found(shelf, "invoices") == []
    shelf.applications.change(made.id, ApplicationChanges(description=None))
    assert found(shelf, "änderung") == []


def test_what_plain_sql_has_written_is_found_too(shelf: Services, database: Database) -> None:
    plain_sql(
        database, "UPDATE applications SET name = 'Written By Hand', description = 'Around Us' WHERE name = '請求'"
    )
    assert found(shelf, "by hand") == ["Written By Hand"]
    assert found(shelf, "around us") == ["Written By Hand"]


def test_the_client_id_finds_its_application_whole_or_in_part(shelf: Services) -> None:
    made = shelf.applications.resolve("billing-api")
    for search in (made.client_id, made.client_id.upper(), made.client_id[9:23], f" {made.client_id} "):
        assert found(shelf, search) == ["billing-api"]


def test_a_hint_finds_its_application_whole_or_its_beginning_with_and_without_kd_in_any_case(shelf: Services) -> None:
    made = shelf.applications.resolve("Café Ω")
    hint = shelf.client_secrets.add(made.id, NewSecret()).secret.hint
    other = shelf.applications.resolve("請求")
    shelf.client_secrets.add(other.id, NewSecret())
    for search in (hint, hint[:8], hint[3:], hint[3:8], hint.upper(), hint.lower(), hint[3:].swapcase()):
        assert found(shelf, search) == ["Café Ω"]
    assert found(shelf, hint[5:]) == []  # not the middle of one: that would read every row


def test_the_hint_of_a_revoked_secret_finds_it_too(shelf: Services) -> None:
    made = shelf.applications.resolve("billing-api")
    secret = shelf.client_secrets.add(made.id, NewSecret()).secret
    shelf.client_secrets.revoke(made.id, secret.id)
    assert found(shelf, secret.hint) == ["billing-api"]


def test_a_pasted_secret_is_cut_down_to_its_hint_and_finds_its_application(shelf: Services) -> None:
    made = shelf.applications.resolve("billing-api")
    issued = shelf.client_secrets.add(made.id, NewSecret())
    order = ApplicationOrder(f"  {issued.value}\n")
    assert order.search == issued.secret.hint
    assert issued.value[12:] not in repr(order)
    assert found(shelf, issued.value) == ["billing-api"]
    assert found(shelf, new_value(os.urandom)) == []


def test_an_empty_search_finds_everything(shelf: Services) -> None:
    assert len(found(shelf, "")) == len(found(shelf, "  \u3000")) == 6


@pytest.mark.parametrize(
    "search", ["x" * 100_000, "%" * 100_000, "ﷺ" * 10_000, "\udcff", "a\x00b", "\x1b[31m", "\U0010ffff" * 300]
)
def test_no_search_however_odd_is_more_than_a_search_that_finds_nothing(shelf: Services, search: str) -> None:
    assert found(shelf, search) == []
