"""Clients with certificates of their own, through the real nginx of docs/operations.md, by curl."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.handbook import block
from tests.flows.test_behind_nginx import CALLER, GRANT, Behind, standing, status_of

pytestmark = pytest.mark.slow

KIND = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
PASSWORD = "between-us-and-the-file"


@pytest.fixture
def behind(home: Path, tmp_path: Path) -> Iterator[Behind]:
    """The settings of the page; our own authority is `ca.pem`, and somebody else's `other-ca.pem`."""
    for name in ("ca", "other-ca"):
        openssl(tmp_path, "req", "-x509", *KIND, "-days", "2", "-subj", "/CN=Clients CA", *to(name))
    places = {"/etc/keydesk/clients-ca.pem": str(tmp_path / "ca.pem")}
    settings = f'database = "{home / "keydesk.db"}"\n' + block("toml", places, holding="client_cert")
    with standing(home, tmp_path, settings) as behind:
        yield behind


def test_a_generated_certificate_gets_a_bound_token(behind: Behind, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    generating = ("--common-name", "billing", "--out", str(tmp_path / "own.p12"))
    behind.installed.ran(
        "certificate", "generate", "billing-api", *generating, "--password-file", str(tmp_path / "password")
    )
    own = [f'cert = "{tmp_path / "own.p12"}:{PASSWORD}"', 'cert-type = "P12"']
    openssl(tmp_path, "req", "-x509", *KIND, "-days", "2", "-subj", "/CN=billing", *to("twin"))
    check(behind, own, pair(tmp_path, "twin"))


def test_a_certificate_of_our_authority_gets_a_bound_token(behind: Behind, tmp_path: Path) -> None:
    for name, authority in (("registered", "ca"), ("renewed", "ca"), ("foreign", "other-ca")):
        issue(tmp_path, name, authority)
    behind.installed.ran("certificate", "add", "billing-api", str(tmp_path / "registered.pem"))
    check(behind, pair(tmp_path, "renewed"), pair(tmp_path, "foreign"))


def check(behind: Behind, own: list[str], other: list[str]) -> None:
    """Get a token by one certificate, bound to it, and none by the other or by none; a header helps nobody."""
    who = f'data = "client_id={behind.credential.client_id}"'
    status, token = behind.asked("/oauth2/token", *own, who, GRANT)
    assert (status, token["token_type"]) == (200, "Bearer")
    form = f'data = "token={token["access_token"]}"'
    told = behind.asked("/oauth2/introspect", *own, who, form)[1]
    assert told["active"] is True
    assert set(told["cnf"]) == {"x5t#S256"}

    bearer = f'header = "Authorization: Bearer {token["access_token"]}"'
    assert status_of(behind.via_proxy("/verify", bearer, *own)) == 200
    for lines in ([], other):
        assert status_of(behind.via_proxy("/verify", bearer, *lines)) == 401
        assert behind.asked("/oauth2/token", *lines, who, GRANT)[0] == 401
    (certificate,) = behind.installed.ran("certificate", "list", "billing-api")
    claimed = 'header = "Client-Cert: :QUJD:"'
    assert behind.asked("/oauth2/token", claimed, *own, who, GRANT)[0] == 200, "nginx puts its own in its place"
    assert behind.asked("/oauth2/token", claimed, who, GRANT)[0] == 401
    assert certificate["last_used_from"] == CALLER
    assert behind.asked("/oauth2/token", behind.logon, GRANT, *own)[0] == 200, "a secret works as before"
    behind.installed.ran("certificate", "delete", "billing-api", certificate["id"])
    assert status_of(behind.via_proxy("/verify", bearer, *own)) == 401


def issue(directory: Path, name: str, authority: str) -> None:
    """Issue a certificate for the one subject."""
    request = ["-keyout", str(directory / f"{name}.key"), "-out", str(directory / f"{name}.csr")]
    openssl(directory, "req", *KIND, "-subj", "/O=Example/CN=billing.example", *request)
    by = ["-CA", str(directory / f"{authority}.pem"), "-CAkey", str(directory / f"{authority}.key"), "-CAcreateserial"]
    (directory / "client.ext").write_text("basicConstraints = CA:FALSE\n")  # with extensions, it is of version 3
    what = ["-in", f"{name}.csr", "-out", f"{name}.pem", "-days", "2", "-extfile", "client.ext"]
    openssl(directory, "x509", "-req", *what, *by)


def pair(directory: Path, name: str) -> list[str]:
    """Return the lines by which curl shows a certificate."""
    return [f'cert = "{directory / f"{name}.pem"}"', f'key = "{directory / f"{name}.key"}"']


def to(name: str) -> list[str]:
    return ["-keyout", f"{name}.key", "-out", f"{name}.pem"]


def openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
