"""Applications (PRODUCT.md section 2)."""

import uuid
from datetime import timedelta

import pytest

from core.applications.application_list import ApplicationOrder
from core.rules.errors import NameTaken, NotFound, Refusal
from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.views.applications import ApplicationState, ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import pem
from tests.staging import Clock, everything, fetched, log_on, plain_sql


def test_a_new_application_has_what_was_asked_for_and_the_defaults(services: Services, clock: Clock) -> None:
    made = services.applications.create(NewApplication("billing-api", "Invoices"))
    assert (made.name, made.description, made.created_at) == ("billing-api", "Invoices", clock())
    assert (made.enabled, made.locking_enabled, made.introspects) == (True, True, False)
    assert (made.token_lifetime, made.scopes) == (60, ())
    assert (made.failed_logons, made.locked_until, made.last_used_at, made.next_expiry) == (0, None, None, None)
    assert (made.secrets.live, made.secrets.counted, made.secrets.limit) == (0, 0, 20)
    assert made.state is ApplicationState.ACTIVE


def test_the_client_id_is_a_random_uuid_of_its_own(services: Services) -> None:
    made = [services.applications.create(NewApplication(f"application {number}")) for number in range(10)]
    ids = {view.client_id for view in made} | {view.id for view in made}
    assert len(ids) == 20
    assert all(str(uuid.UUID(text)) == text and uuid.UUID(text).version == 4 for text in ids)


def test_what_create_returns_is_what_is_stored(services: Services, application: ApplicationView) -> None:
    assert services.applications.get(application.id) == application


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [
        ("billing", "billing"),
        ("billing", "BILLING"),
        ("billing", "  Billing  "),
        ("Straße", "STRASSE"),
        ("Café", "CAFE\u0301"),
        ("\uff21\uff30\uff29", "api"),
        ("billing\u00a0api", "billing api"),
        ("heart❤", "heart❤\ufe0f"),
    ],
)
def test_a_name_is_unique_without_regard_to_case_and_unicode_twins(services: Services, taken: str, wanted: str) -> None:
    services.applications.create(NewApplication(taken))
    other = services.applications.create(NewApplication("other"))
    for attempt in (
        lambda: services.applications.create(NewApplication(wanted)),
        lambda: services.applications.change(other.id, ApplicationChanges(name=wanted)),
    ):
        with pytest.raises(NameTaken) as refused:
            attempt()
        assert refused.value.field == "name"
        assert refused.value.sentence == f"There is already an application named “{NewApplication(taken).name}”."


def test_a_refused_name_stores_nothing_and_leaves_no_activity(services: Services, database: Database) -> None:
    services.applications.create(NewApplication("billing"))
    before = everything(database)
    with pytest.raises(NameTaken):
        services.applications.create(NewApplication("BILLING"))
    assert everything(database) == before


def test_a_refused_rename_changes_nothing_else_either(services: Services, database: Database) -> None:
    services.applications.create(NewApplication("billing"))
    other = services.applications.create(NewApplication("other"))
    before = everything(database)
    with pytest.raises(NameTaken):
        services.applications.change(other.id, ApplicationChanges(name="Billing", enabled=False, scopes=["read"]))
    assert everything(database) == before


def test_an_application_may_change_the_case_of_its_own_name(services: Services, application: ApplicationView) -> None:
    changed = services.applications.change(application.id, ApplicationChanges(name="Billing-API"))
    assert changed.name == "Billing-API"


def test_a_name_is_free_again_after_its_application_was_renamed_or_deleted(services: Services) -> None:
    renamed = services.applications.create(NewApplication("first"))
    services.applications.change(renamed.id, ApplicationChanges(name="second"))
    first = services.applications.create(NewApplication("FIRST"))
    services.applications.delete(renamed.id, "second")
    second = services.applications.create(NewApplication("Second"))
    assert [services.applications.resolve(name).id for name in ("first", "second")] == [first.id, second.id]


def test_every_setting_can_be_changed_and_the_client_id_never(services: Services, application: ApplicationView) -> None:
    changed = services.applications.change(
        application.id,
        ApplicationChanges(
            name="payments",
            description="New words",
            enabled=False,
            locking_enabled=False,
            introspects=True,
            token_lifetime=720,
            scopes=["read", "write"],
        ),
    )
    assert (changed.name, changed.description, changed.enabled) == ("payments", "New words", False)
    assert (changed.locking_enabled, changed.introspects) == (False, True)
    assert (changed.token_lifetime, changed.scopes) == (720, ("read", "write"))
    assert (changed.id, changed.client_id, changed.created_at) == (
        application.id,
        application.client_id,
        application.created_at,
    )
    assert services.applications.get(application.id) == changed


