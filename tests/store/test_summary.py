"""What the list is sorted and counted by in SQL is what the rules say in Python, to the microsecond."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, delete

from core.present import lock_columns, lock_of
from core.rules.clocks import Clocks, Uptime
from core.rules.expiry import SecretState, secret_state
from core.rules.limits import EXPIRING_WITHIN, LOCKED_FOR
from core.rules.lockout import OPEN, LockCount
from core.rules.requests.applications import NewApplication
from core.rules.views.applications import ApplicationState
from store.database import Database
from store.queries import applications as queries
from store.tables import Application, ClientSecret
from tests.staging import NOON, Clock, compose

TICK = timedelta(microseconds=1)
UPTIME = Uptime("this boot", 7_200_000)
HOUR = 3_600_000
CLOCKS = Clocks(NOON, UPTIME)
NEVER = datetime.max.replace(tzinfo=NOON.tzinfo)
NEAR_AN_EDGE = [
    NOON + edge + step for edge in (0 * TICK, EXPIRING_WITHIN, LOCKED_FOR) for step in (-TICK, 0 * TICK, TICK)
]

ends = st.sampled_from([None, *NEAR_AN_EDGE])
passed = st.sampled_from([UPTIME.passed + edge + step for edge in (0, HOUR) for step in (-1, 0, 1)])
measured = st.none() | st.builds(Uptime, st.sampled_from([UPTIME.boot, "another boot"]), passed)
locks = st.just(OPEN) | st.builds(LockCount, st.just(5), st.sampled_from(NEAR_AN_EDGE), measured)
secrets = st.lists(st.tuples(ends, ends, st.booleans()), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(secrets, locks, st.booleans())
@example([(end, None, False) for end in NEAR_AN_EDGE], OPEN, True)
@example([(None, end, False) for end in NEAR_AN_EDGE], OPEN, True)
@example([(NOON + EXPIRING_WITHIN, None, False)], OPEN, True)
@example([(NOON + EXPIRING_WITHIN + TICK, None, False)], OPEN, True)
@example([], LockCount(5, NOON + TICK), True)
@example([], LockCount(5, NOON), True)
@example([], LockCount(5, NOON, Uptime(UPTIME.boot, UPTIME.passed + 1)), True)
@example([], LockCount(5, NOON + TICK, UPTIME), True)
@example([], LockCount(5, NOON + TICK, Uptime("another boot", UPTIME.passed)), True)
@example([], LockCount(5, NOON, Uptime(UPTIME.boot, UPTIME.passed + HOUR + 1)), True)
@pytest.mark.slow
def test_sql_and_the_rules_agree_at_every_edge_of_time(
    database: Database,
    made: list[tuple[datetime | None, datetime | None, bool]],
    locked: LockCount,
    enabled: bool,
) -> None:
    application_id = put(database, made, locked, enabled)
    with database.read() as session:
        row = queries.one(session, col(Application.id) == application_id, CLOCKS)
    assert row is not None
    states = [
        secret_state(NOON, revoked_at=NOON if revoked else None, expires_at=expires, retires_at=retires)
        for expires, retires, revoked in made
    ]
    live = [
        min(expires or NEVER, retires or NEVER)
        for (expires, retires, _), state in zip(made, states, strict=True)
        if state.works
    ]
    assert row.counted == sum(state is not SecretState.REVOKED for state in states)
    assert row.live == len(live)
    assert row.next_expiry == min((end for end in live if end != NEVER), default=None)
    assert row.state == application_state(row.Application, live)


def application_state(application: Application, live: list[datetime]) -> ApplicationState:
    """Say the state as PRODUCT.md section 2 does: the first that applies."""
    if not application.enabled:
        return ApplicationState.DISABLED
    if lock_of(application).is_locked(CLOCKS):
        return ApplicationState.LOCKED
    if live and max(live) <= NOON + EXPIRING_WITHIN:
        return ApplicationState.EXPIRING
    return ApplicationState.ACTIVE


def put(
    database: Database,
    made: list[tuple[datetime | None, datetime | None, bool]],
    locked: LockCount,
    enabled: bool,
) -> str:
    """Leave one application in the database, with these secrets."""
    with database.transaction() as session:
        session.exec(delete(Application))
    made_by_services = compose(database, Clock()).applications.create(NewApplication("billing"))
    with database.transaction() as session:
        application = session.get_one(Application, made_by_services.id)
        application.enabled = enabled
        application.sqlmodel_update(lock_columns(locked))
        for number, (expires, retires, revoked) in enumerate(made, 1):
            session.add(secret(application, number, expires, retires, revoked=revoked))
    return made_by_services.id


def secret(
    owner: Application, number: int, expires: datetime | None, retires: datetime | None, *, revoked: bool
) -> ClientSecret:
    return ClientSecret(
        id=f"secret-{number}",
        application_id=owner.id,
        slot=None if revoked else number,
        hint=f"hint-{number}",
        hash="$argon2id$",
        for_application=True,
        for_application_users=True,
        for_openid=True,
        created_at=NOON,
        created_by="operator",
        expires_at=expires,
        retires_at=retires,
        replaced_by=f"secret-{number}" if retires else None,
        revoked_at=NOON if revoked else None,
        revoked_reason="revoked" if revoked else None,
    )
