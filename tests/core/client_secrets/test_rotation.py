"""Rotating a client secret: the twin, the grace period, its end, completing and undoing (PRODUCT.md section 3)."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.authentication.authentication import Authenticated
from core.client_secrets.rotation import Rotation
from core.rules.activity_filter import ActivityFilter
from core.rules.errors import LimitReached, LogonRefused, NotFound, Refusal
from core.rules.expiry import Lifetime, SecretState
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.rotation import Grace
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationState, ApplicationView
from core.rules.views.client_secrets import IssuedSecret, SecretView
from core.services import Services
from core.tokens.access_tokens import AccessTokens
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.staging import Clock, everything, fetched, log_on, plain_sql, reason

SECOND = timedelta(seconds=1)
Rotate = Callable[..., Rotation]


@pytest.fixture
def rotate(services: Services, application: ApplicationView, issued: IssuedSecret) -> Rotate:
    """Rotate a secret of the application, by default the one that it has."""
    return lambda grace=Grace.DAY, secret=issued.secret: services.rotations.rotate(application.id, secret.id, grace)


def found(services: Services, secret: SecretView, application: ApplicationView) -> SecretView:
    return services.client_secrets.resolve(application.id, secret.id)


def accepted(services: Services, application: ApplicationView, value: str) -> bool:
    return isinstance(log_on(services, application.client_id, value), Authenticated)


def told(services: Services, action: str) -> list[tuple[object, object]]:
    rows = services.activity.page(None).rows
    return [(row.before, row.after) for row in rows if row.action == action]


# The twin.


def test_the_twin_has_the_same_description_and_api_scopes_and_its_own_value(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock
) -> None:
    old = services.client_secrets.add(application.id, NewSecret("ci", scopes=[ApiScope.OPENID]))
    clock.advance(days=300)
    rotation = rotate(secret=old.secret)
    twin = rotation.issued.secret
    assert (twin.description, twin.scopes, twin.state) == ("ci", {ApiScope.OPENID}, SecretState.ACTIVE)
    assert (twin.created_at, twin.created_by, twin.last_used_at) == (clock(), "operator", None)
    assert rotation.issued.client_id == application.client_id
    assert rotation.issued.value not in (old.value, repr(rotation))
    assert rotation.old.replaced_by == twin.id == services.rotations.twin(application.id, old.secret.id).secret.id  # type: ignore[union-attr]  # it has one
    assert services.rotations.twin(application.id, twin.id) is None


@pytest.mark.parametrize("lifetime", Lifetime)
def test_the_twin_has_the_same_lifetime_counted_from_the_rotation(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock, lifetime: Lifetime
) -> None:
    old = services.client_secrets.add(application.id, NewSecret(lifetime=lifetime)).secret
    clock.advance(days=200)
    twin = rotate(secret=old).issued.secret
    assert twin.expires_at == lifetime.end(clock())
    clock.advance(days=2)
    assert rotate(secret=twin).issued.secret.expires_at == lifetime.end(clock())


@pytest.mark.parametrize(("first", "chosen"), [("1y", "2y"), ("2y", "1y"), ("never", "1y"), ("never", "2y")])
def test_an_edited_expiry_is_the_lifetime_of_the_twin(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock, first: str, chosen: str
) -> None:
    old = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime(first))).secret
    clock.advance(days=300)
    services.client_secrets.edit(application.id, old.id, SecretChanges(lifetime=Lifetime(chosen)))
    services.client_secrets.edit(application.id, old.id, SecretChanges(description="edited once more"))
    clock.advance(days=30)
    assert rotate(secret=old).issued.secret.expires_at == Lifetime(chosen).end(clock())


# The overlap.


def test_during_the_overlap_both_work_and_each_has_its_own_last_use(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    rotation = rotate()
    assert rotation.old.state is SecretState.RETIRING
    assert rotation.old.retires_at == clock() + timedelta(days=1)
    clock.advance(minutes=1)
    log_on(services, application.client_id, issued.value, source="10.0.0.7")
    clock.advance(minutes=1)
    log_on(services, application.client_id, rotation.issued.value, source="10.0.0.8")
    old, twin = (found(services, each, application) for each in (issued.secret, rotation.issued.secret))
    assert (old.last_used_at, old.last_used_from) == (clock() - timedelta(minutes=1), "10.0.0.7")
    assert (twin.last_used_at, twin.last_used_from) == (clock(), "10.0.0.8")
    assert services.applications.get(application.id).secrets.live == 2


@pytest.mark.parametrize("revoked", ["old", "twin"])
def test_revoking_one_of_the_two_leaves_the_other(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, revoked: str
) -> None:
    values = {"old": issued, "twin": rotate().issued}
    services.client_secrets.revoke(application.id, values[revoked].secret.id)
    assert {name: accepted(services, application, each.value) for name, each in values.items()} == {
        "old": revoked != "old",
        "twin": revoked != "twin",
    }


def test_a_secret_works_until_one_second_before_the_end_of_its_grace_and_is_refused_at_the_end(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    log_on(services, application.client_id, issued.value)
    rotate(Grace.HOUR)
    clock.advance(minutes=59, seconds=59)
    asked = (application.client_id, issued.value, ApiScope.OPENID, "10.0.0.7")
    assert services.authentication.at_once(*asked)
    assert accepted(services, application, issued.value)
    clock.advance(seconds=1)
    assert services.authentication.at_once(*asked) is None
    assert reason(log_on(services, application.client_id, issued.value)) == "secret rotated"
    assert services.locks.show(application.id).failed_logons == 0
    assert services.authentication.at_once(*asked) is None


def test_a_retired_secret_is_revoked_for_every_view_though_nobody_has_written_that_down(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock,
    database: Database,
) -> None:  # fmt: skip
    twin = rotate(Grace.HOUR).issued.secret
    clock.advance(hours=1)
    before = everything(database)
    assert services.client_secrets.list(application.id) == (found(services, twin, application),)
    retired = services.client_secrets.list(application.id, revoked=True)[1]
    assert (retired.id, retired.state, retired.revoked_reason) == (issued.secret.id, SecretState.REVOKED, "rotated")
    assert retired.revoked_at == retired.retires_at == clock()
    seen = services.applications.get(application.id)
    assert (seen.secrets.live, seen.secrets.counted, seen.next_expiry) == (1, 1, None)
    assert seen.state is ApplicationState.ACTIVE
    assert services.verification.find(issued.value).reason == "The secret is revoked: it was rotated."
    assert everything(database) == before


def test_the_next_change_of_the_application_writes_the_end_down_without_a_row_of_the_activity(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock, database: Database
) -> None:
    other = services.applications.create(NewApplication("another"))
    rotate(Grace.HOUR)
    clock.advance(hours=2)
    row = "SELECT slot, revoked_at, revoked_reason FROM client_secrets WHERE retires_at IS NOT NULL"
    services.client_secrets.add(other.id, NewSecret())
    assert fetched(database, row) == [(1, None, None)]
    rows = services.activity.verify().rows
    services.client_secrets.add(application.id, NewSecret())
    assert fetched(database, row) == [(None, "2026-05-02 13:00:00.000000", "rotated")]
    assert services.activity.verify().rows == rows + 1


def test_a_retired_secret_makes_room_for_a_twentieth(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock
) -> None:
    for _ in range(18):
        services.client_secrets.add(application.id, NewSecret())
    rotate(Grace.HOUR)
    with pytest.raises(LimitReached):
        services.client_secrets.add(application.id, NewSecret())
    clock.advance(hours=1)
    assert services.applications.get(application.id).secrets.counted == 19
    services.client_secrets.add(application.id, NewSecret())
    assert services.applications.get(application.id).secrets.counted == 20


def test_a_grace_does_not_outlive_the_secrets_own_expiry(
    services: Services, application: ApplicationView, rotate: Rotate, clock: Clock
) -> None:
    old = services.client_secrets.add(application.id, NewSecret()).secret
    clock.advance(days=355)
    assert rotate(Grace.MONTH, old).old.retires_at == old.expires_at
    clock.advance(days=10)
    ended = found(services, old, application)
    assert (ended.state, ended.revoked_reason) == (SecretState.REVOKED, "rotated")


def test_without_a_grace_the_old_one_is_revoked_in_the_same_transaction(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    rotation = rotate(Grace.NOW)
    assert (rotation.old.state, rotation.old.revoked_reason) == (SecretState.REVOKED, "rotated")
    assert rotation.old.revoked_at == clock()
    assert not accepted(services, application, issued.value)
    assert accepted(services, application, rotation.issued.value)
    assert services.applications.get(application.id).secrets.counted == 1


@pytest.mark.parametrize("leaked", [False, True])
@pytest.mark.parametrize("ended_by", ["no grace", "the clock", "completing", "revoking"])
def test_tokens_of_a_rotated_secret_live_on_and_those_of_a_revoked_one_do_not(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock,
    ended_by: str, leaked: bool,
) -> None:  # fmt: skip
    keys = SigningKeys(services.desk, Seal(b"k" * 32, os.urandom))
    tokens = AccessTokens(services.desk, keys, "http://127.0.0.1:8400")
    client = log_on(services, application.client_id, issued.value)
    assert isinstance(client, Authenticated)
    token = tokens.issue(client, None).value
    rotate(Grace.NOW if ended_by == "no grace" else Grace.HOUR)
    if ended_by == "the clock":
        clock.advance(minutes=59)
        token = tokens.issue(client, None).value
        clock.advance(minutes=1)
    elif ended_by == "completing":
        services.rotations.complete(application.id, issued.secret.id)
    elif ended_by == "revoking":
        services.client_secrets.revoke(application.id, issued.secret.id)
    assert not accepted(services, application, issued.value)
    assert bool(tokens.active(token)) == (ended_by != "revoking")
    if leaked:
        services.client_secrets.revoke(application.id, issued.secret.id)
        assert tokens.active(token) is None


@pytest.mark.parametrize("grace", [Grace.NOW, Grace.HOUR])
def test_a_rotated_secret_that_leaked_is_revoked_once_and_keeps_the_time_of_its_end(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock, grace: Grace
) -> None:
    ended_at = rotate(grace).old.retires_at
    clock.advance(hours=2)
    for already in (False, True):
        revocation = services.client_secrets.revoke(application.id, issued.secret.id)
        assert (revocation.already, revocation.was_rotated) == (already, not already)
        assert (revocation.secret.revoked_reason, revocation.secret.revoked_at) == ("revoked", ended_at)
    assert told(services, "secret.revoked") == [({"revoked_reason": "rotated"}, {"revoked_reason": "revoked"})]
    assert reason(log_on(services, application.client_id, issued.value)) == "secret revoked"


# What cannot be rotated.


def test_a_retiring_secret_is_not_rotated_again(rotate: Rotate, services: Services) -> None:
    rotation = rotate()
    with pytest.raises(Refusal) as refused:
        rotate()
    old, twin = rotation.old.hint, rotation.issued.secret.hint
    assert refused.value.sentence == (
        f"{old} is retiring already: {twin} replaces it. Complete or undo that rotation, or rotate {twin}."
    )
    assert rotate(secret=rotation.issued.secret).old.state is SecretState.RETIRING


def test_an_expired_and_a_revoked_secret_are_not_rotated(
    rotate: Rotate, services: Services, application: ApplicationView, issued: IssuedSecret, clock: Clock
) -> None:
    expired = services.client_secrets.add(application.id, NewSecret()).secret
    clock.advance(days=365)
    services.client_secrets.revoke(application.id, issued.secret.id)
    for secret, state in ((expired, "expired"), (issued.secret, "revoked")):
        with pytest.raises(Refusal, match=f"^{secret.hint} is {state} and cannot be rotated: add a new client secret"):
            rotate(secret=secret)


@pytest.mark.parametrize("grace", [Grace.NOW, Grace.HOUR])
def test_a_rotated_secret_names_the_one_to_rotate_instead(rotate: Rotate, clock: Clock, grace: Grace) -> None:
    twin = rotate(grace).issued.secret
    clock.advance(hours=1)
    with pytest.raises(Refusal, match=f"it was rotated, and {twin.hint} replaces it. Rotate {twin.hint} instead"):
        rotate()


def test_a_refused_rotation_leaves_everything_as_it_was(rotate: Rotate, database: Database) -> None:
    rotate()
    before = everything(database)
    with pytest.raises(Refusal):
        rotate()
    assert everything(database) == before


def test_a_secret_of_another_application_is_not_rotated(services: Services, issued: IssuedSecret) -> None:
    other = services.applications.create(NewApplication("another"))
    for change in (services.rotations.complete, services.rotations.undo):
        with pytest.raises(NotFound):
            change(other.id, issued.secret.id)
    with pytest.raises(NotFound):
        services.rotations.rotate(other.id, issued.secret.id, Grace.DAY)
    assert services.rotations.twin(other.id, issued.secret.id) is None


# At the limit.


def test_at_twenty_the_refusal_lists_what_could_be_revoked_the_expired_and_the_longest_unused_first(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    never_used = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER)).secret
    expired = services.client_secrets.add(application.id, NewSecret()).secret
    clock.advance(days=400)
    used = services.client_secrets.add(application.id, NewSecret())
    log_on(services, application.client_id, used.value)
    for _ in range(16):
        clock.advance(hours=1)
        services.client_secrets.add(application.id, NewSecret())
    with pytest.raises(LimitReached) as refused:
        rotate()
    assert refused.value.sentence == (
        f"“billing-api” has 20 of 20 client secrets: revoke one first, such as {expired.hint} (expired), "
        f"{never_used.hint} (never used) or {used.secret.hint} (unused since 2027-06-06). "
        "With no grace it needs no place."
    )
    candidates = refused.value.candidates
    assert [each.id for each in candidates[:3]] == [expired.id, never_used.id, used.secret.id]
    assert len(candidates) == 19
    assert issued.secret.id not in {each.id for each in candidates}
    rotation = services.rotations.rotate(application.id, issued.secret.id, Grace.DAY, revoking=expired.id)
    assert rotation.old.state is SecretState.RETIRING
    assert found(services, expired, application).revoked_reason == "revoked"
    assert [row.action for row in services.activity.page(None, limit=3).rows] == [
        "secret.rotated",
        "secret.added",
        "secret.revoked",
    ]


def test_what_was_to_give_its_place_stays_where_the_rotation_is_refused(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    other = services.client_secrets.add(application.id, NewSecret()).secret
    strange = services.applications.create(NewApplication("another"))
    elsewhere = services.client_secrets.add(strange.id, NewSecret()).secret
    for revoked in (elsewhere.id, issued.secret.id, "nothing"):
        with pytest.raises(NotFound):
            services.rotations.rotate(application.id, issued.secret.id, Grace.DAY, revoking=revoked)
    rotate()
    before = everything(database)
    with pytest.raises(Refusal, match="is retiring already"):
        services.rotations.rotate(application.id, issued.secret.id, Grace.DAY, revoking=other.id)
    assert everything(database) == before


def test_without_a_grace_the_twin_takes_the_place_of_the_old_one_at_twenty_too(
    services: Services, application: ApplicationView, rotate: Rotate
) -> None:
    for _ in range(19):
        services.client_secrets.add(application.id, NewSecret())
    rotate(Grace.NOW)
    assert services.applications.get(application.id).secrets.counted == 20


# Completing and undoing.


def test_completing_ends_the_grace_at_once(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    twin = rotate(Grace.WEEK).issued
    clock.advance(hours=5)
    old = services.rotations.complete(application.id, issued.secret.id)
    assert (old.state, old.revoked_reason, old.revoked_at) == (SecretState.REVOKED, "rotated", clock())
    assert not accepted(services, application, issued.value)
    assert accepted(services, application, twin.value)
    assert services.applications.get(application.id).secrets.counted == 1


def test_undoing_revokes_the_twin_and_leaves_the_old_one_as_it_was(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    row = "SELECT * FROM client_secrets WHERE id = :id"
    before = fetched(database, row, id=issued.secret.id)
    twin = rotate().issued
    old = services.rotations.undo(application.id, issued.secret.id)
    assert old == issued.secret
    assert fetched(database, row, id=issued.secret.id) == before
    assert not accepted(services, application, twin.value)
    assert accepted(services, application, issued.value)
    assert rotate().old.state is SecretState.RETIRING


def test_a_rotation_whose_twin_was_used_cannot_be_undone(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    twin = rotate().issued
    log_on(services, application.client_id, twin.value)
    before = everything(database)
    with pytest.raises(
        Refusal, match=f"{twin.secret.hint} was used: while it works, this rotation can only be completed"
    ):
        services.rotations.undo(application.id, issued.secret.id)
    assert everything(database) == before


def test_a_rotation_whose_twin_was_revoked_unused_can_be_undone(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate
) -> None:
    twin = rotate().issued.secret
    services.client_secrets.revoke(application.id, twin.id)
    assert services.rotations.undo(application.id, issued.secret.id) == issued.secret
    assert len(told(services, "secret.revoked")) == 1


def test_a_used_twin_that_leaked_and_was_revoked_leaves_a_way_to_keep_the_old_one(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    twin = rotate().issued
    log_on(services, application.client_id, twin.value)
    services.client_secrets.revoke(application.id, twin.secret.id)
    hint = twin.secret.hint
    with pytest.raises(Refusal, match=f"and {hint}, which replaces it, is revoked. Undo that rotation to keep"):
        rotate()
    with pytest.raises(Refusal, match="edit what replaces it, or undo the rotation"):
        services.client_secrets.edit(application.id, issued.secret.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))
    assert services.rotations.undo(application.id, issued.secret.id) == issued.secret
    clock.advance(days=2)
    assert accepted(services, application, issued.value)
    assert not accepted(services, application, twin.value)


def test_a_used_twin_that_expired_stays_expired_when_its_rotation_is_undone(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database,
    clock: Clock,
) -> None:  # fmt: skip
    twin = rotate(Grace.WEEK).issued
    log_on(services, application.client_id, twin.value)
    plain_sql(database, "UPDATE client_secrets SET expires_at = :end WHERE id = :id",
              end="2026-05-03 12:00:00.000000", id=twin.secret.id)  # fmt: skip
    clock.advance(days=2)
    assert services.rotations.undo(application.id, issued.secret.id).state is SecretState.ACTIVE
    assert found(services, twin.secret, application).state is SecretState.EXPIRED


def test_a_twin_that_was_rotated_in_its_turn_is_undone_first(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    twin = rotate(Grace.WEEK).issued.secret
    rotate(secret=twin)
    before = everything(database)
    obstacle = f"{twin.hint} was rotated in its turn: undo that first, or only complete this one."
    with pytest.raises(Refusal) as refused:
        services.rotations.undo(application.id, issued.secret.id)
    seen = services.rotations.twin(application.id, issued.secret.id)
    assert seen is not None
    assert refused.value.sentence == seen.obstacle == obstacle
    assert everything(database) == before
    services.rotations.undo(application.id, twin.id)
    assert services.rotations.undo(application.id, issued.secret.id) == issued.secret


@pytest.mark.parametrize("ended", ["rotated", "revoked"])
def test_what_came_after_a_twin_that_has_ended_must_have_ended_too(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, ended: str
) -> None:
    twin = rotate(Grace.WEEK).issued.secret
    last = rotate(Grace.DAY if ended == "revoked" else Grace.NOW, twin).issued
    if ended == "revoked":
        services.client_secrets.revoke(application.id, twin.id)
    log_on(services, application.client_id, last.value)
    with pytest.raises(Refusal, match=f"^{last.secret.hint} follows {twin.hint}: while it works"):
        services.rotations.undo(application.id, issued.secret.id)
    services.client_secrets.revoke(application.id, last.secret.id)
    assert services.rotations.undo(application.id, issued.secret.id) == issued.secret


def test_a_ring_of_rotations_that_plain_sql_has_made_is_walked_once(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    twin = rotate().issued.secret
    services.client_secrets.revoke(application.id, twin.id)
    plain_sql(database, "UPDATE client_secrets SET replaced_by = :id WHERE id = :id", id=twin.id)
    assert services.rotations.undo(application.id, issued.secret.id).state is SecretState.ACTIVE


def test_a_refused_rotation_leads_to_the_secret_that_works_now(
    rotate: Rotate, services: Services, application: ApplicationView
) -> None:
    first = rotate(Grace.WEEK)
    second = rotate(secret=first.issued.secret).issued
    hints = first.old.hint, second.secret.hint
    said = "{} is retiring already: {} replaces it. Complete that rotation, or rotate {}.".format(*hints, hints[1])
    with pytest.raises(Refusal) as refused:
        rotate()
    assert refused.value.sentence == said
    services.rotations.complete(application.id, first.old.id)
    with pytest.raises(Refusal, match=f"{hints[1]} replaces it. Rotate {hints[1]} instead"):
        rotate()
    services.client_secrets.revoke(application.id, second.secret.id)
    with pytest.raises(Refusal, match="is revoked and cannot be rotated: add a new client secret instead"):
        rotate()


def test_undoing_is_named_only_while_it_is_possible(
    rotate: Rotate, services: Services, application: ApplicationView
) -> None:
    twin = rotate().issued
    log_on(services, application.client_id, twin.value)
    with pytest.raises(Refusal, match=f"Complete that rotation, or rotate {twin.secret.hint}"):
        rotate()
    last = rotate(secret=twin.secret).issued.secret
    services.client_secrets.revoke(application.id, last.id)
    with pytest.raises(Refusal, match=f"is retiring already. {twin.secret.hint} was rotated in its turn: undo that"):
        rotate()


def test_a_rotated_secret_whose_twin_was_revoked_says_that_a_new_one_is_needed(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate
) -> None:
    twin = rotate(Grace.NOW).issued.secret
    services.client_secrets.revoke(application.id, twin.id)
    with pytest.raises(Refusal, match=f"^{issued.secret.hint} is revoked and cannot be rotated: add a new client"):
        rotate()


def test_what_does_not_retire_can_be_neither_completed_nor_undone(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    changes = (services.rotations.complete, services.rotations.undo)
    for change in changes:
        with pytest.raises(Refusal, match="is active, not retiring: there is no rotation to complete or undo"):
            change(application.id, issued.secret.id)
    rotate(Grace.HOUR)
    clock.advance(hours=1)
    for change in changes:
        with pytest.raises(Refusal, match=f"The rotation of {issued.secret.hint} is complete already: it is revoked"):
            change(application.id, issued.secret.id)


# What is written down, and what goes.


def test_each_step_is_told_with_before_and_after(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    first = rotate().issued.secret
    end = (clock() + timedelta(days=1)).isoformat()
    as_it_was = {"state": "active", "retires_at": None, "replaced_by": None}
    retiring = {"state": "retiring", "retires_at": end, "replaced_by": first.hint}
    assert told(services, "secret.rotated") == [(as_it_was, retiring)]
    [added, _] = told(services, "secret.added")
    assert added[1]["hint"] == first.hint  # type: ignore[index]  # a mapping
    services.rotations.undo(application.id, issued.secret.id)
    assert told(services, "secret.rotation_undone") == [(retiring, as_it_was)]
    assert told(services, "secret.revoked") == [({"state": "active"}, {"state": "revoked"})]
    rotate()
    clock.advance(seconds=1)
    services.rotations.complete(application.id, issued.secret.id)
    done = ({"state": "retiring", "retires_at": end}, {"state": "revoked", "retires_at": clock().isoformat()})
    assert told(services, "secret.rotation_completed") == [done]
    assert services.activity.verify().ok


def test_no_activity_holds_a_value(services: Services, rotate: Rotate) -> None:
    value = rotate().issued.value
    assert value not in repr(services.activity.page(None).rows)


def test_an_application_with_a_chain_of_rotations_is_deleted_with_all_of_them(
    services: Services, application: ApplicationView, rotate: Rotate, database: Database
) -> None:
    rotate(Grace.DAY, rotate(Grace.NOW).issued.secret)
    services.applications.delete(application.id, application.name)
    assert fetched(database, "SELECT count(*) FROM client_secrets") == [(0,)]


def test_a_retiring_secret_may_be_revoked_outright_and_stays_so(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, clock: Clock
) -> None:
    rotate(Grace.HOUR)
    revocation = services.client_secrets.revoke(application.id, issued.secret.id)
    assert (revocation.secret.revoked_reason, revocation.already) == ("revoked", False)
    clock.advance(hours=2)
    assert services.client_secrets.revoke(application.id, issued.secret.id).already
    assert found(services, issued.secret, application).revoked_reason == "revoked"
    assert isinstance(log_on(services, application.client_id, issued.value), LogonRefused)


def test_what_others_wrote_about_the_past_spoils_no_rotation(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate, database: Database
) -> None:
    plain_sql(database, "UPDATE client_secrets SET created_at = '9999-12-31 00:00:00.000000', expires_at = :end",
              end="9999-12-31 00:00:00.000000")  # fmt: skip
    assert rotate().issued.secret.state is SecretState.ACTIVE


def test_a_filter_for_the_actions_of_secrets_finds_what_became_of_rotations(
    services: Services, application: ApplicationView, issued: IssuedSecret, rotate: Rotate
) -> None:
    rotate()
    services.rotations.undo(application.id, issued.secret.id)
    rotate()
    services.rotations.complete(application.id, issued.secret.id)
    found = {row.action for row in services.activity.page(None, ActivityFilter(action="secret.")).rows}
    assert found >= {"secret.rotation_undone", "secret.rotation_completed"}
