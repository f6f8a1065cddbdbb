"""The certificates of an application: pasted, from a file, generated, described, deleted (PRODUCT.md section 5)."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import SHA_1, SIGNER, certificate, key_file, name, pem
from tests.staging import NOON, Clock, fetched, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import Console
from tui.widgets.text_box import TextBox

ROWS = "SELECT description, thumbprint FROM certificates"


def words(desk: Console) -> str:
    """Return what stands in the dialog, however its lines are broken."""
    return " ".join(desk.text.replace("│", " ").split())


def held(desk: Console) -> str:
    return desk.app.screen.query_one(TextBox).text


async def test_pasted_certificate_is_added_and_stands_under_the_cursor(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    services.certificates.add(application.id, pem(certificate(subject=name(cn="first"))))
    text = pem(certificate(subject=name(cn="edge.example"))).decode().replace("\n", "\r\n")
    async with console() as desk:
        await desk.press("enter", "tab", "n", "enter")
        await desk.paste(text)
        await desk.press("tab")
        await desk.type("edge")
        await desk.press("enter")
        assert desk.status == "The certificate edge is added: active."
        assert "edge.example" in desk.marked
        assert "Certificates 2/80" in desk.text
        [(_, thumbprint)] = fetched(database, f"{ROWS} WHERE description = 'edge'")
        assert str(thumbprint)[:10] in desk.marked
        [(action,)] = fetched(database, "SELECT action FROM audit_events ORDER BY id DESC LIMIT 1")
        assert action == "certificate.added"
        await desk.press("enter")
        assert desk.screen == "Details"
        assert any(line.strip("│ ") == thumbprint for line in desk.lines)
        for fact in ("CN=edge.example,O=Shop", "itself (self-signed)", "2026-05-01 12:00:00 UTC", "365 days left"):
            assert fact in desk.text, fact


@pytest.mark.slow
async def test_unfit_certificate_is_refused_at_the_field_and_what_was_pasted_stays_but_for_a_private_key(
    console: Open, application: ApplicationView, database: Database
) -> None:
    unfit = {
        SHA_1.decode(): "! ",
        "-----BEGIN CERTIFICATE-----": "! It begins like a certificate and does not end like one",
        pem(certificate(start=NOON - timedelta(days=9), end=NOON - timedelta(days=1))).decode(): "! ",
        "": "! It is empty; give one certificate",
    }
    async with console() as desk:
        await desk.press("enter", "tab", "n", "enter")
        for text, sentence in unfit.items():
            desk.app.screen.query_one(TextBox).text = ""
            if text:
                await desk.paste(text)
            await desk.press("enter")
            assert desk.screen == "PasteCertificateForm"
            assert desk.error_at("certificate").startswith(sentence), text[:40]
            assert held(desk) == text
        key = key_file().decode()
        for text in (key, pem().decode() + key, key + "A" * 300_000):
            await desk.paste(text)
            assert desk.error_at("certificate").startswith("! It holds a private key, which belongs to the client")
            assert "The field is empty again." in " ".join(desk.text.split())
            await desk.press("ctrl+z")
            assert held(desk) == ""
            assert key.splitlines()[1] not in desk.text
        await desk.press("enter")
        assert desk.error_at("certificate").startswith("! It is empty")
        desk.hit(*("enter" if character == "\n" else {" ": "space"}.get(character, character) for character in key))
        await desk.until(lambda: "It holds a private key" in desk.text)
        assert held(desk) == ""
        assert fetched(database, ROWS) == []
        assert fetched(database, "SELECT count(*) FROM audit_events WHERE action LIKE 'certificate%'") == [(0,)]


@pytest.mark.slow
async def test_text_that_comes_key_by_key_is_taken_to_its_end(
    console: Open, services: Services, application: ApplicationView
) -> None:
    text = pem().decode().rstrip("\n")
    async with console() as desk:
        await desk.press("enter", "tab", "n", "enter")
        desk.hit(*("enter" if character == "\n" else {" ": "space"}.get(character, character) for character in text))
        await desk.until(lambda: held(desk) == text)
        await desk.press("enter")
        assert desk.status.endswith("is added: active.")
        assert len(services.certificates.list(application.id)) == 1


async def test_ten_megabytes_are_cut_and_refused(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "tab", "n", "enter")
        await desk.paste("-----BEGIN CERTIFICATE-----\n" + "A" * 10_000_000)
        assert len(held(desk)) < 300_000
        await desk.press("enter")
        assert desk.error_at("certificate").startswith("! ")
        assert desk.screen == "PasteCertificateForm"


async def test_certificate_comes_from_a_file_and_a_bad_path_is_refused_at_its_field(
    console: Open, services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    file, key = tmp_path / "edge.crt", tmp_path / "edge.key"
    file.write_bytes(pem())
    key.write_bytes(key_file())
    async with console() as desk:
        await desk.press("enter", "tab", "n", "down", "enter", "enter")
        assert desk.error_at("file") == "! Give the path of a file."
        for path, sentence in {
            str(tmp_path / "none"): "cannot be read: No such file or directory.",
            str(tmp_path): "is a directory",
            str(key): "It holds a private key",
        }.items():
            await desk.fill("file", path)
            await desk.press("enter")
            assert sentence in desk.error_at("file")
            assert desk.value("file") == path
        await desk.fill("file", f" {file} ")
        await desk.press("enter")
        assert desk.status == "The certificate billing is added: active."
        [added] = services.certificates.list(application.id)
        assert added.subject == "CN=billing,O=Shop"
        await desk.press("n", "down", "enter")
        await desk.fill("file", str(file))
        await desk.press("enter")
        assert "has this certificate already" in desk.error_at("file")


async def test_generated_certificate_is_in_the_file_that_is_named_afterwards(
    console: Open, services: Services, application: ApplicationView, tmp_path: Path
) -> None:
    async with console(directories=[tmp_path]) as desk:
        await desk.press("enter", "tab", "n", "down", "down", "enter")
        assert desk.value("file") == str(tmp_path / "billing-api.p12")
        await desk.press("enter")
        assert desk.error_at("common_name").startswith("! Give the certificate a common name")
        await desk.fill("common_name", "till")
        await desk.fill("password", "long enough")
        await desk.fill("again", "another one")
        await desk.press("enter")
        assert desk.error_at("again").startswith("! The two passwords differ")
        assert "long enough" not in desk.text
        await desk.fill("again", "long enough")
        (tmp_path / "taken.p12").write_bytes(b"")
        await desk.fill("file", str(tmp_path / "taken.p12"))
        await desk.press("enter")
        assert "exists already; name a new file." in desk.error_at("file")
        await desk.fill("file", str(tmp_path / "till.p12"))
        await desk.press("enter")
        assert desk.screen == "Details"
        assert "till.p12" in desk.text
        [made] = services.certificates.list(application.id)
        assert made.thumbprint in desk.text
        file = tmp_path / "till.p12"
        assert file.stat().st_mode & 0o777 == 0o600
        key, inside, _ = pkcs12.load_key_and_certificates(file.read_bytes(), b"long enough")
        assert key is not None
        assert inside is not None
        assert inside.serial_number == int(made.serial, 16)
        await desk.press("escape")
        assert desk.status == "The certificate till is added: active."
        assert "till" in desk.marked


async def test_description_is_edited_and_a_bad_one_kept_in_the_form(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.certificates.add(application.id, pem(), "edge")
    async with console() as desk:
        await desk.press("enter", "tab", "e")
        await desk.fill("description", "d" * 201)
        await desk.press("enter")
        assert desk.error_at("description").startswith("! A description has at most 200 characters")
        await desk.fill("description", "proxy")
        await desk.press("enter")
        assert desk.status == "The certificate proxy is saved."
        assert "proxy" in desk.marked


async def test_delete_asks_with_cancel_under_the_cursor_and_tells_what_stops(
    console: Open, services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    services.certificates.add(application.id, pem(), "edge")
    plain_sql(
        database,
        "UPDATE certificates SET last_used_at = '2026-05-02 11:00:00.000000', last_used_from = '10.0.0.7'",
    )
    async with console() as desk:
        await desk.press("enter", "tab", "x")
        for fact in (
            "Delete the certificate edge?",
            "It stops working for billing-api at once, and for good. Tokens that",
            "Tokens that it obtained become inactive at once.",
            "Last used 1 h ago from 10.0.0.7.",
            "No other certificate remains that works; there is no live client secret and no JWT trust: nothing else",
        ):
            assert fact in words(desk)
        await desk.press("escape")
        for serial in (7, 8):
            made = certificate(
                subject=name(cn="billing"), issuer=name(cn="CA"), serial=serial, end=NOON + timedelta(days=90)
            )
            services.certificates.add(application.id, pem(made), f"number {serial}")
        services.client_secrets.add(application.id, NewSecret())
        await desk.press("ctrl+r", "g", "x")
        assert "Delete the certificate number" in desk.text
        assert "2 other certificates remain that work; of other kinds: 1 live client secret." in words(desk)
        assert "Another one with its subject remains: where [mtls] ca has issued both" in words(desk)
        await desk.press("escape", "G", "x")
        assert "Delete the certificate edge?" in desk.text
        assert "Another one with" not in desk.text
        await desk.press("enter")
        assert len(fetched(database, ROWS)) == 3
        await desk.press("x", "tab", "enter")
        assert desk.status == "The certificate edge is deleted."
        assert len(fetched(database, ROWS)) == 2
        assert "Certificates 2/80" in desk.text


@pytest.mark.slow
async def test_the_eighty_first_is_refused_with_the_way_out(
    console: Open, services: Services, application: ApplicationView
) -> None:
    for serial in range(1, 81):
        services.certificates.add(application.id, pem(certificate(serial=serial, key=SIGNER)))
    text = pem(certificate(serial=81)).decode()
    async with console() as desk:
        await desk.press("enter", "tab", "G", "n", "enter")
        await desk.paste(text)
        await desk.press("enter")
        assert "has 80 of 80 certificates: delete one first" in " ".join(desk.text.split())
        assert held(desk) == text


async def test_one_with_a_planted_time_is_named_and_hides_neither_the_others_nor_the_secrets(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    services.client_secrets.add(application.id, NewSecret("nightly"))
    planted, other = (
        services.certificates.add(application.id, pem(certificate(subject=name(cn=cn)))) for cn in ("one", "two")
    )
    plain_sql(database, "UPDATE certificates SET not_after = 'soon' WHERE id = :id", id=planted.id)
    async with console() as desk:
        await desk.press("enter")
        assert desk.status == f"! Certificate {planted.hint} has an unreadable time; see: keydesk doctor."
        assert desk.status in desk.text, "the whole of it is read"
        assert "nightly" in desk.marked
        assert f"Certificates 2/80   {planted.hint} cannot be read" in desk.text
        await desk.press("tab")
        assert " two " in desk.marked
        assert desk.status == "", "it is said once"
        await desk.press("e")
        await desk.fill("description", "edge")
        await desk.press("enter")
        assert "edge" in desk.marked
        assert desk.status.endswith("is saved.")
        services.certificates.delete(application.id, other.id)
        await desk.press("ctrl+r")
        assert "No certificate of this application can be read" in words(desk)
        assert "Certificates 1/80" in desk.text
