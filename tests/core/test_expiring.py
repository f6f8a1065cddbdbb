"""What expires next: which credentials are on the list, in which order, and that its pages add up."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from core.expiring import Expiring, ExpiringOrder, ExpiringSort
from core.rules.expiry import SecretState
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.text import folded
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.expiring import ExpiringCount, ExpiringView
from core.services import Services
from store.database import Database, open_database
from tests.certs import certificate, pem
from tests.certs import name as named
from tests.staging import NOON, Clock, compose, dice, log_on, plain_sql

TICK = timedelta(microseconds=1)
MONTH = timedelta(days=30)
ALL = ExpiringOrder(days=None)
ORDERS = [
    ExpiringOrder(days, search, sort, reverse)
    for days in (30, None)
    for search in ("", "a")
    for sort in ExpiringSort
    for reverse in (False, True)
]


def ends(services: Services, application: ApplicationView, name: str, at: datetime) -> str:
    """Make a secret that ends at a moment of the test's choice, and return its id."""
    secret = services.client_secrets.add(application.id, NewSecret(name)).secret
    set_end(services.desk.database, secret.id, "expires_at", at)
    return secret.id


def retires(services: Services, application: ApplicationView, name: str, at: datetime) -> str:
    """Make a secret that another one replaces, with a grace period until *at*."""
    old, twin = (services.client_secrets.add(application.id, NewSecret(name)).secret.id for _ in range(2))
    plain_sql(services.desk.database, "UPDATE client_secrets SET replaced_by = :twin WHERE id = :id", twin=twin, id=old)
    set_end(services.desk.database, old, "retires_at", at)
    return old


def set_end(database: Database, secret_id: str, column: str, at: datetime) -> None:
    written = at.strftime("%Y-%m-%d %H:%M:%S.%f")
    plain_sql(database, f"UPDATE client_secrets SET {column} = :at WHERE id = :id", at=written, id=secret_id)


def listed(services: Services, order: ExpiringOrder | None = None) -> tuple[ExpiringView, ...]:
    page = services.expiring.start(order or ExpiringOrder(), 1000)
    assert page.total == len(page.rows)
    return page.rows


def names(services: Services, order: ExpiringOrder | None = None) -> list[str | None]:
    return [row.description for row in listed(services, order)]


def test_soonest_comes_first_over_all_applications(services: Services, application: ApplicationView) -> None:
    other = services.applications.create(NewApplication("other"))
    ends(services, application, "in 20 d", NOON + timedelta(days=20))
    ends(services, other, "in 2 h", NOON + timedelta(hours=2))
    ends(services, application, "in 3 d", NOON + timedelta(days=3))
    ends(services, other, "2 h ago", NOON - timedelta(hours=2))
    assert [(row.description, row.days_left, row.state) for row in listed(services)] == [
        ("2 h ago", -1, SecretState.EXPIRED),
        ("in 2 h", 0, SecretState.EXPIRING),
        ("in 3 d", 3, SecretState.EXPIRING),
        ("in 20 d", 20, SecretState.EXPIRING),
    ]
    assert services.expiring.count(30) == ExpiringCount(30, ended=1, ending=3)


def test_window_reaches_as_far_back_as_ahead_to_the_microsecond(
    services: Services, application: ApplicationView
) -> None:
    for name, at in {
        "too long ago": NOON - MONTH - TICK,
        "just": NOON - MONTH,
        "now": NOON,
        "next": NOON + TICK,
        "still": NOON + MONTH,
        "too far": NOON + MONTH + TICK,
    }.items():
        ends(services, application, name, at)
    assert names(services) == ["just", "now", "next", "still"]
    assert services.expiring.count(30) == ExpiringCount(30, ended=2, ending=2)
    assert names(services, ExpiringOrder(days=0)) == ["now"]
    assert names(services, ALL) == ["too long ago", "just", "now", "next", "still", "too far"]


