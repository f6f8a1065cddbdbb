"""Certificates: add, generate, list, describe, delete (PRODUCT.md section 5)."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs12

from core.certificates.files import MOST, generate_into, read_file
from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.expiry import CertificateState
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.certificates import NewCertificate
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.services import Services
from store.database import Database
from tests.certs import certificate, key_file, name, pem
from tests.staging import NOON, Clock, block_the_activity, everything, fetched, plain_sql

PASSWORD = "correct horse"
ASKED = NewCertificate("nightly job", PASSWORD, "vault")


@pytest.fixture
def added(services: Services, application: ApplicationView) -> CertificateView:
    """A certificate of the application, valid for a year from now."""
    return services.certificates.add(application.id, pem(certificate()), "partner")


def told(services: Services, action: str) -> list[ActivityRow]:
    return [row for row in services.activity.page(None).rows if row.action == action]


def test_an_added_certificate_is_what_was_given(services: Services, application: ApplicationView, clock: Clock) -> None:
    made = certificate(issuer=name(cn="CA", o=None))
    view = services.certificates.add(application.id, pem(made), " partner ")
    assert (view.subject, view.issuer, view.description) == ("CN=billing,O=Shop", "CN=CA", "partner")
    assert (view.not_before, view.not_after) == (made.not_valid_before_utc, made.not_valid_after_utc)
    assert (view.days_left, view.state) == (365, CertificateState.ACTIVE)
    assert (view.created_at, view.created_by) == (clock(), "operator")
    assert (view.last_used_at, view.last_used_from, view.use_count) == (None, None, 0)
    assert services.certificates.list(application.id) == (view,)
    assert view.hint == view.thumbprint[:16]


def test_what_is_stored_is_the_certificate_and_nothing_else(
    services: Services, application: ApplicationView, database: Database
) -> None:
    made = certificate()
    services.certificates.add(application.id, b"a remark of somebody\n" + pem(made))
    assert fetched(database, "SELECT pem FROM certificates") == [(pem(made).decode(),)]


@pytest.mark.parametrize(
    "data",
    [key_file(), key_file() + pem(), pem() + key_file(password=b"secret")],
    ids=["alone", "before", "after, encrypted"],
)
def test_no_byte_of_a_private_key_is_stored(
    services: Services, application: ApplicationView, database: Database, path: Path, data: bytes
) -> None:
    before = everything(database)
    with pytest.raises(Refusal, match="private key"):
        services.certificates.add(application.id, data)
    assert everything(database) == before
    assert fetched(database, "SELECT count(*) FROM certificates") == [(0,)]
    body = key_file().splitlines()[1]
    assert not any(body in file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def test_the_same_certificate_twice_is_refused_by_its_name(
    services: Services, application: ApplicationView, added: CertificateView
) -> None:
    again = pem(x509.load_pem_x509_certificate(_stored(services)))
    with pytest.raises(Refusal) as caught:
        services.certificates.add(application.id, again)
    assert caught.value.sentence == f"“billing-api” has this certificate already: partner ({added.hint})."
    other = services.applications.create(NewApplication("other"))
    assert services.certificates.add(other.id, again).thumbprint == added.thumbprint


def test_the_81st_is_refused_with_what_could_be_deleted(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    first = services.certificates.add(application.id, pem(certificate(end=NOON + timedelta(days=1))))
    for _ in range(79):
        services.certificates.add(application.id, pem(certificate()))
    with pytest.raises(LimitReached) as caught:
        services.certificates.add(application.id, pem(certificate()))
    full = "“billing-api” has 80 of 80 certificates: delete one first, such as"
    assert caught.value.sentence == f"{full} {first.hint}, which is not used yet."
    clock.advance(days=2)
    with pytest.raises(LimitReached, match=f"{first.hint}, which is expired"):
        services.certificates.add(application.id, pem(certificate()))
    services.certificates.delete(application.id, first.id)
    services.certificates.add(application.id, pem(certificate()))


def test_state_is_the_first_that_applies(services: Services, application: ApplicationView, clock: Clock) -> None:
    made = certificate(start=NOON + timedelta(days=1), end=NOON + timedelta(days=41))
    view = services.certificates.add(application.id, pem(made))
    seen = [view.state]
    for days in (1, 10, 30):
        clock.advance(days=days)
        seen.append(services.certificates.list(application.id)[0].state)
    assert seen == ["not yet valid", "active", "expiring", "expired"]
    assert services.certificates.list(application.id)[0].days_left == 0
    assert [state.works for state in seen] == [False, True, True, False]


def test_a_certificate_is_found_by_id_and_by_how_its_thumbprint_begins(
    services: Services, application: ApplicationView, added: CertificateView
) -> None:
    services.certificates.add(application.id, pem(certificate()))
    as_openssl = ":".join(added.thumbprint[i : i + 2] for i in range(0, 64, 2)).upper()
    for text in (added.id, f" {added.id.upper()} ", added.thumbprint[:8], added.thumbprint, as_openssl):
        assert services.certificates.resolve(application.id, text) == added
    for text in (added.thumbprint[:7], "", "0" * 64, added.thumbprint + "0"):
        with pytest.raises(NotFound, match="no certificate with this id or thumbprint"):
            services.certificates.resolve(application.id, text)
    other = services.applications.create(NewApplication("other"))
    with pytest.raises(NotFound):
        services.certificates.resolve(other.id, added.id)


def test_a_beginning_that_two_have_names_none(
    services: Services, application: ApplicationView, database: Database
) -> None:
    for _ in range(2):
        services.certificates.add(application.id, pem(certificate()))
    plain_sql(database, "UPDATE certificates SET thumbprint = 'aaaaaaaa' || substr(thumbprint, 9)")
    with pytest.raises(NotFound, match="2 certificates of this application begin so"):
        services.certificates.resolve(application.id, "aaaaaaaa")


def test_describing_is_a_row_only_where_it_changes_something(
    services: Services, application: ApplicationView, added: CertificateView
) -> None:
    view = services.certificates.describe(application.id, added.id, "the vault")
    assert view.description == "the vault"
    services.certificates.describe(application.id, added.id, " the vault")
    assert services.certificates.describe(application.id, added.id, "").description is None
    rows = told(services, "certificate.edited")
    assert [(row.before, row.after) for row in rows] == [
        ({"description": "the vault"}, {"description": None}),
        ({"description": "partner"}, {"description": "the vault"}),
    ]


@pytest.mark.parametrize("text", ["x" * 201, "a\x1b[31m", "a\u202eb"])
def test_a_bad_description_is_refused(
    services: Services, application: ApplicationView, added: CertificateView, text: str
) -> None:
    with pytest.raises(Refusal) as caught:
        services.certificates.describe(application.id, added.id, text)
    assert caught.value.field == "description"
    with pytest.raises(Refusal):
        services.certificates.add(application.id, pem(certificate()), text)
    assert [view.description for view in services.certificates.list(application.id)] == ["partner"]


def test_adding_and_deleting_are_rows_that_say_which(
    services: Services, application: ApplicationView, added: CertificateView
) -> None:
    services.certificates.delete(application.id, added.id)
    (row,) = told(services, "certificate.added")
    assert (row.object, row.object_id) == (f"billing-api {added.hint}", added.id)
    assert row.after is not None
    assert row.after["thumbprint"] == added.thumbprint
    assert set(row.after) == {"thumbprint", "subject", "issuer", "serial", "not_after", "description"}
    (row,) = told(services, "certificate.deleted")
    assert row.before is not None
    assert row.before["subject"] == "CN=billing,O=Shop"
    assert services.activity.verify().ok


def test_no_row_of_the_activity_no_change(
    services: Services, application: ApplicationView, added: CertificateView, database: Database
) -> None:
    block_the_activity(database)
    for change in (
        lambda: services.certificates.add(application.id, pem(certificate())),
        lambda: services.certificates.describe(application.id, added.id, "other"),
        lambda: services.certificates.delete(application.id, added.id),
    ):
        with pytest.raises(Refusal, match="activity"):
            change()
    assert services.certificates.list(application.id) == (added,)


def test_what_is_gone_or_another_applications_cannot_be_changed(
    services: Services, application: ApplicationView, added: CertificateView
) -> None:
    other = services.applications.create(NewApplication("other"))
    with pytest.raises(NotFound):
        services.certificates.delete(other.id, added.id)
    with pytest.raises(NotFound):
        services.certificates.describe(other.id, added.id, "mine")
    services.applications.delete(application.id, application.name)
    assert services.certificates.list(application.id) == ()
    with pytest.raises(NotFound):
        services.certificates.add(application.id, pem(certificate()))


def test_a_hostile_subject_is_kept_as_it_is_and_named_cleaned(services: Services, application: ApplicationView) -> None:
    hostile = certificate(subject=name(cn="\x1b]52;c;eA==\x07\u202e[/]" + "x" * 10_000))
    view = services.certificates.add(application.id, pem(hostile))
    assert "\x1b" in view.subject
    with pytest.raises(Refusal) as caught:
        services.certificates.add(application.id, pem(hostile))
    assert "\x1b" not in caught.value.sentence
    assert "\u202e" not in caught.value.sentence
    assert len(caught.value.sentence) < 200
    assert services.activity.verify().ok


def test_a_disabled_application_can_still_be_tidied(services: Services, application: ApplicationView) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    view = services.certificates.add(application.id, pem(certificate()))
    services.certificates.delete(application.id, view.id)
    assert list(services.certificates.list(application.id)) == []


# Generating.


def test_a_generated_certificate_is_for_a_client_and_for_a_year(
    services: Services, application: ApplicationView
) -> None:
    made = services.certificates.generate(application.id, ASKED)
    assert (made.view.subject, made.view.issuer) == ("CN=nightly job", "CN=nightly job")
    assert (made.view.not_before, made.view.not_after) == (NOON, NOON.replace(year=2027))
    assert made.view.description == "vault"
    stored = x509.load_pem_x509_certificate(_stored(services))
    assert list(stored.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    assert not stored.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    stored.verify_directly_issued_by(stored)
    assert services.certificates.list(application.id) == (made.view,)


def test_the_file_holds_the_key_of_the_certificate_under_the_password(
    services: Services, application: ApplicationView
) -> None:
    made = services.certificates.generate(application.id, ASKED)
    key, held, others = pkcs12.load_key_and_certificates(made.pkcs12, PASSWORD.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert held is not None
    assert held.public_bytes(Encoding.PEM) == _stored(services)
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key().public_bytes(*spki) == held.public_key().public_bytes(*spki)
    assert others == []
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(made.pkcs12, b"wrong password")


def test_the_key_is_in_no_other_place(
    services: Services, application: ApplicationView, path: Path, tmp_path: Path
) -> None:
    generate_into(tmp_path / "client.p12", services.certificates, application.id, ASKED)
    loaded, _, _ = pkcs12.load_key_and_certificates((tmp_path / "client.p12").read_bytes(), PASSWORD.encode())
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    number = loaded.private_numbers().private_value.to_bytes(32, "big")
    text = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).splitlines()[1]
    for file in path.parent.iterdir():
        kept = file.read_bytes()
        assert number not in kept
        assert text not in kept
        assert PASSWORD.encode() not in kept


def test_the_password_and_the_file_are_in_no_repr(services: Services, application: ApplicationView) -> None:
    made = services.certificates.generate(application.id, ASKED)
    assert PASSWORD not in repr(ASKED)
    assert "pkcs12" not in repr(made)


def test_generating_into_a_file_makes_it_for_its_owner_only(
    services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    target = tmp_path / "client.p12"
    view = generate_into(target, services.certificates, application.id, ASKED)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert services.certificates.list(application.id) == (view,)


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_generated(
    services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    target = tmp_path / "client.p12"
    target.write_text("precious")
    with pytest.raises(Refusal, match="exists already"):
        generate_into(target, services.certificates, application.id, ASKED)
    assert target.read_text() == "precious"
    assert services.certificates.list(application.id) == ()


def test_what_cannot_be_generated_leaves_no_file(
    services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    services.applications.delete(application.id, application.name)
    with pytest.raises(NotFound):
        generate_into(tmp_path / "client.p12", services.certificates, application.id, ASKED)
    assert list(tmp_path.glob("*.p12")) == []


def test_a_file_that_takes_nothing_takes_the_certificate_with_it(
    services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    class Full(type(Path())):
        """A path on a disk that is full from the moment at which it is opened."""

        def open(self, *_how, **_more):
            raise OSError(28, "No space left on device")

    with pytest.raises(Refusal, match="could not be written in full: No space left on device"):
        generate_into(Full(tmp_path / "client.p12"), services.certificates, application.id, ASKED)
    assert services.certificates.list(application.id) == ()
    assert list(tmp_path.glob("*.p12")) == []


# Files.


def test_a_file_is_read_within_a_bound(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(10_000_000)
    assert read_file(tmp_path / "small") == b"x"
    assert len(read_file(tmp_path / "huge")) == MOST


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name_, said in (("pipe", "is no file but a pipe"), ("", "is a directory"), ("none", "No such file")):
        with pytest.raises(Refusal, match=said):
            read_file(tmp_path / name_)
    with pytest.raises(Refusal, match="is no file but a pipe or a device"):
        read_file(Path("/dev/zero"))
    with pytest.raises(Refusal, match="zero byte"):
        read_file(Path("a\0b"))


def _stored(services: Services) -> bytes:
    ((text,),) = fetched(services.desk.database, "SELECT pem FROM certificates ORDER BY slot LIMIT 1")
    return str(text).encode()


def test_what_was_deleted_is_kept_in_mind_until_it_has_expired_and_goes_with_its_application(
    services: Services, application: ApplicationView, added: CertificateView, clock: Clock, database: Database
) -> None:
    kept = "SELECT thumbprint FROM deleted_certificates"
    services.certificates.delete(application.id, added.id)
    assert fetched(database, kept) == [(added.thumbprint,)]
    clock.advance(days=365, hours=23)  # clocks may be a day apart
    later = services.certificates.add(application.id, pem(certificate(end=clock() + timedelta(days=9))))
    services.certificates.delete(application.id, later.id)
    assert len(fetched(database, kept)) == 2
    clock.advance(hours=1)
    again = services.certificates.add(application.id, pem(certificate(end=clock() + timedelta(days=9))))
    services.certificates.delete(application.id, again.id)
    assert set(fetched(database, kept)) == {(later.thumbprint,), (again.thumbprint,)}
    services.applications.delete(application.id, application.name)
    assert fetched(database, kept) == []
