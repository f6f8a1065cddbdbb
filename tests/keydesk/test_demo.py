"""The demo: every state that a screen can show is there, and nothing of it is left behind."""

import random
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.applications.application_list import ApplicationOrder
from core.expiring import ExpiringOrder
from core.rules.errors import LimitReached
from core.rules.expiry import CertificateState, Lifetime, SecretState
from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.scopes import ApiScope
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationState, ApplicationView
from core.rules.views.client_secrets import SecretView
from core.services import Services
from keydesk.demo import open_demo
from store.database import Database

NOW = datetime(2026, 11, 21, 14, 7, 23, tzinfo=UTC)
A_LEAP_DAY = datetime(2028, 2, 29, 0, 0, 1, tzinfo=UTC)


def seeded() -> Callable[[int], bytes]:
    return random.Random(7).randbytes


@pytest.fixture(scope="module")
def demo() -> Iterator[Services]:
    with open_demo(lambda: NOW, token_bytes=seeded()) as services:
        yield services


def named(services: Services, name: str) -> ApplicationView:
    return services.applications.resolve(name)


def everything(services: Services) -> list[ApplicationView]:
    return list(services.application_list.start(ApplicationOrder(), 100).rows)


def secrets_of(services: Services, name: str) -> dict[str | None, SecretView]:
    listed = services.client_secrets.list(named(services, name).id, revoked=True)
    return {secret.description: secret for secret in listed}


def activity_of(services: Services, name: str | None = None) -> tuple[ActivityRow, ...]:
    return services.activity.page(named(services, name).id if name else None, limit=1000).rows


def file_of(database: Database) -> Path:
    with database.engine.connect() as connection:
        _number, _name, file = connection.exec_driver_sql("PRAGMA database_list").one()
        return Path(file)


def test_about_fourteen_applications_are_there(demo: Services) -> None:
    assert len(everything(demo)) == 15


def test_every_application_state_is_there(demo: Services) -> None:
    assert {application.state for application in everything(demo)} == set(ApplicationState)


def test_billing_api_is_the_richest_and_has_every_state_of_a_secret(demo: Services) -> None:
    secrets = demo.client_secrets.list(named(demo, "billing-api").id, revoked=True)
    assert {secret.state for secret in secrets} == set(SecretState)


def test_a_retiring_secret_is_still_used_and_its_twin_not_yet(demo: Services) -> None:
    owner = named(demo, "billing-api")
    (old,) = (each for each in demo.client_secrets.list(owner.id) if each.state is SecretState.RETIRING)
    found = demo.rotations.twin(owner.id, old.id)
    assert found is not None
    assert found.obstacle is None
    twin = found.secret
    assert old.last_used_at is not None
    assert twin.created_at < old.last_used_at
    assert (old.last_used_from, twin.last_used_at) == ("10.0.0.7", None)


def test_a_secret_that_nobody_has_used_yet_is_there(demo: Services) -> None:
    assert secrets_of(demo, "billing-api")["load test"].last_used_at is None


def test_secrets_say_who_made_them_and_where_they_were_used(demo: Services) -> None:
    secrets = secrets_of(demo, "billing-api")
    assert secrets["ci"].created_by == "alice (claimed, as keydesk)"
    assert secrets["web shop"].created_by == "deploy"
    assert (secrets["ci"].last_used_from, secrets["ci"].use_count) == ("10.0.0.7", 48_211)


def test_a_live_secret_that_never_expires_is_there(demo: Services) -> None:
    secret = secrets_of(demo, "billing-api")["nightly reconciliation"]
    assert (secret.state, secret.expires_at) == (SecretState.ACTIVE, None)


def test_a_certificate_that_lives_and_one_that_expires_soon_are_there(demo: Services) -> None:
    live, soon = demo.certificates.list(named(demo, "billing-api").id)
    assert (live.state, soon.state) == (CertificateState.ACTIVE, CertificateState.EXPIRING)
    assert (live.description, live.issuer) == (
        "acquirer's settlement",
        "CN=Nordic Acquiring Client CA 2,O=Nordic Acquiring,C=FI",
    )
    assert (soon.description, soon.subject) == (None, "CN=tax-filing,OU=Finance,O=Web Shop")
    assert (live.use_count, live.last_used_from) == (20_118, "192.0.2.81")
    assert soon.id in {row.id for row in demo.expiring.start(ExpiringOrder(), 1000).rows}


def test_some_failed_logons_are_counted_without_a_lock(demo: Services) -> None:
    lock = demo.locks.show(named(demo, "billing-api").id)
    assert (lock.locked, lock.failed_logons) == (False, 2)


def test_the_locked_client_id_shows_failures_from_several_sources(demo: Services) -> None:
    lock = demo.locks.show(named(demo, "ledger-sync").id)
    assert lock.locked
    assert lock.failed_logons == 5
    wrong = {failure.source for failure in lock.failures if failure.reason == "wrong secret"}
    assert wrong >= {"203.0.113.77", "198.51.100.23"}
    assert any(failure.reason == "client ID locked" and failure.count > 1 for failure in lock.failures)


