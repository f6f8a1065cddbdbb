"""Client secrets: add, edit, list, revoke (PRODUCT.md section 3)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session

from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.expiry import Lifetime, SecretState
from core.rules.operator import Operator
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.rotation import Grace
from core.rules.scopes import ApiScope
from core.rules.secret_format import hint_of
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, compose, dice, fetched, log_on


@pytest.fixture
def add(services: Services, application: ApplicationView) -> Callable[..., IssuedSecret]:
    """Add a secret to the application."""
    return lambda *asked, **more: services.client_secrets.add(application.id, NewSecret(*asked, **more))


Add = Callable[..., IssuedSecret]


def fill(add: Add, count: int = 20) -> list[IssuedSecret]:
    return [add() for _ in range(count)]


def test_an_added_secret_has_what_was_asked_for(add: Add, clock: Clock) -> None:
    issued = add("nightly job", Lifetime.TWO_YEARS, ["openid"])
    secret = issued.secret
    assert (secret.description, secret.scopes) == ("nightly job", {ApiScope.OPENID})
    assert (secret.created_at, secret.created_by) == (clock(), "operator")
    assert secret.expires_at == clock().replace(year=2028)
    assert secret.state is SecretState.ACTIVE
    assert (secret.last_used_at, secret.last_used_from, secret.use_count) == (None, None, 0)
    assert (secret.revoked_at, secret.retires_at, secret.replaced_by) == (None, None, None)


def test_without_a_wish_it_has_a_year_and_all_api_scopes(add: Add, clock: Clock) -> None:
    secret = add().secret
    assert secret.description is None
    assert secret.scopes == set(ApiScope)
    assert secret.expires_at == clock().replace(year=2027)


def test_a_secret_that_never_expires_has_no_end(add: Add) -> None:
    assert add(lifetime=Lifetime.NEVER).secret.expires_at is None


def test_the_answer_holds_the_value_with_its_client_id_and_hint(add: Add, application: ApplicationView) -> None:
    issued = add()
    assert issued.client_id == application.client_id
    assert hint_of(issued.value) == issued.secret.hint == issued.value[:11]


def test_descriptions_need_not_be_unique(add: Add) -> None:
    assert add("same").secret.description == add("same").secret.description


def test_created_by_names_the_account_and_who_was_claimed(
    database: Database, clock: Clock, application: ApplicationView
) -> None:
    services = compose(database, clock, operator=Operator("keydesk", "alice"))
    issued = services.client_secrets.add(application.id, NewSecret())
    assert issued.secret.created_by == "alice (claimed, as keydesk)"


def test_a_value_whose_hint_another_secret_has_is_made_again(
    application: ApplicationView, database: Database, clock: Clock
) -> None:
    def values_like_before() -> Callable[[int], bytes]:
        again = dice()
        return lambda count: again(count) if count == 64 else os.urandom(count)

    first, second = (
        compose(database, clock, token_bytes=values_like_before()).client_secrets.add(application.id, NewSecret())
        for _ in range(2)
    )
    assert second.secret.hint != first.secret.hint


# The limit of 20.


def test_the_twenty_first_secret_is_refused_with_what_could_be_revoked(add: Add, clock: Clock) -> None:
    oldest = add().secret
    clock.advance(minutes=1)
    fill(add, 19)
    with pytest.raises(LimitReached) as refused:
        add()
    full = "“billing-api” has 20 of 20 client secrets: revoke one first, such as"
    assert refused.value.sentence == f"{full} {oldest.hint}, which is not used yet."


def test_the_refusal_at_twenty_names_an_expired_secret_before_others(add: Add, clock: Clock) -> None:
    for _ in range(19):
        add(lifetime=Lifetime.NEVER)
    ended = add(lifetime=Lifetime.ONE_YEAR).secret
    clock.advance(days=366)
    with pytest.raises(LimitReached) as refused:
        add()
    assert refused.value.sentence.endswith(f"such as {ended.hint}, which is expired.")


def test_a_refused_secret_leaves_no_row_and_no_activity(add: Add, services: Services, database: Database) -> None:
    fill(add)
    before = services.activity.verify()
    with pytest.raises(LimitReached):
        add()
    assert services.activity.verify() == before
    assert fetched(database, "SELECT count(*) FROM client_secrets") == [(20,)]


def test_expired_secrets_count(add: Add, clock: Clock) -> None:
    fill(add)
    clock.advance(days=400)
    with pytest.raises(LimitReached):
        add()


def test_revoked_secrets_do_not_count(add: Add, services: Services, application: ApplicationView) -> None:
    for _ in range(25):
        issued = add()
        services.client_secrets.revoke(application.id, issued.secret.id)
    fill(add)
    assert services.applications.get(application.id).secrets.counted == 20


def test_revoking_any_of_20_gives_a_place_back(add: Add, services: Services, application: ApplicationView) -> None:
    issued = fill(add)
    for place in (0, 10, 19):
        services.client_secrets.revoke(application.id, issued[place].secret.id)
        add()
        with pytest.raises(LimitReached):
            add()


def test_each_application_has_20_of_its_own(add: Add, services: Services) -> None:
    fill(add)
    other = services.applications.create(NewApplication("other"))
    made = [services.client_secrets.add(other.id, NewSecret()).secret.id for _ in range(20)]
    assert {each.id for each in services.client_secrets.list(other.id)} == set(made)
    with pytest.raises(LimitReached):
        services.client_secrets.add(other.id, NewSecret())


# The list.


def test_the_list_is_newest_first_and_without_the_revoked(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    made = []
    for _ in range(4):
        made.append(add().secret.id)
        clock.advance(minutes=1)
    services.client_secrets.revoke(application.id, made[1])
    assert [view.id for view in services.client_secrets.list(application.id)] == [made[3], made[2], made[0]]


def test_the_history_follows_on_request_the_latest_revoked_first(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    made = [add().secret.id for _ in range(4)]
    for number in (2, 0):
        clock.advance(minutes=1)
        services.client_secrets.revoke(application.id, made[number])
    listed = services.client_secrets.list(application.id, revoked=True)
    assert {view.id for view in listed[:2]} == {made[1], made[3]}
    assert [view.id for view in listed[2:]] == [made[0], made[2]]


def test_an_expired_secret_stays_in_the_list(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    issued = add()
    clock.advance(days=365)
    (listed,) = services.client_secrets.list(application.id)
    assert (listed.id, listed.state) == (issued.secret.id, SecretState.EXPIRED)


def test_a_list_shows_secrets_of_its_application_only(add: Add, services: Services) -> None:
    add()
    other = services.applications.create(NewApplication("other"))
    assert services.client_secrets.list(other.id) == ()
    assert services.client_secrets.list("nobody", revoked=True) == ()


def test_a_hint_or_an_id_names_a_secret_and_the_revoked_ones_too(
    add: Add, services: Services, application: ApplicationView
) -> None:
    secret = add().secret
    services.client_secrets.revoke(application.id, secret.id)
    for text in (secret.hint, f" {secret.hint} ", secret.id, secret.id.upper()):
        assert services.client_secrets.resolve(application.id, text).id == secret.id


@pytest.mark.parametrize("text", ["", "kd_", "kd_00000000", "\udcff", "%"])
def test_what_names_no_secret_is_refused(services: Services, application: ApplicationView, add: Add, text: str) -> None:
    add()
    with pytest.raises(NotFound, match="no client secret with this hint or id"):
        services.client_secrets.resolve(application.id, text)


def test_a_secret_of_another_application_cannot_be_reached(
    add: Add, services: Services, application: ApplicationView
) -> None:
    secret = add().secret
    other = services.applications.create(NewApplication("other"))
    with pytest.raises(NotFound):
        services.client_secrets.resolve(other.id, secret.hint)
    for attempt in (
        lambda: services.client_secrets.revoke(other.id, secret.id),
        lambda: services.client_secrets.edit(other.id, secret.id, SecretChanges(description="mine")),
    ):
        with pytest.raises(NotFound, match="This client secret is no longer there"):
            attempt()
    assert services.client_secrets.resolve(application.id, secret.id) == secret


# Editing.


def test_description_expiry_and_api_scopes_can_be_edited_and_nothing_else_changes(
    add: Add, services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    issued = add("old")
    stored = fetched(database, "SELECT hash, hint, created_at, slot FROM client_secrets")
    clock.advance(days=10)
    changes = SecretChanges(description="new", lifetime=Lifetime.ONE_YEAR, scopes=["application"])
    edited = services.client_secrets.edit(application.id, issued.secret.id, changes)
    assert (edited.description, edited.scopes) == ("new", {ApiScope.APPLICATION})
    assert edited.expires_at == clock().replace(year=2027)  # counted from now
    assert fetched(database, "SELECT hash, hint, created_at, slot FROM client_secrets") == stored
    assert services.client_secrets.list(application.id) == (edited,)


def test_an_edited_secret_works_as_edited_at_once(add: Add, services: Services, application: ApplicationView) -> None:
    issued = add()
    services.client_secrets.edit(application.id, issued.secret.id, SecretChanges(scopes=["application"]))
    assert isinstance(log_on(services, application.client_id, issued.value, ApiScope.OPENID), Exception)
    assert not isinstance(log_on(services, application.client_id, issued.value, ApiScope.APPLICATION), Exception)


def test_an_edit_that_changes_nothing_leaves_no_activity(
    add: Add, services: Services, application: ApplicationView
) -> None:
    secret = add("same").secret
    before = services.activity.verify()
    same = SecretChanges(description="same", scopes=list(ApiScope), lifetime=Lifetime.ONE_YEAR)
    services.client_secrets.edit(application.id, secret.id, same)
    services.client_secrets.edit(application.id, secret.id, SecretChanges())
    assert services.activity.verify() == before


def test_an_expired_secret_is_not_revived_but_may_be_described(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    secret = add().secret
    clock.advance(days=365)
    for lifetime in Lifetime:
        with pytest.raises(Refusal) as refused:
            services.client_secrets.edit(application.id, secret.id, SecretChanges(lifetime=lifetime))
        assert (refused.value.field, refused.value.sentence) == (
            "lifetime",
            "An expired secret is not revived; add a new one.",
        )
    edited = services.client_secrets.edit(application.id, secret.id, SecretChanges(description="was the old one"))
    assert (edited.description, edited.state) == ("was the old one", SecretState.EXPIRED)


def test_a_revoked_secret_cannot_be_edited(add: Add, services: Services, application: ApplicationView) -> None:
    secret = add().secret
    services.client_secrets.revoke(application.id, secret.id)
    with pytest.raises(Refusal, match="A revoked secret is history and cannot be edited"):
        services.client_secrets.edit(application.id, secret.id, SecretChanges(description="x"))


# Revoking.


def test_a_revoked_secret_is_refused_at_once_and_for_good(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    issued = add(lifetime=Lifetime.NEVER)
    assert not isinstance(log_on(services, application.client_id, issued.value), Exception)
    revocation = services.client_secrets.revoke(application.id, issued.secret.id)
    assert (revocation.already, revocation.secret.state) == (False, SecretState.REVOKED)
    assert revocation.secret.revoked_at == clock()
    for _ in range(2):
        assert isinstance(log_on(services, application.client_id, issued.value), Exception)
        clock.advance(days=1000)


def test_revoking_again_is_no_error_and_leaves_no_activity(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    secret = add().secret
    first = services.client_secrets.revoke(application.id, secret.id)
    before = services.activity.verify()
    clock.advance(days=1)
    again = services.client_secrets.revoke(application.id, secret.id)
    assert (again.already, again.secret) == (True, first.secret)
    assert services.activity.verify() == before


def test_an_expired_secret_can_be_revoked(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    secret = add().secret
    clock.advance(days=400)
    assert services.client_secrets.revoke(application.id, secret.id).secret.state is SecretState.REVOKED


# While the lock is waited for, time goes on.


class Waiting(Database):
    """A database whose write lock is long in coming: the clock moves on meanwhile."""

    def __init__(self, database: Database, wait: Callable[[], None]) -> None:
        super().__init__(database.engine)
        self.wait = wait

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with super().transaction() as session:
            self.wait()
            yield session


def test_a_secret_that_expires_while_an_edit_waits_is_not_revived(
    add: Add, application: ApplicationView, database: Database, clock: Clock
) -> None:
    secret = add().secret
    clock.advance(days=365, seconds=-5)
    slow = compose(Waiting(database, lambda: clock.advance(seconds=10)), clock)
    with pytest.raises(Refusal, match="not revived"):
        slow.client_secrets.edit(application.id, secret.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))


def test_what_waited_for_the_lock_happened_when_it_had_it(database: Database, clock: Clock) -> None:
    slow = compose(Waiting(database, lambda: clock.advance(seconds=10)), clock)
    made = slow.applications.create(NewApplication("slow"))
    assert made.created_at == clock()
    secret = slow.client_secrets.add(made.id, NewSecret(lifetime=Lifetime.ONE_YEAR)).secret
    assert (secret.created_at, secret.expires_at) == (clock(), clock().replace(year=2027))
    edited = slow.client_secrets.edit(made.id, secret.id, SecretChanges(lifetime=Lifetime.TWO_YEARS))
    assert edited.expires_at == clock().replace(year=2028)
    assert slow.client_secrets.revoke(made.id, secret.id).secret.revoked_at == clock()


# A retiring one; rotating it is in test_rotation.py.


def test_a_retiring_secret_works_until_its_grace_ends_and_keeps_its_end(
    add: Add, services: Services, application: ApplicationView, clock: Clock
) -> None:
    issued = add()
    twin = services.rotations.rotate(application.id, issued.secret.id, Grace.HOUR).issued.secret
    assert not isinstance(log_on(services, application.client_id, issued.value), Exception)
    with pytest.raises(Refusal, match="A retiring secret ends with its grace period") as refused:
        services.client_secrets.edit(application.id, issued.secret.id, SecretChanges(lifetime=Lifetime.NEVER))
    assert refused.value.field == "lifetime"
    clock.advance(hours=1)
    assert isinstance(log_on(services, application.client_id, issued.value), Exception)
    assert [view.id for view in services.client_secrets.list(application.id)] == [twin.id]