def test_what_is_not_given_stays(services: Services, application: ApplicationView) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["read"], token_lifetime=5))
    changed = services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert (changed.name, changed.description) == (application.name, application.description)
    assert (changed.scopes, changed.token_lifetime) == (("read",), 5)


def test_a_description_and_the_scopes_can_be_taken_away(services: Services, application: ApplicationView) -> None:
    services.applications.change(application.id, ApplicationChanges(scopes=["read"]))
    changed = services.applications.change(application.id, ApplicationChanges(description=None, scopes=[]))
    assert (changed.description, changed.scopes) == (None, ())


def test_a_change_that_changes_nothing_leaves_no_activity(services: Services, application: ApplicationView) -> None:
    before = services.activity.verify()
    services.applications.change(application.id, ApplicationChanges())
    services.applications.change(
        application.id, ApplicationChanges(name=application.name, enabled=True, scopes=[], token_lifetime=60)
    )
    assert services.activity.verify() == before


def test_a_disabled_application_authenticates_nowhere_at_once(services: Services, application: ApplicationView) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert str(log_on(services, application.client_id, issued.value)) == "Client authentication failed."
    services.applications.change(application.id, ApplicationChanges(enabled=True))
    assert not isinstance(log_on(services, application.client_id, issued.value), Exception)


# The state: the first that applies of disabled, locked, expiring, active.


def state(services: Services, application: ApplicationView) -> str:
    one = services.applications.get(application.id).state
    listed = {row.id: row.state for row in services.application_list.start(ApplicationOrder(), 100).rows}
    assert listed[application.id] == one
    return one


def test_disabled_goes_before_locked_and_locked_before_expiring(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret())
    clock.advance(days=350)
    for _ in range(5):
        log_on(services, application.client_id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert state(services, application) == "disabled"
    services.applications.change(application.id, ApplicationChanges(enabled=True))
    assert state(services, application) == "locked"
    services.locks.unlock(application.id)
    assert state(services, application) == "expiring"


def test_it_is_expiring_while_a_live_secret_ends_within_30_days_and_no_later_one_lives(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret())  # ends on 2 May 2027
    clock.advance(days=335)
    assert state(services, application) == "expiring"  # exactly 30 days left
    clock.advance(microseconds=-1)
    assert state(services, application) == "active"
    clock.advance(microseconds=1)
    later = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.TWO_YEARS)).secret
    assert state(services, application) == "active"
    services.client_secrets.revoke(application.id, later.id)
    assert state(services, application) == "expiring"
    never = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER)).secret
    assert state(services, application) == "active"
    services.client_secrets.edit(application.id, never.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))
    assert state(services, application) == "active"


def test_without_a_live_secret_it_is_active(services: Services, application: ApplicationView, clock: Clock) -> None:
    services.client_secrets.add(application.id, NewSecret())
    clock.advance(days=366)
    assert state(services, application) == "active"
    assert services.applications.get(application.id).secrets.counted == 1
    assert services.applications.get(application.id).secrets.live == 0


def test_it_tells_how_many_secrets_live_and_count_when_the_next_ends_and_the_last_use(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    first = services.client_secrets.add(application.id, NewSecret())
    clock.advance(days=1)
    second = services.client_secrets.add(application.id, NewSecret())
    services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    gone = services.client_secrets.add(application.id, NewSecret())
    log_on(services, application.client_id, first.value)
    clock.advance(hours=1)
    log_on(services, application.client_id, second.value)
    services.client_secrets.revoke(application.id, gone.secret.id)
    seen = services.applications.get(application.id)
    assert (seen.secrets.live, seen.secrets.counted) == (3, 3)
    assert (seen.next_expiry, seen.last_used_at) == (first.secret.expires_at, clock())
    clock.advance(days=364)  # the first has ended, the second has not
    seen = services.applications.get(application.id)
    assert (seen.secrets.live, seen.secrets.counted) == (2, 3)
    assert seen.next_expiry == second.secret.expires_at


def test_a_retiring_secret_ends_with_its_grace_or_its_expiry_whichever_is_first(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    old = services.client_secrets.add(application.id, NewSecret()).secret
    twin = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER)).secret
    assert old.expires_at is not None
    for retires_at, end in (
        (clock() + timedelta(days=1), clock() + timedelta(days=1)),
        (old.expires_at + timedelta(days=1), old.expires_at),
    ):
        statement = "UPDATE client_secrets SET retires_at = :at, replaced_by = :twin WHERE id = :id"
        plain_sql(database, statement, at=retires_at.strftime("%Y-%m-%d %H:%M:%S.%f"), twin=twin.id, id=old.id)
        assert services.applications.get(application.id).next_expiry == end


