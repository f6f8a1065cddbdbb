"""Several operators and clients at once, each a process of its own, on one file."""

from collections import Counter
from pathlib import Path

import pytest

from core.applications.application_list import ApplicationOrder
from core.rules.errors import LogonRefused, Refusal
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.rotation import Grace
from tests.certs import certificate, pem
from tests.processes import at_once
from tests.staging import log_on, services_at

pytestmark = pytest.mark.slow

FULL = "“billing” has 20 of 20 client secrets: revoke one first"


def made(path: Path, secrets: int) -> str:
    """Make an application with so many secrets, and return its id."""
    services = services_at(path)
    owner = services.applications.create(NewApplication("billing"))
    for _ in range(secrets):
        services.client_secrets.add(owner.id, NewSecret())
    services.close()
    return owner.id


def add_one(_number: int, path: str, application_id: str) -> str:
    services = services_at(path)
    try:
        services.client_secrets.add(application_id, NewSecret())
    except Refusal as refusal:
        return refusal.sentence.partition(",")[0]
    finally:
        services.close()
    return "added"


@pytest.mark.parametrize("before", [18, *(pytest.param(count, marks=pytest.mark.slow) for count in (19, 20, 12))])
def test_8_processes_that_add_secrets_at_once_make_exactly_20_and_the_others_are_told(path: Path, before: int) -> None:
    application_id = made(path, before)
    answers = at_once(8, add_one, str(path), application_id)
    fit = min(8, 20 - before)
    assert Counter(answers) == Counter({"added": fit, FULL: 8 - fit})
    services = services_at(path)
    assert len(services.client_secrets.list(application_id)) == before + fit
    report = services.activity.verify()
    assert (report.ok, report.rows) == (True, 1 + before + fit)
    services.close()


def add_certificate(_number: int, path: str, application_id: str) -> str:
    services = services_at(path)
    try:
        services.certificates.add(application_id, pem(certificate()))
    except Refusal as refusal:
        return refusal.sentence.partition(",")[0]
    finally:
        services.close()
    return "added"


@pytest.mark.slow
def test_8_processes_that_add_certificates_at_once_make_exactly_80(path: Path) -> None:
    application_id = made(path, 0)
    services = services_at(path)
    for _ in range(77):
        services.certificates.add(application_id, pem(certificate()))
    answers = at_once(8, add_certificate, str(path), application_id)
    full = "“billing” has 80 of 80 certificates: delete one first"
    assert Counter(answers) == Counter({"added": 3, full: 5})
    assert len(services.certificates.list(application_id)) == 80
    report = services.activity.verify()
    assert (report.ok, report.rows) == (True, 1 + 80)
    services.close()


def add_this(_number: int, path: str, application_id: str, file: str) -> str:
    services = services_at(path)
    try:
        services.certificates.add(application_id, file.encode())
    except Refusal as refusal:
        return refusal.sentence.partition(":")[0]
    finally:
        services.close()
    return "added"


@pytest.mark.slow
def test_8_processes_that_add_one_certificate_at_once_add_it_once(path: Path) -> None:
    application_id = made(path, 0)
    answers = at_once(8, add_this, str(path), application_id, pem(certificate()).decode())
    assert Counter(answers) == Counter({"added": 1, "“billing” has this certificate already": 7})


def rotate_it(_number: int, path: str, application_id: str, secret_id: str, grace: str) -> str:
    services = services_at(path)
    try:
        twin = services.rotations.rotate(application_id, secret_id, Grace(grace)).issued.secret
    except Refusal as refusal:
        return refusal.sentence
    finally:
        services.close()
    return twin.hint


@pytest.mark.parametrize(
    ("grace", "sentence"),
    [
        (Grace.DAY, "{old} is retiring already: {twin} replaces it. Complete or undo that rotation, or rotate {twin}."),
        (Grace.NOW, "{old} is revoked: it was rotated, and {twin} replaces it. Rotate {twin} instead."),
    ],
)
def test_8_processes_that_rotate_one_secret_at_once_make_one_twin_and_the_others_are_told(
    path: Path, grace: Grace, sentence: str
) -> None:
    application_id = made(path, 1)
    services = services_at(path)
    (old,) = services.client_secrets.list(application_id)
    answers = Counter(at_once(8, rotate_it, str(path), application_id, old.id, grace))
    (twin,) = (view for view in services.client_secrets.list(application_id) if view.id != old.id)
    assert answers == {twin.hint: 1, sentence.format(old=old.hint, twin=twin.hint): 7}
    assert services.client_secrets.resolve(application_id, old.id).replaced_by == twin.id
    report = services.activity.verify()
    assert (report.ok, report.rows) == (True, 4)
    services.close()


def create_twin(number: int, path: str) -> str:
    services = services_at(path)
    names = ["Straße", "STRASSE", "strasse", "straße", "Strasse", "STRAßE", "StRaSsE", "\uff33trasse"]
    try:
        services.applications.create(NewApplication(names[number]))
    except Refusal as refusal:
        return f"{type(refusal).__name__} {refusal.field}"
    finally:
        services.close()
    return "created"


def test_8_processes_that_want_one_name_in_8_spellings_make_one_application(path: Path) -> None:
    answers = at_once(8, create_twin, str(path))
    assert Counter(answers) == {"created": 1, "NameTaken name": 7}


def fail_once(_number: int, path: str, client_id: str) -> str:
    services = services_at(path)
    refused = log_on(services, client_id)
    services.close()
    assert isinstance(refused, LogonRefused)
    return refused.reason


def test_8_processes_with_a_failed_logon_each_count_five_and_lock(path: Path) -> None:
    services = services_at(path)
    application = services.applications.create(NewApplication("billing"))
    services.close()
    answers = at_once(8, fail_once, str(path), application.client_id)
    assert Counter(answers) == {"wrong secret": 5, "client ID locked": 3}
    services = services_at(path)
    shown = services.locks.show(application.id)
    assert (shown.locked, shown.failed_logons) == (True, 5)
    assert sum(failure.count for failure in shown.failures) == 8
    assert services.activity.verify().ok
    services.close()


def test_the_first_start_of_8_processes_that_work_at_once_loses_nothing(path: Path) -> None:
    answers = at_once(8, live_a_little, str(path))
    assert answers == ["lived"] * 8
    services = services_at(path)
    assert services.application_list.start(ApplicationOrder(), 100).total == 8
    report = services.activity.verify()
    assert (report.ok, report.rows) == (True, 8 * 11)
    services.close()


def live_a_little(number: int, path: str) -> str:
    """Make an application, and five times a secret that is revoked."""
    services = services_at(path)
    application = services.applications.create(NewApplication(f"application {number}"))
    for _ in range(5):
        issued = services.client_secrets.add(application.id, NewSecret())
        services.client_secrets.revoke(application.id, issued.secret.id)
    services.close()
    return "lived"