def test_what_never_ends_or_was_revoked_is_not_listed(services: Services, application: ApplicationView) -> None:
    revoked = ends(services, application, "revoked", NOON + timedelta(days=1))
    services.client_secrets.revoke(application.id, revoked)
    plain_sql(services.desk.database, "UPDATE client_secrets SET expires_at = NULL WHERE id <> :id", id=revoked)
    services.client_secrets.add(application.id, NewSecret("live for a year"))
    assert names(services) == []
    assert names(services, ALL) == ["live for a year"]
    assert services.expiring.count(30) == ExpiringCount(30, ended=0, ending=0)


def test_retiring_secret_is_listed_by_the_end_of_its_grace_until_that_is_over(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    end = NOON + timedelta(days=7)
    retires(services, application, "rotated", end)
    (row,) = listed(services)
    assert (row.state, row.expires_at, row.days_left) == (SecretState.RETIRING, end, 7)
    clock.time = end - TICK
    assert [row.state for row in listed(services)] == [SecretState.RETIRING]
    clock.time = end
    assert listed(services) == ()


def test_retiring_secret_that_expires_before_its_grace_ends_is_listed_by_its_expiry(
    services: Services, application: ApplicationView
) -> None:
    old = retires(services, application, "rotated late", NOON + timedelta(days=7))
    set_end(services.desk.database, old, "expires_at", NOON + timedelta(days=2))
    assert [row.days_left for row in listed(services)] == [2]


def test_secrets_of_a_disabled_application_ask_for_nothing_but_are_among_all(
    services: Services, application: ApplicationView
) -> None:
    ends(services, application, "soon", NOON + timedelta(days=1))
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert listed(services) == ()
    assert services.expiring.count(30) == ExpiringCount(30, ended=0, ending=0)
    assert [row.enabled for row in listed(services, ALL)] == [False]


def test_row_tells_whose_it_is_and_when_it_was_last_used(services: Services, application: ApplicationView) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    log_on(services, application.client_id, issued.value, source="10.0.0.7")
    (row,) = listed(services, ALL)
    assert (row.kind, row.id, row.hint) == ("secret", issued.secret.id, issued.secret.hint)
    assert (row.application, row.application_id) == (application.name, application.id)
    assert row.client_id == application.client_id
    assert (row.last_used_at, row.last_used_from) == (NOON, "10.0.0.7")


def test_search_finds_by_application_description_hint_and_client_id(services: Services) -> None:
    applications = [services.applications.create(NewApplication(name)) for name in ("Ärger", "billing")]
    one, other = (services.client_secrets.add(each.id, NewSecret(f"of {each.name}")) for each in applications)
    for search in ("ärg", "OF Ä", one.secret.hint, one.secret.hint[3:].lower(), one.value, one.client_id[:13]):
        assert names(services, ExpiringOrder(None, search)) == ["of Ärger"], search
    assert set(names(services, ExpiringOrder(None, "kd_"))) == {"of Ärger", "of billing"}
    assert names(services, ExpiringOrder(None, "of BILL")) == ["of billing"]
    assert names(services, ExpiringOrder(None, "%")) == []
    assert other.value not in repr(ExpiringOrder(None, other.value))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Sixty secrets of twelve applications, many of which end or were used at the same moment."""
    home = tmp_path_factory.mktemp("crowd")
    home.chmod(0o700)
    services = compose(open_database(home / "keydesk.db"), Clock(), token_bytes=dice())
    chance = random.Random(5)
    for number in range(12):
        application = services.applications.create(NewApplication(f"{chance.choice('abcÄß')}-{number}"))
        for name in "aXyzé":
            at = NOON + chance.choice((-40, -1, 0, 1, 1, 2, 20, 40)) * timedelta(days=1)
            ends(services, application, name, at)
        if chance.random() < 0.4:
            services.applications.change(application.id, ApplicationChanges(enabled=False))
    plain_sql(
        services.desk.database,
        "UPDATE client_secrets SET last_used_at = '2026-05-01 12:00:00.000000' WHERE description IN ('a', 'X')",
    )
    yield services
    services.close()


@pytest.fixture
def crowd(crowded: Services) -> Expiring:
    """Look at the sixty without changing them."""
    return crowded.expiring


def test_the_crowd_has_ties_and_what_neither_is_soon_nor_enabled(crowd: Expiring) -> None:
    soon, everything = (crowd.start(ExpiringOrder(days), 1000).rows for days in (30, None))
    assert 10 < len(soon) < len(everything) == 60
    assert len({row.expires_at for row in soon}) < 8


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_pages_downwards_upwards_and_by_number_equal_the_whole_list(crowd: Expiring, order: ExpiringOrder) -> None:
    rows = crowd.start(order, 1000).rows
    assert rows
    down = list(crowd.start(order, 7).rows)
    while page := crowd.after(order, down[-1], 7).rows:
        down += page
    up = list(crowd.end(order, 7).rows)
    while page := crowd.before(order, up[0], 7).rows:
        up[:0] = page
    numbered = [row for offset in range(0, len(rows), 7) for row in crowd.at(order, offset, 7).rows]
    assert tuple(down) == tuple(up) == tuple(numbered) == rows
    around = crowd.around(order, rows[len(rows) // 2], 5)
    assert around.offset is not None
    assert around.rows == rows[around.offset : around.offset + 5]
    assert rows[len(rows) // 2] in around.rows


@pytest.mark.parametrize("reverse", [False, True])
def test_ties_go_by_what_ends_sooner(crowd: Expiring, reverse: bool) -> None:
    by_use = crowd.start(ExpiringOrder(None, "", ExpiringSort.LAST_USED, reverse), 1000).rows
    never = NOON - timedelta(days=36500)
    keys = [(row.last_used_at or never, row.expires_at) for row in by_use]
    assert keys == sorted(keys, reverse=reverse)
    by_name = crowd.start(ExpiringOrder(None, "", ExpiringSort.APPLICATION, reverse), 1000).rows
    keyed = [(folded(row.application), row.expires_at) for row in by_name]
    assert keyed == sorted(keyed, reverse=reverse)


# Certificates.


def add_certificate(services: Services, application: ApplicationView, cn: str, end: datetime) -> CertificateView:
    made = certificate(subject=named(cn=cn), start=NOON - 2 * MONTH, end=end)
    return services.certificates.add(application.id, pem(made))


def test_certificates_stand_among_the_secrets(services: Services, application: ApplicationView, clock: Clock) -> None:
    soon = add_certificate(services, application, "soon", NOON + timedelta(days=3))
    ended = add_certificate(services, application, "ended", NOON + TICK * 1_000_000)
    add_certificate(services, application, "later", NOON + 2 * MONTH)
    secret = ends(services, application, "a secret", NOON + timedelta(days=2))
    clock.advance(days=1)
    rows = listed(services)
    assert [row.id for row in rows] == [ended.id, secret, soon.id]
    assert [row.kind for row in rows] == ["certificate", "secret", "certificate"]
    assert [row.state for row in rows] == [SecretState.EXPIRED, SecretState.EXPIRING, SecretState.EXPIRING]
    assert [row.subject for row in rows] == ["CN=ended,O=Shop", None, "CN=soon,O=Shop"]
    assert (rows[2].hint, rows[2].expires_at, rows[2].days_left) == (soon.thumbprint[:16], soon.not_after, 2)
    assert services.expiring.count(30) == ExpiringCount(30, 1, 2)
    services.certificates.delete(application.id, soon.id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert listed(services) == ()
    assert {row.kind for row in listed(services, ALL)} == {"certificate", "secret"}


def test_a_certificate_is_found_by_description_subject_and_thumbprint(
    services: Services, application: ApplicationView
) -> None:
    added = add_certificate(services, application, "Till 7", NOON + timedelta(days=3))
    services.certificates.describe(application.id, added.id, "by the door")
    ends(services, application, "a secret", NOON + timedelta(days=2))
    for search in ("till", "O=SHOP", "the door", added.thumbprint[:4], added.thumbprint[:12].upper()):
        assert [row.id for row in listed(services, ExpiringOrder(search=search))] == [added.id], search
    assert listed(services, ExpiringOrder(search="%")) == ()
