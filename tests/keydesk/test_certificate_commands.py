"""`keydesk certificate`: from files and stdin, and into a file that nobody else may read."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from core.rules.views.applications import ApplicationView
from store.database import Database
from tests.certs import MD5, SHA_1, certificate, der, key_file, name, pem
from tests.staging import plain_sql

Keydesk = Callable[..., Any]

KEYS = [
    *("id", "description", "subject", "issuer", "serial", "thumbprint", "not_before", "not_after", "days_left"),
    *("state", "created_at", "created_by", "last_used_at", "last_used_from", "use_count"),
]
PASSWORD = "correct horse"
NOW = datetime.now(UTC)
START = NOW - timedelta(days=1)
MADE = certificate(start=START, end=NOW + timedelta(days=20, hours=1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The certificate in a file."""
    path = tmp_path / "client.pem"
    path.write_bytes(pem(MADE))
    return path


@pytest.fixture
def added(keydesk: Keydesk, application: ApplicationView, file: Path) -> dict[str, Any]:
    """The certificate, added."""
    document = keydesk("certificate", "add", "billing-api", str(file), "--description", "partner", "--json").document
    assert isinstance(document, dict)
    return document


def test_json_of_add_has_the_keys_of_the_view(added: dict[str, Any]) -> None:
    assert list(added) == KEYS
    assert (added["subject"], added["description"]) == ("CN=billing,O=Shop", "partner")
    assert (added["state"], added["days_left"], added["last_used_at"]) == ("expiring", 20, None)
    assert added["not_after"] == MADE.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("binary", [False, True], ids=["PEM", "DER"])
def test_add_reads_a_file_and_stdin(
    keydesk: Keydesk, program: Callable[..., Any], application: ApplicationView, file: Path, binary: bool
) -> None:
    data = der(MADE) if binary else pem(MADE)
    file.write_bytes(data)
    assert keydesk("certificate", "add", "billing-api", str(file)).code == 0
    (listed,) = keydesk("certificate", "list", "billing-api", "--json").document
    assert keydesk("certificate", "delete", "billing-api", listed["thumbprint"]).code == 0
    ran = program("certificate", "add", "billing-api", "-", input=data)
    assert ran.returncode == 0, ran.stderr
    assert b"CN=billing,O=Shop" in ran.stdout


