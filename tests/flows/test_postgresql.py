"""The same statements on PostgreSQL, for where one machine is outgrown: on a real server, as on a file."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.apis.apis import held
from core.authentication.assertions import Assertions
from core.authentication.presented_assertion import PresentedAssertion
from core.rules.denials import Denial
from core.rules.errors import Refusal
from core.rules.requests.apis import NewApi
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.services import Services
from store.database import open_database
from store.engine import server_engine
from store.migrations.upgrade import upgrade
from store.tables import Table
from tests.cluster import MODEL, new_database, programs, running
from tests.core.issuer import issuing, jwk
from tests.processes import ROOT, at_once
from tests.staging import Clock, compose, log_on, plain_sql
from tests.web.asserting import Signer
from tests.web.client import Client, basic
from tests.web.conftest import ISSUER, server_of
from web.app import application as http_face

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NOUNS = (
    *("applications", "application_list", "client_secrets", "certificates", "jwt_trusts", "rotation", "expiring"),
    *("authentication", "failed_logons", "refused_logons", "access_tokens", "apis", "subscriptions", "gatekeeper"),
    *("trusted_keys", "activity"),
)
WITHOUT_SECRET = ("private_key_jwt", "mutual_tls")
OF_FILES = (
    *("race_for_the_last_place", "writes_the_end_down_without", "time_cannot_be_read", "cannot_be_read_is_a_refusal"),
    *("head_that_is_gone_or_no_number", "time_that_cannot_be_read", "planted_time"),
    "name_that_changes_while_somebody_scrolls",  # which it finds in any case, where SQLite knows ASCII alone
)
"""What these tests plant or look at is so in SQLite alone."""
FULL = "“billing” has 20 of 20 client secrets: revoke one first"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    where = programs()
    if where is None:
        pytest.skip("there is no PostgreSQL server here: apt install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'keydesk[postgres]'")
    with running(where) as url:
        open_database(new_database(url, MODEL)).close()
        yield url


@pytest.fixture
def on_server(server: str) -> Iterator[Services]:
    services = compose(open_database(new_database(server)), Clock())
    yield services
    services.close()


def test_the_services_keep_their_promises_there_too(server: str) -> None:
    files = [str(next(ROOT.glob(f"tests/core/**/test_{noun}.py"))) for noun in NOUNS]
    files += [f"tests/web/test_{method}.py" for method in WITHOUT_SECRET]
    command = [sys.executable, "-m", "pytest", "-q", "-k", " and ".join(f"not {name}" for name in OF_FILES), *files]
    seen = {**os.environ, "KEYDESK_TEST_SERVER": server}
    done = subprocess.run(command, cwd=ROOT, env=seen, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]


def add_one(_number: int, url: str, application_id: str) -> str:
    services = compose(open_database(url), Clock())
    try:
        services.client_secrets.add(application_id, NewSecret())
    except Refusal as refusal:
        return refusal.sentence.partition(",")[0]
    finally:
        services.close()
    return "added"


def fail_once(_number: int, url: str, client_id: str) -> str:
    services = compose(open_database(url), Clock())
    log_on(services, client_id)
    services.close()
    return "refused"


def test_8_processes_at_18_of_20_make_exactly_20_and_5_failures_count_5(server: str) -> None:
    url = new_database(server)
    services = compose(open_database(url), Clock())
    owner = services.applications.create(NewApplication("billing"))
    for _ in range(18):
        services.client_secrets.add(owner.id, NewSecret())
    assert Counter(at_once(8, add_one, url, owner.id)) == Counter({"added": 2, FULL: 6})
    at_once(5, fail_once, url, owner.client_id)
    assert services.applications.get(owner.id).locked_until is not None
    report = services.activity.verify()
    services.close()
    assert (report.ok, report.rows) == (True, 1 + 18 + 2 + 2)  # five alike are one row, and the lock


def test_fetch_now_and_logons_by_assertion_never_wait_for_each_other_for_good(on_server: Services) -> None:
    owner = on_server.applications.create(NewApplication("billing"))
    assertions = Assertions(on_server.desk, on_server.trusted_keys, [ISSUER])
    end = int(on_server.desk.now().timestamp()) + 60

    def log_on(number: int) -> str:
        said = {"iss": owner.client_id, "sub": owner.client_id, "aud": ISSUER, "exp": end, "jti": f"{number}"}
        return assertions.client(PresentedAssertion(Signer().sign(said)), None, None).client_id

    with issuing() as issuer, ThreadPoolExecutor(2) as threads:
        issuer.publish(jwk("P-256", "first"))
        trust = on_server.jwt_trusts.add(owner.id, NewTrust(jwks_uri=issuer.jwks_uri))
        logons = threads.map(log_on, range(400))
        for number in range(100):
            issuer.publish(jwk("P-256", "first"), jwk("P-384", f"{number}"))
            assert on_server.jwt_trusts.fetch(owner.id, trust.id).failure is None
        assert set(logons) == {owner.client_id}


async def test_a_token_counts_until_its_secret_is_revoked(on_server: Services) -> None:
    owner = on_server.applications.create(NewApplication("billing"))
    on_server.applications.change(owner.id, ApplicationChanges(scopes=["read"]))
    issued = on_server.client_secrets.add(owner.id, NewSecret())
    client = Client(http_face(server_of(on_server)))
    header = basic(issued.client_id, issued.value)
    for _ in range(3):  # the first is verified, the others are remembered
        answer = await client.post("/oauth2/token", {"grant_type": "client_credentials"}, header)
    asked = {"token": answer.document["access_token"]}
    assert (await client.post("/oauth2/introspect", asked, header)).document["active"]
    on_server.client_secrets.revoke(owner.id, issued.secret.id)
    other = on_server.client_secrets.add(owner.id, NewSecret())
    again = await client.post("/oauth2/introspect", asked, basic(other.client_id, other.value))
    assert again.document == {"active": False}


def test_a_count_beyond_32_bits_is_written_and_keeps_nobody_elses_from_being_written(on_server: Services) -> None:
    busy, quiet = (on_server.applications.create(NewApplication(name)) for name in ("busy", "quiet"))
    api = on_server.apis.create(NewApi("weather", "/weather"))
    issued = on_server.client_secrets.add(busy.id, NewSecret())
    callers, uses, now = on_server.gatekeeper.callers, on_server.authentication.uses, on_server.desk.now()
    callers.note((api.id, busy.id), now)
    callers.flush()
    for column in ("api_callers SET calls", "client_secrets SET use_count"):
        plain_sql(on_server.desk.database, f"UPDATE {column} = 2147483647")
    callers.note((api.id, busy.id), now)
    callers.note((api.id, quiet.id), now)
    uses.note(issued.secret.id, now, None)
    callers.flush()
    uses.flush()
    assert {caller.calls for caller in on_server.subscriptions.of_api(api.id)} == {2**31, 1}
    assert on_server.client_secrets.list(busy.id)[0].use_count == 2**31


def test_0007_widens_the_counts_that_stand_there(server: str) -> None:
    engine = server_engine(new_database(server, "older"))
    upgrade(engine, None, target="0006")
    upgrade(engine, None)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        told = [change for change in compare_metadata(context, Table.metadata) if "modify_type" in str(change)]
        wide = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name IN ('use_count', 'calls') AND data_type = 'bigint'"
            " ORDER BY table_name"
        )
        assert [name for (name,) in wide] == ["api_callers", "certificates", "client_secrets", "jwt_trusts"]
    engine.dispose()
    assert told == []


def test_two_servers_write_refused_calls_of_the_same_applications_and_lose_none(
    two: tuple[Services, Services],
) -> None:
    one, _ = two
    owners = [one.applications.create(NewApplication(f"app {number}")) for number in range(20)]
    rounds = 15

    def flush(services: Services, order: int) -> None:
        for _ in range(rounds):
            services.desk.now.advance(minutes=2)  # type: ignore[attr-defined]  # a clock of the tests
            for owner in owners[::order]:
                services.gatekeeper.refused.note(owner.client_id, "weather", Denial.NOT_SUBSCRIBED, "10.0.0.1")
            services.gatekeeper.refused.flush_all()

    side_by_side(*(partial(flush, services, order) for services, order in zip(two, (1, -1), strict=True)))
    one.desk.now.advance(hours=1)  # type: ignore[attr-defined]  # as above
    told = Counter[str]()
    for rows in one.activity.oldest_first(None):
        for row in rows:
            told[row.object] += row.count if row.action == "logon.refused" else 0
    assert set(told.values()) == {2 * rounds}
    assert one.activity.verify().ok


@pytest.fixture
def two(server: str) -> Iterator[tuple[Services, Services]]:
    """Two servers of one database."""
    url = new_database(server)
    one, other = (compose(open_database(url), Clock()) for _ in range(2))
    yield one, other
    one.close()
    other.close()


def side_by_side(*works: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result(60)


def test_two_servers_write_calls_while_somebody_subscribes(two: tuple[Services, Services]) -> None:
    one, other = two
    owners = sorted(one.applications.create(NewApplication(f"app {number}")).id for number in range(40))
    first, second = sorted(one.apis.create(NewApi(f"a{number}", f"/a{number}")).id for number in range(2))
    rounds, now = 15, one.desk.now()

    def flush(services: Services, callers: list[tuple[str, str]]) -> None:
        for _ in range(rounds):
            for caller in callers:
                services.gatekeeper.callers.note(caller, now)
            services.gatekeeper.callers.flush()

    def subscribe() -> None:
        for owner in owners:
            other.subscriptions.add(second, owner)
            other.subscriptions.remove(second, owner)

    crossed = [(first, owner) for owner in owners[20:]] + [(second, owner) for owner in owners[:20]]
    straight = [(first, owner) for owner in owners]
    side_by_side(partial(flush, one, crossed), partial(flush, other, straight), subscribe)
    calls = {caller.application_id: caller.calls for caller in one.subscriptions.of_api(first)}
    assert [calls[owner] for owner in owners] == [rounds] * 20 + [2 * rounds] * 20


def test_of_two_apis_that_are_protected_at_once_and_share_a_path_or_a_name_one_is(
    two: tuple[Services, Services],
) -> None:
    for number in range(10):
        for name, path, other, below in (
            (f"one{number}", f"/p{number}", f"two{number}", f"/p{number}/sub"),
            (f"name{number}", f"/name{number}", f"other{number}", f"/name{number}"),
            (f"same{number}", f"/q{number}", f"same{number}", f"/r{number}"),
        ):
            told = list[str]()
            asked = zip(two, (NewApi(name, path), NewApi(other, below)), strict=True)
            side_by_side(*(partial(protect, services, api, told) for services, api in asked))
            assert len(told) == 1, told
            assert "already an API named" in told[0] or "The public path overlaps" in told[0]


def protect(services: Services, api: NewApi, told: list[str]) -> None:
    """Protect an API, or tell why not."""
    try:
        services.apis.create(api)
    except Refusal as refusal:
        told.append(refusal.sentence)


def test_who_reads_an_api_waits_for_nobody_who_changes_it(two: tuple[Services, Services]) -> None:
    one, other = two
    api = one.apis.create(NewApi("weather", "/weather"))
    with one.desk.database.transaction() as session:
        held(session, api.id)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(other.apis.get, api.id).result(10) == api
            assert pool.submit(other.gatekeeper.why, api.id, [], "").result(10).denial is not None
