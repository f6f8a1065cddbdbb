"""The constraints of protected APIs and what belongs to them, by plain SQL; `test_constraints.py` looks for each."""

import pytest
from sqlalchemy import text

from store.database import Database
from tests.store.inserting import APPLICATION, NOW, Insert, only_if, refused, rows

API: dict[str, object] = {
    "id": "w",
    "name": "weather",
    "path": "/weather",
    "by_client_id": 0,
    "by_secret": 1,
    "by_bearer": 0,
    "client_id_in": "header",
    "client_id_name": "X-IBM-Client-Id",
    "client_secret_in": "header",
    "client_secret_name": "X-IBM-Client-Secret",
    "scopes": "",
    "any_scope": 0,
    "subscribed_only": 0,
    "profile": "rfc6750",
    "created_at": NOW,
    "created_by": "operator",
}
SUBSCRIPTION: dict[str, object] = {"api_id": "w", "application_id": "a", "created_at": NOW, "created_by": "operator"}
CALLER: dict[str, object] = {"api_id": "w", "application_id": "a", "last_called_at": NOW, "calls": 1}
OF_BOTH = (("subscriptions", SUBSCRIPTION), ("api_callers", CALLER))


@pytest.fixture
def an_api(insert: Insert) -> Insert:
    """Insert an API."""
    return lambda **other: insert("apis", API, **other)


def test_pk_apis(an_api: Insert) -> None:
    an_api()
    with refused("apis.id"):
        an_api(name="other", path="/other")


def test_uq_apis_name(an_api: Insert) -> None:
    an_api()
    with refused("apis.name"):
        an_api(id="b", path="/other")


def test_uq_apis_path(an_api: Insert) -> None:
    an_api()
    with refused("apis.path"):
        an_api(id="b", name="other")


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (63, True), (64, False)])
def test_ck_apis_name_length(an_api: Insert, length: int, fits: bool) -> None:
    only_if(fits, "name_length", lambda: an_api(name="a" * length))


@pytest.mark.parametrize(("name", "fits"), [("weather", True), ("Weather", False)])
def test_ck_apis_name_lower(an_api: Insert, name: str, fits: bool) -> None:
    only_if(fits, "name_lower", lambda: an_api(name=name))


@pytest.mark.parametrize(("public", "fits"), [("/", True), ("/a", True), ("a", False), ("", False)])
def test_ck_apis_path_absolute(an_api: Insert, public: str, fits: bool) -> None:
    only_if(fits, "path_absolute", lambda: an_api(path=public))


@pytest.mark.parametrize(("length", "fits"), [(0, True), (100, True), (101, False)])
def test_ck_apis_title_length(an_api: Insert, length: int, fits: bool) -> None:
    only_if(fits, "title_length", lambda: an_api(title="ü" * length))


@pytest.mark.parametrize("given", range(8), ids="{:03b}".format)
def test_ck_apis_some_security(an_api: Insert, given: int) -> None:
    by = {"by_client_id": given & 1, "by_secret": given >> 1 & 1, "by_bearer": given >> 2 & 1}
    if by["by_client_id"] and by["by_secret"]:
        pytest.skip("another constraint refuses these")
    only_if(given > 0, "some_security", lambda: an_api(**by))


def test_ck_apis_secret_or_not(an_api: Insert) -> None:
    with refused("secret_or_not"):
        an_api(by_client_id=1)


def test_ck_apis_apart(an_api: Insert) -> None:
    with refused("ck_apis_apart"):
        an_api(client_secret_name="x-ibm-CLIENT-id")
    assert an_api(client_secret_name="X-IBM-Client-Id", client_secret_in="query") == 1


@pytest.mark.parametrize("column", ["client_id_in", "client_secret_in", "api_scope", "profile"])
def test_words_that_nobody_knows_are_refused(an_api: Insert, column: str) -> None:
    with refused(f"ck_apis_{column}"):
        an_api(**{column: "elsewhere"})


test_ck_apis_client_id_in = test_ck_apis_client_secret_in = test_words_that_nobody_knows_are_refused
test_ck_apis_api_scope = test_ck_apis_profile = test_words_that_nobody_knows_are_refused


@pytest.mark.parametrize(("table", "row"), OF_BOTH)
def test_an_application_and_an_api_are_together_once(
    an_api: Insert, insert: Insert, table: str, row: dict[str, object]
) -> None:
    an_api()
    insert("applications", APPLICATION)
    insert(table, row)
    with refused(f"{table}.api_id, {table}.application_id"):
        insert(table, row)


@pytest.mark.parametrize(("table", "row"), OF_BOTH)
def test_both_have_to_be_there(an_api: Insert, insert: Insert, table: str, row: dict[str, object]) -> None:
    an_api()
    with refused("FOREIGN KEY"):
        insert(table, row)
    insert("applications", APPLICATION)
    with refused("FOREIGN KEY"):
        insert(table, row, api_id="other")


@pytest.mark.parametrize("gone", ["apis", "applications"])
def test_what_they_had_together_goes_with_either(an_api: Insert, insert: Insert, database: Database, gone: str) -> None:
    an_api()
    insert("applications", APPLICATION)
    for table, row in OF_BOTH:
        insert(table, row)
    with database.transaction() as session:
        session.connection().execute(text(f"DELETE FROM {gone}"))
        assert [rows(session, table) for table, _ in OF_BOTH] == [0, 0]


test_pk_subscriptions = test_pk_api_callers = test_an_application_and_an_api_are_together_once
test_fk_subscriptions_api_id = test_fk_subscriptions_application_id = test_both_have_to_be_there
test_fk_api_callers_api_id = test_fk_api_callers_application_id = test_both_have_to_be_there