def test_an_application_stands_at_its_limit_with_expired_secrets_to_revoke(demo: Services) -> None:
    full = named(demo, "partner-gateway")
    assert full.secrets.counted == full.secrets.limit == 20
    assert full.secrets.live < 20
    with pytest.raises(LimitReached):
        demo.client_secrets.add(full.id, NewSecret())


def test_an_application_without_secrets_is_there(demo: Services) -> None:
    assert named(demo, "payroll-export").secrets.counted == 0


def test_names_go_beyond_ascii(demo: Services) -> None:
    assert named(demo, "請求書発行").description
    assert named(demo, "café-orders").description


def test_a_description_of_several_lines_is_there(demo: Services) -> None:
    assert 400 < len(named(demo, "data-lake-export").description or "") <= 500


def test_oauth_scopes_and_settings_differ(demo: Services) -> None:
    assert named(demo, "billing-api").scopes == ("invoices:read", "invoices:write", "payments:write", "refunds:write")
    assert named(demo, "edge-gateway").introspects
    assert not named(demo, "pos-terminals").locking_enabled


def test_activity_tells_of_every_kind_of_deed_by_several_operators(demo: Services) -> None:
    rows = activity_of(demo)
    applications = {"application.created", "application.changed", "application.deleted"}
    secrets = {"secret.added", "secret.edited", "secret.revoked", "secret.rotated"}
    locks = {"client_id.locked", "client_id.unlocked", "logon.refused"}
    trust = {"certificate.added", "jwt_trust.added"}
    apis = {"api.created", "api.subscribed"}
    assert {row.action for row in rows} == applications | secrets | locks | trust | apis
    assert {row.claimed for row in rows} == {"alice", "bob", "chandra", None}


def test_trusts_have_keys_and_one_of_them_an_issuer_that_is_down(demo: Services) -> None:
    good, failing = demo.jwt_trusts.list(named(demo, "billing-api").id)
    assert ([key.kid for key in good.keys], good.discovered, good.failure) == (["ci-2026-04", "ci-2026-05"], True, None)
    assert failing.failure == "No answer within 4 s from https://keys.partner.example."
    assert str(failing.fetched_at) < str(failing.failed_at) < str(failing.last_used_at)
    assert [key.kid for key in failing.keys] == ["settlement"]
    assert (good.use_count, good.last_used_from) == (1318, "10.0.0.9")


def test_the_demo_asks_nobody_outside_for_keys() -> None:
    with open_demo() as services:
        application = named(services, "payroll-export")
        view = services.jwt_trusts.add(application.id, NewTrust(jwks_uri="https://login.example/keys"))
        assert view.failure == "The demo asks nobody outside; in earnest, https://login.example would be asked now."


def test_activity_of_a_forgotten_service_is_folded_into_few_rows(demo: Services) -> None:
    expired = [row for row in activity_of(demo, "billing-api") if row.reason == "secret expired"]
    assert sum(row.count for row in expired) == 24
    assert len(expired) == 6


def test_activity_ascends_in_time_and_ends_before_now(demo: Services) -> None:
    times = [row.at for row in activity_of(demo)][::-1]
    assert times == sorted(times)
    assert times[-1] < NOW


def test_chain_verifies(demo: Services) -> None:
    report = demo.activity.verify()
    assert report.ok
    assert report.rows > 100


def test_no_cleartext_is_stored(demo: Services) -> None:
    folder = file_of(demo.desk.database).parent
    stored = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"kd_" in stored
    assert not re.search(rb"kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", stored)


def test_directory_is_private(demo: Services) -> None:
    assert stat.S_IMODE(file_of(demo.desk.database).parent.stat().st_mode) == 0o700


@pytest.mark.slow
@pytest.mark.parametrize("now", [NOW, A_LEAP_DAY])
def test_a_seed_makes_the_same_again(now: datetime) -> None:
    def shown() -> list[object]:
        with open_demo(lambda: now, token_bytes=seeded()) as services:
            return [*everything(services), *secrets_of(services, "billing-api").values(), services.activity.verify()]

    assert shown() == shown()


def test_without_a_seed_client_ids_differ(demo: Services) -> None:
    with open_demo() as other:
        assert not {row.client_id for row in everything(demo)} & {row.client_id for row in everything(other)}


def test_a_secret_that_is_added_in_the_demo_works() -> None:
    with open_demo() as services:
        application = named(services, "payroll-export")
        issued = services.client_secrets.add(application.id, NewSecret("mine", Lifetime.NEVER))
        services.authentication.by_secret(issued.client_id, issued.value, ApiScope.OPENID, "192.0.2.1")
        assert secrets_of(services, "payroll-export")["mine"].use_count == 1
        assert services.activity.verify().ok


def test_directory_is_gone_afterwards() -> None:
    with open_demo() as services:
        directory = file_of(services.desk.database).parent
        assert directory.is_dir()
    assert not directory.exists()


def test_directory_is_gone_after_a_crash() -> None:
    directory = Path()

    def crash() -> None:
        nonlocal directory
        with open_demo() as services:
            directory = file_of(services.desk.database).parent
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert directory.name.startswith("keydesk-demo-")
    assert not directory.exists()