def test_list_describe_and_delete(keydesk: Keydesk, added: dict[str, Any]) -> None:
    hint = added["thumbprint"][:16]
    ran = keydesk("certificate", "list", "billing-api")
    assert ran.err == "1 of 80 certificates.\n"
    assert [word in ran.out for word in (added["id"], hint, "partner", "CN=billing,O=Shop", "expiring")] == [True] * 5
    ran = keydesk("certificate", "describe", "billing-api", hint, "--description", "vault", "--json")
    assert ran.document == {**added, "description": "vault"}
    assert keydesk("certificate", "describe", "billing-api", hint).code == 2
    ran = keydesk("certificate", "delete", "billing-api", added["id"])
    assert (ran.code, ran.out, ran.err) == (0, "", f"Deleted the certificate {hint} of “billing-api”.\n")
    ran = keydesk("certificate", "delete", "billing-api", added["id"])
    assert (ran.code, ran.out) == (1, "")
    assert "no certificate with this id" in ran.err
    assert keydesk("certificate", "list", "billing-api", "--json").document == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (key_file(), "private key"),
        (pem(MADE) + key_file(), "private key"),
        (SHA_1, "SHA-1"),
        (MD5, "MD5"),
        (pem(MADE) * 50, "50 certificates"),
        (pem(MADE) + b"\n" * 10_000_000, "larger than 256 KB"),
        (b"-----BEGIN", "cut off"),
        (pem(certificate(start=START - timedelta(days=2), end=START)), "expired on"),
    ],
    ids=["key", "key beside", "SHA-1", "MD5", "chain", "10 MB", "begin", "expired"],
)
def test_what_is_refused_is_exit_code_1_with_the_reason(
    keydesk: Keydesk, application: ApplicationView, file: Path, data: bytes, said: str
) -> None:
    file.write_bytes(data)
    ran = keydesk("certificate", "add", "billing-api", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert keydesk("certificate", "list", "billing-api", "--json").document == []


def test_the_same_twice_and_a_file_that_is_none_are_refused(
    keydesk: Keydesk, added: dict[str, Any], file: Path, tmp_path: Path
) -> None:
    ran = keydesk("certificate", "add", "billing-api", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"“billing-api” has this certificate already: partner ({added['thumbprint'][:16]}).\n"
    ran = keydesk("certificate", "add", "billing-api", str(tmp_path / "none.pem"))
    assert (ran.code, ran.out) == (1, "")
    assert "No such file" in ran.err


def test_a_hostile_subject_is_harmless_on_the_terminal(
    keydesk: Keydesk, application: ApplicationView, file: Path
) -> None:
    subject = name(cn="\x1b]52;c;ZXZpbA==\x07漢字\u202e" + "x" * 10_000)
    file.write_bytes(pem(certificate(subject=subject, start=START, end=NOW + timedelta(days=5))))
    assert keydesk("certificate", "add", "billing-api", str(file)).code == 0
    for command in (
        ("certificate", "list", "billing-api"),
        ("expiring",),
        ("certificate", "list", "billing-api", "--json"),
    ):
        ran = keydesk(*command)
        assert "\x1b" not in ran.out + ran.err
        assert "\u202e" not in ran.out + ran.err


def test_expiring_lists_it(keydesk: Keydesk, added: dict[str, Any]) -> None:
    ran = keydesk("expiring", "--json")
    assert ran.code == 1
    (row,) = ran.document
    assert (row["kind"], row["id"], row["hint"]) == ("certificate", added["id"], added["thumbprint"][:16])
    assert (row["days_left"], row["state"], row["subject"]) == (20, "expiring", "CN=billing,O=Shop")


def test_export_for_auditors_says_certificate(keydesk: Keydesk, added: dict[str, Any]) -> None:
    ran = keydesk("activity", "export", "--format", "csv")
    assert any('"Certificate"' in line and "certificate.added" in line for line in ran.out.splitlines())


# Generating.


def generate(keydesk: Keydesk, out: Path, *more: str, given: str = f"{PASSWORD}\n") -> Any:
    return keydesk(
        "certificate", "generate", "billing-api", "--common-name", "nightly", "--out", str(out), *more, given=given
    )


def test_generate_writes_a_file_for_its_owner_only(
    keydesk: Keydesk, application: ApplicationView, tmp_path: Path
) -> None:
    out = tmp_path / "client.p12"
    ran = generate(keydesk, out, "--json")
    assert ran.code == 0, ran.err
    assert ran.document["subject"] == "CN=nightly"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    _, held, _ = pkcs12.load_key_and_certificates(out.read_bytes(), PASSWORD.encode())
    assert held is not None
    assert PASSWORD not in ran.out + ran.err
    assert generate(keydesk, out).err == f"{out} exists already; name a new file.\n"
    assert len(keydesk("certificate", "list", "billing-api", "--json").document) == 1


def test_generate_takes_the_password_from_a_file(
    keydesk: Keydesk, application: ApplicationView, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("pässword of the file\r\nnot this\n", newline="")
    out = tmp_path / "client.p12"
    assert generate(keydesk, out, "--password-file", str(tmp_path / "password"), given="").code == 0
    assert pkcs12.load_key_and_certificates(out.read_bytes(), "pässword of the file".encode())


@pytest.mark.parametrize(
    ("given", "said"), [("", "No password came on standard input"), ("short\n", "has 8 to 128 characters")]
)
def test_generate_without_a_fit_password_makes_nothing(
    keydesk: Keydesk, application: ApplicationView, tmp_path: Path, given: str, said: str
) -> None:
    ran = generate(keydesk, tmp_path / "client.p12", given=given)
    assert ran.code == 1
    assert said in ran.err
    assert list(tmp_path.glob("*.p12")) == []
    assert keydesk("certificate", "list", "billing-api", "--json").document == []


# Doctor.


def test_doctor_finds_a_certificate_that_is_another_one(
    keydesk: Keydesk, added: dict[str, Any], database: Database
) -> None:
    def finding() -> Any:
        return next(each for each in keydesk("doctor", "--json").document if each["subject"] == "certificates")

    assert finding()["state"] == "ok"
    for wrong in (pem(certificate()).decode(), "no PEM"):
        plain_sql(database, "UPDATE certificates SET pem = :wrong", wrong=wrong)
        assert finding()["state"] == "problem"
        assert added["id"] in finding()["what"]
