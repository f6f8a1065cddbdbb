"""The mail about what expires, as docs/operations.md sets it up: its script run for real, its units read by systemd."""

import os
import shutil
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.rules.limits import THRESHOLDS
from tests.flows.handbook import block
from tests.flows.installed import KEYDESK, Installed

pytestmark = pytest.mark.slow

SENDMAIL = '#!/bin/sh\nprintf "%s " "$@" > {0}/arguments\ncat > {0}/mail\nexit "$(cat {0}/code)"\n'


@dataclass(frozen=True)
class Mailing:
    """The script of the page on a machine whose sendmail keeps what it is given."""

    installed: Installed
    directory: Path

    @property
    def mail(self) -> EmailMessage | None:
        """What was sent, if anything was."""
        sent = self.directory / "mail"
        if not sent.exists():
            return None
        message = message_from_bytes(sent.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def run(self, *, sendmail_ends_with: int = 0) -> subprocess.CompletedProcess[str]:
        """Start the line of the unit as systemd would: without a shell, a locale or a terminal."""
        (self.directory / "code").write_text(str(sendmail_ends_with))
        line = service(self.directory).split("ExecStart=")[1].split("\n")[0]
        environ = {
            "PATH": os.environ["PATH"],
            "KEYDESK_CONFIG": os.devnull,
            "KEYDESK_DATABASE": str(self.installed.directory / "keydesk.db"),
            "TMPDIR": str(self.directory),
        }
        ended = subprocess.run(line.split(), env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert not list(self.directory.glob("tmp.*")), "the script leaves a file behind"
        return ended


def service(directory: Path) -> str:
    """Return the unit of the page, with the script where the test has put it."""
    script = {"/usr/local/bin/keydesk-expiring-mail": str(directory / "keydesk-expiring-mail")}
    return block("ini", script, holding="keydesk-expiring-mail")


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def mailing(home: Path, tmp_path: Path) -> Mailing:
    executable(tmp_path / "sendmail", SENDMAIL.format(tmp_path))
    places = {"/opt/keydesk/bin/keydesk": str(KEYDESK), "/usr/sbin/sendmail": str(tmp_path / "sendmail")}
    executable(tmp_path / "keydesk-expiring-mail", block("sh", places))
    return Mailing(Installed(home), tmp_path)


@pytest.fixture
def expiring(mailing: Mailing) -> Mailing:
    """One secret that ends within five days, of a description that no header and no shell takes lightly."""
    mailing.installed.ran("application", "create", "請求書発行")
    mailing.installed.ran("secret", "add", "請求書発行", "--description", "$(id) `id` \\ END")
    at = (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(mailing.installed.directory / "keydesk.db")) as connection, connection:
        connection.execute("UPDATE client_secrets SET expires_at = ?", [at])
    return mailing


def test_what_expires_is_mailed_as_the_table(expiring: Mailing) -> None:
    ended = expiring.run()
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    mail = expiring.mail
    assert mail is not None
    assert (mail["To"], mail["Subject"]) == ("operators@login.example", "keydesk: client secrets that expire soon")
    assert not mail.defects
    said, _, head, row, *_ = mail.get_content().splitlines()
    assert said == "1 expires within 30 days."
    assert head.startswith("APPLICATION")
    assert row.split()[:3] == ["請求書発行", "client", "secret"]
    assert "$(id) `id` \\ END" in row
    assert (expiring.directory / "arguments").read_text().split() == ["-t", "-i"]


def test_nothing_is_mailed_or_printed_where_nothing_expires(mailing: Mailing) -> None:
    mailing.installed.credential("billing-api", "read")
    ended = mailing.run()
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert mailing.mail is None


def test_database_that_cannot_be_read_fails_the_unit_and_mails_nothing(mailing: Mailing) -> None:
    ended = mailing.run()
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "does not exist" in ended.stderr
    assert mailing.mail is None


def test_refusal_is_not_taken_for_something_that_expires(expiring: Mailing) -> None:
    with closing(sqlite3.connect(expiring.installed.directory / "keydesk.db")) as connection, connection:
        connection.execute("UPDATE client_secrets SET last_used_at = 'yesterday'")
    ended = expiring.run()
    assert ended.returncode == 1
    assert "see: keydesk doctor" in ended.stderr
    assert expiring.mail is None


def test_mail_that_is_not_taken_fails_the_unit(expiring: Mailing) -> None:
    assert expiring.run(sendmail_ends_with=75).returncode == 75


def test_systemd_understands_the_service_and_the_timer(mailing: Mailing) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: nobody has read the units")
    units = [mailing.directory / f"keydesk-expiring.{kind}" for kind in ("service", "timer")]
    units[0].write_text(service(mailing.directory))
    units[1].write_text(block("ini", holding="[Timer]"))
    command = ["systemd-analyze", "verify", *map(str, units)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "keydesk-expiring" not in ended.stderr


def test_thresholds_of_the_page_are_those_that_hold_without_it() -> None:
    assert tomllib.loads(block("toml", holding="thresholds"))["expiring"]["thresholds"] == list(THRESHOLDS)