# Naming one, and deleting it.


def test_a_text_names_an_application_by_client_id_id_or_name_in_this_order(services: Services) -> None:
    one = services.applications.create(NewApplication("Café"))
    for text in (one.client_id, one.client_id.upper(), f"  {one.client_id}\n", one.id, one.id.upper()):
        assert services.applications.resolve(text) == one
    for text in ("café", "CAFE\u0301", " Café "):
        assert services.applications.resolve(text) == one


@pytest.mark.parametrize("text", ["", "nobody", "%", "\udcff\udcfe", "a\x00b", "x" * 100_000])
def test_a_text_that_names_nothing_is_refused(services: Services, application: ApplicationView, text: str) -> None:
    with pytest.raises(NotFound, match="No application has this client ID, id or name"):
        services.applications.resolve(text)


@pytest.mark.parametrize("text", ["", "\ufe0f"])
def test_an_empty_text_names_no_application_even_where_one_has_a_name_of_nothing(
    services: Services, application: ApplicationView, database: Database, text: str
) -> None:
    plain_sql(database, "UPDATE applications SET name = :name, name_key = ''", name="\ufe0f")
    with pytest.raises(NotFound):
        services.applications.resolve(text)
    assert services.applications.resolve(application.id).id == application.id


def test_what_is_gone_is_refused_everywhere_with_one_sentence(services: Services, application: ApplicationView) -> None:
    services.applications.delete(application.id, application.name)
    for attempt in (
        lambda: services.applications.get(application.id),
        lambda: services.applications.change(application.id, ApplicationChanges(enabled=False)),
        lambda: services.applications.delete(application.id, application.name),
        lambda: services.client_secrets.add(application.id, NewSecret()),
        lambda: services.client_secrets.revoke(application.id, "any"),
        lambda: services.client_secrets.edit(application.id, "any", SecretChanges(description="x")),
        lambda: services.locks.show(application.id),
        lambda: services.locks.unlock(application.id),
    ):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.sentence == "This application is no longer there: somebody has deleted it."


@pytest.mark.parametrize("typed", ["", "billing", "Billing-API", "billing-api2", "yes"])
def test_a_name_typed_wrongly_deletes_nothing(services: Services, application: ApplicationView, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        services.applications.delete(application.id, typed)
    assert refused.value.field == "name"
    assert refused.value.sentence == "This is not the name of the application; nothing was deleted."
    assert services.applications.get(application.id) == application


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Cafe\u0301 ", "Café"), ("a\x1b[31mb", "a␛[31mb"), ("heart❤\ufe0f", "heart❤"), ("a\x1b[31mb", "a\x1b[31mb")],
)
def test_a_name_that_plain_sql_has_put_there_is_typed_as_it_is_shown(
    services: Services, application: ApplicationView, database: Database, stored: str, typed: str
) -> None:
    plain_sql(database, "UPDATE applications SET name = :name", name=stored)
    services.applications.delete(application.id, typed)
    assert services.application_list.start(ApplicationOrder(), 1).total == 0


def test_deleting_takes_the_secrets_along_and_leaves_the_activity(
    services: Services, application: ApplicationView, database: Database
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret())
    rows = services.activity.page(application.id).total
    services.applications.delete(application.id, " billing-api ")
    assert fetched(database, "SELECT * FROM client_secrets") == []
    assert services.activity.page(application.id).total == rows + 1
    assert services.activity.verify().ok
    assert str(log_on(services, application.client_id, issued.value)) == "Client authentication failed."


def test_deleting_writes_the_refused_logons_that_were_still_being_counted(
    services: Services, application: ApplicationView
) -> None:
    services.applications.change(application.id, ApplicationChanges(locking_enabled=False))
    for _ in range(7):
        log_on(services, application.client_id)
    services.applications.delete(application.id, application.name)
    rows = services.activity.page(application.id).rows
    assert [(row.action, row.count) for row in rows[:3]] == [
        ("application.deleted", 1),
        ("logon.refused", 6),
        ("logon.refused", 1),
    ]


def test_the_last_use_is_that_of_any_credential(
    services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    assert services.applications.get(application.id).last_used_at is None
    services.certificates.add(application.id, pem(), None)
    used = clock() - timedelta(minutes=9)
    plain_sql(database, "UPDATE certificates SET last_used_at = :at", at=f"{used:%Y-%m-%d %H:%M:%S.%f}")
    view = services.applications.get(application.id)
    assert (view.last_used_at, view.certificates, view.trusts) == (used, 1, 0)
    issued = services.client_secrets.add(application.id, NewSecret())
    log_on(services, application.client_id, issued.value)
    assert services.applications.get(application.id).last_used_at == clock()
