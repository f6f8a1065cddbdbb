"""The activity: every change is a row, in the same transaction (PRODUCT.md section 6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.rules.activity_filter import ActivityFilter, activity_filter
from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.operator import Operator
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.views.activity import ActivityRow, ChainHead
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import NOON, Clock, block_the_activity, compose, everything, log_on, plain_sql


def latest(services: Services, application: ApplicationView) -> ActivityRow:
    return services.activity.page(application.id, limit=1).rows[0]


# Every change is one row: when, who, what, which object, before and after.


def test_creating_an_application_is_a_row(services: Services, application: ApplicationView) -> None:
    row = latest(services, application)
    assert (row.at, row.actor, row.claimed) == (NOON, "operator", None)
    assert (row.action, row.object, row.before) == ("application.created", "billing-api", None)
    assert row.after == {
        "client_id": application.client_id,
        "name": "billing-api",
        "description": "Invoices and payments",
        "enabled": True,
        "locking_enabled": True,
        "introspects": False,
        "token_lifetime": 60,
        "scopes": [],
    }


def test_changing_an_application_is_a_row_of_what_differs(services: Services, application: ApplicationView) -> None:
    services.applications.change(application.id, ApplicationChanges(name="payments", enabled=False, token_lifetime=60))
    row = latest(services, application)
    assert (row.action, row.object) == ("application.changed", "payments")
    assert row.before == {"name": "billing-api", "enabled": True}
    assert row.after == {"name": "payments", "enabled": False}


def test_deleting_an_application_is_a_row_of_what_was_there(services: Services, application: ApplicationView) -> None:
    services.applications.delete(application.id, application.name)
    row = latest(services, application)
    assert (row.action, row.object, row.after) == ("application.deleted", "billing-api", None)
    assert row.before is not None
    assert row.before["client_id"] == application.client_id


def test_adding_editing_and_revoking_a_secret_are_rows(services: Services, application: ApplicationView) -> None:
    secret = services.client_secrets.add(application.id, NewSecret("job", Lifetime.NEVER, ["openid"])).secret
    row = latest(services, application)
    assert (row.action, row.object) == ("secret.added", f"billing-api {secret.hint}")
    assert row.after == {"hint": secret.hint, "description": "job", "expires_at": None, "scopes": ["openid"]}

    services.client_secrets.edit(application.id, secret.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))
    row = latest(services, application)
    assert (row.action, row.before, row.after) == (
        "secret.edited",
        {"expires_at": None},
        {"expires_at": "2027-05-02T12:00:00+00:00"},
    )

    services.client_secrets.revoke(application.id, secret.id)
    row = latest(services, application)
    assert (row.action, row.before, row.after) == ("secret.revoked", {"state": "active"}, {"state": "revoked"})


def test_a_row_names_the_account_and_beside_it_who_was_claimed(database: Database, clock: Clock) -> None:
    services = compose(database, clock, operator=Operator("keydesk", "alice"))
    row = latest(services, services.applications.create(NewApplication("billing")))
    assert (row.actor, row.claimed) == ("keydesk", "alice")


def test_what_a_client_does_is_its_own_and_nobody_claimed_it(
    database: Database, clock: Clock, application: ApplicationView
) -> None:
    services = compose(database, clock, operator=Operator("keydesk", "alice"))
    log_on(services, application.client_id)
    row = latest(services, application)
    assert (row.actor, row.claimed) == (f"client {application.client_id}", None)


# No row, no change.


Change = Callable[[Services, ApplicationView, str], object]
CHANGES: dict[str, Change] = {
    "create": lambda services, application, secret: services.applications.create(NewApplication("other")),
    "change": lambda services, application, secret: services.applications.change(
        application.id, ApplicationChanges(enabled=False)
    ),
    "delete": lambda services, application, secret: services.applications.delete(application.id, application.name),
    "add": lambda services, application, secret: services.client_secrets.add(application.id, NewSecret()),
    "edit": lambda services, application, secret: services.client_secrets.edit(
        application.id, secret, SecretChanges(description="new")
    ),
    "revoke": lambda services, application, secret: services.client_secrets.revoke(application.id, secret),
    "unlock": lambda services, application, secret: services.locks.unlock(application.id),
    "refuse": lambda services, application, secret: log_on(services, application.client_id, source="10.9.9.9"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_whose_row_cannot_be_written_does_not_happen(
    services: Services, application: ApplicationView, database: Database, change: Change
) -> None:
    secret = services.client_secrets.add(application.id, NewSecret()).secret
    for _ in range(5):
        log_on(services, application.client_id)
    block_the_activity(database)
    before = everything(database)
    with pytest.raises(Refusal, match="The end of the activity was altered"):
        change(services, application, secret.id)
    assert everything(database) == before


def test_no_row_is_earlier_than_the_one_before_however_the_clock_is_set(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    for setting in ({"minutes": 0}, {"minutes": 61}, {"minutes": -61}, {"hours": -2}, {"hours": 2}, {"minutes": 62}):
        clock.set(**setting)
        clock.advance(seconds=10)
        services.applications.change(application.id, ApplicationChanges(description=f"{clock()}"))
    times = [row.at - NOON for row in reversed(services.activity.page(None).rows)]
    ahead = timedelta(minutes=61, seconds=20)
    assert times == [timedelta(0), timedelta(seconds=10), ahead, ahead, ahead, ahead, timedelta(minutes=62, seconds=60)]
    assert services.activity.verify().ok


def test_after_a_row_whose_time_cannot_be_read_the_next_one_goes_by_the_clock(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    plain_sql(database, "UPDATE audit_events SET at = 'soon'")
    clock.advance(minutes=1)
    services.applications.change(application.id, ApplicationChanges(description="new"))
    plain_sql(database, "DELETE FROM audit_events WHERE id = 1")
    assert latest(services, application).at == clock()


def test_every_service_call_is_in_the_chain_and_the_chain_holds(
    services: Services, application: ApplicationView
) -> None:
    secret = services.client_secrets.add(application.id, NewSecret()).secret
    for _ in range(5):
        log_on(services, application.client_id)
    for change in CHANGES.values():
        if change is not CHANGES["delete"]:
            change(services, application, secret.id)
    CHANGES["delete"](services, application, secret.id)
    report = services.activity.verify()
    assert report.ok
    assert report.rows == services.activity.page(None, limit=1).total
    assert report.head == services.activity.page(None, limit=1).rows[0].hash


# Pages.


@pytest.fixture
def history(services: Services, application: ApplicationView) -> ApplicationView:
    """An application with twenty rows, and another with three between them."""
    other = services.applications.create(NewApplication("other"))
    for number in range(19):
        services.applications.change(application.id, ApplicationChanges(description=f"number {number}"))
        if number % 9 == 0:
            services.applications.change(other.id, ApplicationChanges(description=f"other {number}"))
    return application


def test_pages_go_from_the_newest_to_the_oldest(services: Services, history: ApplicationView) -> None:
    seen: list[int] = []
    page = services.activity.page(history.id, limit=6)
    while page.rows:
        assert page.total == 20
        seen += [row.id for row in page.rows]
        page = services.activity.page(history.id, before_id=page.rows[-1].id, limit=6)
    assert len(seen) == 20
    assert seen == sorted(seen, reverse=True)


def test_newer_rows_than_one_are_its_next_neighbours_newest_first(services: Services, history: ApplicationView) -> None:
    ids = [row.id for row in services.activity.page(history.id, limit=100).rows]
    newer = services.activity.page(history.id, after_id=ids[10], limit=3)
    assert [row.id for row in newer.rows] == ids[7:10]


def test_rows_can_be_reached_by_number(services: Services, history: ApplicationView) -> None:
    ids = [row.id for row in services.activity.page(history.id, limit=100).rows]
    assert [row.id for row in services.activity.page(history.id, offset=5, limit=4).rows] == ids[5:9]


def test_without_an_application_the_rows_of_all_are_shown(services: Services, history: ApplicationView) -> None:
    everywhere = services.activity.page(None, limit=100)
    assert everywhere.total == len(everywhere.rows) == 24
    assert {row.object for row in everywhere.rows} == {"billing-api", "other"}


@pytest.mark.parametrize(
    ("search", "count"),
    [
        ("logon.REFUSED", 1),
        ("10.0.0.7", 1),
        ("wrong", 1),
        ("operator", 20),
        ("%", 0),
        ("_", 0),
        ("\udcff", 0),
        ("%" * 60_000, 0),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_the_rows_can_be_searched_and_every_character_is_itself(
    services: Services, history: ApplicationView, search: str, count: int
) -> None:
    log_on(services, history.client_id)
    page = services.activity.page(history.id, ActivityFilter(words=(search,)), limit=100)
    assert (page.total, len(page.rows)) == (count, count)


@pytest.mark.parametrize("search", ["ÄRGER", "ärger", "Är"])
def test_the_name_of_an_application_is_found_in_any_case(
    services: Services, history: ApplicationView, search: str
) -> None:
    made = services.applications.create(NewApplication("Ärger"))
    services.client_secrets.add(made.id, NewSecret())
    for wanted in (ActivityFilter(words=(search,)), ActivityFilter(object=search)):
        page = services.activity.page(None, wanted)
        assert (page.total, len(page.rows)) == (2, 2)
        assert services.activity.page(history.id, wanted).total == 0


@pytest.mark.parametrize(
    "nonsense",
    ["at = 'rubbish'", "at = 2026", "after = '{'", "after = '[1]'", "before = CAST(x'ff' AS TEXT)", "count = 'many'"],
)
def test_a_row_that_cannot_be_read_is_a_refusal_that_names_the_command_for_it(
    services: Services, history: ApplicationView, database: Database, nonsense: str
) -> None:
    plain_sql(database, f"UPDATE audit_events SET {nonsense} WHERE id = 5")
    with pytest.raises(Refusal, match="keydesk activity verify"):
        services.activity.page(history.id)


def test_rows_that_come_while_somebody_scrolls_are_counted(services: Services, history: ApplicationView) -> None:
    wanted = ActivityFilter(words=("billing-api",))
    last = services.activity.page(None, wanted, limit=5).rows[-1].id
    for number in range(1, 4):
        services.applications.change(history.id, ApplicationChanges(description=f"new {number}"))
        assert services.activity.page(None, wanted, before_id=last, limit=5).total == 20 + number
    assert services.activity.page(None, ActivityFilter(object="other"), before_id=last).total == 4
    assert services.activity.page(history.id, before_id=last).total == 23
    assert services.activity.page(None, before_id=last).total == 27


@pytest.mark.parametrize("key", ["words", "object"])
def test_a_name_that_changes_while_somebody_scrolls_changes_the_count(
    services: Services, history: ApplicationView, key: str
) -> None:
    services.applications.change(history.id, ApplicationChanges(name="Ärger"))
    wanted = ActivityFilter(object="ärger") if key == "object" else ActivityFilter(words=("ärger",))
    last = services.activity.page(None, wanted, limit=5).rows[-1].id
    assert services.activity.page(None, wanted, before_id=last).total == 21
    services.applications.change(history.id, ApplicationChanges(name="billing-api"))
    assert services.activity.page(None, wanted, before_id=last).total == 0


def test_an_application_that_is_deleted_while_somebody_scrolls_is_no_longer_counted_by_its_client_id(
    services: Services, history: ApplicationView
) -> None:
    wanted = ActivityFilter(object=history.client_id)
    last = services.activity.page(None, wanted, limit=5).rows[-1].id
    services.applications.delete(history.id, history.name)
    page = services.activity.page(None, wanted, before_id=last)
    assert (page.total, page.rows) == (0, ())


def test_rows_that_other_hands_took_away_are_no_longer_counted_when_the_list_is_read_again(
    services: Services, history: ApplicationView, database: Database
) -> None:
    assert services.activity.page(None).total == 24
    plain_sql(database, "DELETE FROM audit_events WHERE id > 20")
    assert services.activity.page(None).total == 20


# Filters.


@pytest.fixture
def busy_week(database: Database, clock: Clock) -> dict[str, ApplicationView]:
    """Six days: alice makes two applications, bob adds and revokes a secret, somebody guesses."""
    alice, bob = (
        compose(database, clock, operator=Operator("keydesk", name)) for name in ("alice", "bob from 10.1.1.1")
    )
    billing = alice.applications.create(NewApplication("billing batch"))
    ledger = alice.applications.create(NewApplication("ledger"))
    clock.advance(days=2)
    secret = bob.client_secrets.add(billing.id, NewSecret("job")).secret
    clock.advance(days=2)
    log_on(bob, ledger.client_id)
    clock.advance(days=2)
    bob.client_secrets.revoke(billing.id, secret.id)
    return {"billing": billing, "ledger": ledger}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("actor:ALICE", [2, 1]),
        ("actor:keydesk", [5, 3, 2, 1]),
        ("actor:client", [4]),
        ("action:secret", [5, 3]),
        ("action:secret.revoked", [5]),
        ("action:logon", [4]),
        ('object:"billing b"', [5, 3, 1]),
        ("object:ledger", [4, 2]),
        ("object:%", []),
        ("result:refused", [4]),
        ("result:done", [5, 3, 2, 1]),
        ('reason:"wrong secret"', [4]),
        ("since:2d", [5, 4]),
        ("since:2026-05-04T12:00Z until:2026-05-06T11:59Z", [3]),
        ("until:6d", []),
        ("revoked bob", [5]),
        ("bob actor:alice", []),
        ("10.0.0.7 result:refused", [4]),
        ("10.1.1.1", [5, 3]),
        ("billing since:4d action:added actor:bob result:done until:3d", [3]),
    ],
)
def test_a_row_is_found_when_every_term_and_word_holds(
    services: Services, busy_week: dict[str, ApplicationView], clock: Clock, typed: str, ids: list[int]
) -> None:
    wanted = activity_filter(typed, clock())
    page = services.activity.page(None, wanted)
    assert ([row.id for row in page.rows], page.total) == (ids, len(ids))
    assert [row.id for rows in services.activity.newest_first(None, wanted) for row in rows] == ids
    assert [row.id for rows in services.activity.oldest_first(None, wanted) for row in rows] == ids[::-1]


def test_an_object_is_found_by_its_id_and_by_its_applications_id_and_client_id(
    services: Services, busy_week: dict[str, ApplicationView]
) -> None:
    def ids(identifier: str) -> list[int]:
        return [row.id for row in services.activity.page(None, ActivityFilter(object=identifier)).rows]

    billing, (revoked, *_) = busy_week["billing"], services.activity.page(None).rows
    assert ids(revoked.object_id) == [5, 3]
    assert ids(billing.id) == [5, 3, 1]
    assert ids(billing.client_id.upper()) == [5, 3, 1]


def test_a_secret_that_is_looked_for_is_cut_to_its_hint(services: Services, application: ApplicationView) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    for typed in (issued.value, f"object:{issued.value}"):
        wanted = activity_filter(typed, NOON)
        assert issued.value not in repr(wanted)
        assert [row.action for row in services.activity.page(None, wanted).rows] == ["secret.added"]


# The head.


def test_the_head_is_the_number_of_rows_and_the_hash_of_the_last(
    services: Services, application: ApplicationView
) -> None:
    assert services.activity.head() == ChainHead(1, latest(services, application).hash)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert services.activity.head() == ChainHead(2, services.activity.verify().head)


@pytest.mark.parametrize("statement", ["DELETE FROM audit_head", "UPDATE audit_head SET count = 'many'"])
def test_a_head_that_is_gone_or_no_number_is_a_refusal(
    services: Services, application: ApplicationView, database: Database, statement: str
) -> None:
    plain_sql(database, statement)
    with pytest.raises(Refusal, match="keydesk activity verify"):
        services.activity.head()
