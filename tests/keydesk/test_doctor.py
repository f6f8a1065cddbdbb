"""`keydesk doctor`: each thing that can be wrong is found, named, and has a remedy."""

import os
import shlex
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from core.rules.clocks import Uptime
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from keydesk.doctor.clock import examine_clock
from keydesk.doctor.files import examine_configuration, examine_disk, examine_files
from keydesk.doctor.finding import Finding, Level
from keydesk.doctor.proxy import examine_proxy
from keydesk.doctor.terminal import Terminal, examine_clipboard, examine_terminal
from keydesk.settings import Settings
from store.database import Database
from tests.certs import pem
from tests.staging import Clock, compose, plain_sql
from tui.clipboard.running import Finished, Recall

Keydesk = Callable[..., Any]


class NoTmux:
    """A runner for which nothing is there to be run."""

    def run(self, argv: Any, stdin: bytes = b"", *, capture: bool = False) -> Finished:
        return Finished(127)

    def leave(self, argv: Any, stdin: bytes) -> Recall | None:
        return None


def worst(findings: Any, subject: str) -> Finding:
    """Return the finding on *subject* that matters most."""
    about = [finding for finding in findings if finding.subject == subject]
    return max(about, key=lambda finding: list(Level).index(finding.level))


def found(keydesk: Keydesk, **environ: str) -> dict[str, Mapping[str, str]]:
    """Return the worst of what the command finds, by subject."""
    words = [level.value for level in Level]
    findings = sorted(keydesk("doctor", "--json", **environ).document, key=lambda each: words.index(each["state"]))
    return {each["subject"]: each for each in findings}


def by_hand(path: Path, statement: str) -> None:
    """Change even the schema, as only somebody does who bends SQLite's rules."""
    with closing(sqlite3.connect(path)) as other:
        other.executescript(f"PRAGMA writable_schema = ON; {statement}; PRAGMA writable_schema = OFF;")


def test_a_sound_database_is_exit_code_0(keydesk: Keydesk, application: ApplicationView) -> None:
    ran = keydesk("doctor")
    assert ran.code == 0, ran.out
    assert not any(line.startswith("problem") for line in ran.out.splitlines())
    assert "its chain holds: 1 rows" in ran.out
    assert ran.err.startswith("0 problems, ")


def test_json_is_a_list_of_findings(keydesk: Keydesk, application: ApplicationView) -> None:
    findings = keydesk("doctor", "--json").document
    assert {tuple(each) for each in findings} == {("subject", "state", "what", "remedy")}
    assert {each["state"] for each in findings} <= {"ok", "warning", "problem"}
    assert all(each["remedy"] is None for each in findings if each["state"] == "ok")


@pytest.mark.parametrize("nonsense", ["'soon'", "'9999'", "x'ff'", "2026"])
def test_a_time_that_is_none_is_a_problem_that_names_its_row(
    keydesk: Keydesk, application: ApplicationView, database: Database, nonsense: str
) -> None:
    assert found(keydesk)["times"]["state"] == "ok"
    plain_sql(database, f"UPDATE applications SET locked_until = {nonsense}")
    times = found(keydesk)["times"]
    assert times["state"] == "problem"
    assert "applications.locked_until with rowid 1" in times["what"]


def test_a_clock_that_was_set_back_is_a_warning_that_says_until_when(
    keydesk: Keydesk, application: ApplicationView, database: Database
) -> None:
    assert found(keydesk)["clock"]["state"] == "ok"  # the only row is of a day in May
    plain_sql(database, "UPDATE audit_events SET at = '2999-12-31 12:00:00.000000'")
    clock = found(keydesk)["clock"]
    assert clock["state"] == "warning"
    assert "goes to 2999-12-31 12:00:00 UTC" in clock["what"]


@pytest.mark.parametrize(("uptime", "says"), [(None, "goes by it"), (Uptime("a boot", 1), "measured by the uptime")])
def test_it_is_said_what_measures_the_hour_of_a_lock(database: Database, uptime: Uptime | None, says: str) -> None:
    assert says in examine_clock(compose(database, Clock(), since_boot=lambda: uptime)).what


def test_looking_makes_no_database(keydesk: Keydesk, path: Path) -> None:
    ran = keydesk("doctor")
    assert ran.code == 3
    assert f"there is none at {path}" in ran.out
    assert not path.exists()


def test_an_altered_activity_is_a_problem(keydesk: Keydesk, application: ApplicationView, database: Database) -> None:
    plain_sql(database, "UPDATE audit_events SET actor = 'somebody else'")
    ran = keydesk("doctor")
    assert ran.code == 1
    assert "problem  activity: row 1 is the first that does not fit its chain" in ran.out


def test_rows_without_their_application_are_a_problem(
    keydesk: Keydesk, application: ApplicationView, services: Services, path: Path
) -> None:
    services.client_secrets.add(application.id, NewSecret())
    with closing(sqlite3.connect(path)) as other:  # without foreign keys, as any other program
        other.execute("DELETE FROM applications")
        other.commit()
    ran = keydesk("doctor")
    assert ran.code == 1
    assert "problem  references: 1 rows refer to something that is gone: client_secrets" in ran.out


def test_an_index_that_lacks_its_rows_makes_the_place_unfit(
    keydesk: Keydesk, application: ApplicationView, database: Database, path: Path
) -> None:
    database.close()
    index = "ix_audit_events_application_id"
    by_hand(path, f"CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = '{index}'")
    by_hand(path, f"DELETE FROM sqlite_schema WHERE name = '{index}'")
    by_hand(path, "DELETE FROM audit_events")
    by_hand(path, "INSERT INTO sqlite_schema SELECT * FROM kept")
    ran = keydesk("doctor")
    assert ran.code == 3
    assert f"problem  integrity: the database is damaged: wrong # of entries in index {index}" in ran.out
    assert "problem  activity: row 1" in ran.out


def test_files_open_to_others_are_named_with_what_closes_them(
    keydesk: Keydesk, application: ApplicationView, path: Path
) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o755)
    by_subject = found(keydesk)
    assert by_subject["file"]["state"] == "warning"
    assert by_subject["file"]["remedy"] == f"chmod 600 {path}"
    assert by_subject["directory"]["remedy"] == f"chmod 700 {path.parent}"


def test_a_remedy_can_be_copied_into_a_shell_whatever_the_file_is_called(home: Path) -> None:
    path = home / "our keys; rm x.db"
    for name in (path, home / f".{path.name}.01.birth"):
        name.touch()
        name.chmod(0o644)
    remedies = {finding.subject: finding.remedy for finding in examine_files(path)}
    assert shlex.split(remedies["file"]) == ["chmod", "600", str(path)]
    assert shlex.split(remedies["leftovers"].partition(": ")[2]) == ["rm", f"{home}/.{path.name}.01.birth"]
    path.chmod(0o666)
    assert shlex.split(worst(examine_configuration([path]), "configuration").remedy) == ["chmod", "go-w", str(path)]


def test_another_owner_is_named(path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    path.touch()
    os.chown(path, 4_000_000, -1)
    assert worst(examine_files(path), "owner").remedy == "Work as that account: sudo -u '#4000000' keydesk"


def test_leftovers_of_a_first_start_are_found(keydesk: Keydesk, application: ApplicationView, path: Path) -> None:
    left = path.with_name(f".{path.name}.0123456789abcdef.birth")
    left.touch(0o600)
    assert str(left) in found(keydesk)["leftovers"]["remedy"]
    assert left.exists()


def test_a_network_file_system_is_a_problem(tmp_path: Path) -> None:
    mounts = f"/dev/sda / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n"
    finding = worst(examine_disk(tmp_path, mounts), "disk")
    assert (finding.level, "nfs4" in finding.what) == (Level.PROBLEM, True)
    assert worst(examine_disk(tmp_path, mounts.replace("nfs4", "xfs")), "disk").level is Level.OK


def test_a_configuration_that_others_may_write_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    file.chmod(0o664)
    assert worst(examine_configuration([file]), "configuration").remedy == f"chmod go-w {file}"
    file.chmod(0o644)
    assert worst(examine_configuration([file]), "configuration").level is Level.OK
    assert worst(examine_configuration([]), "configuration").level is Level.OK


def test_a_bad_configuration_is_a_problem_and_hides_no_other_line(
    keydesk: Keydesk, application: ApplicationView, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("mouse = 1")
    by_subject = found(keydesk, KEYDESK_CONFIG=str(file))
    assert by_subject["configuration"]["what"] == f"{file}: mouse must be true or false."
    assert by_subject["database"]["what"] == "not looked at: the configuration may name it"
    assert {"versions", "operator", "locale", "terminal"} <= set(by_subject)
    assert keydesk("doctor", KEYDESK_CONFIG=str(file)).code == 1


@pytest.mark.parametrize(
    ("terminal", "term", "levels"),
    [
        (Terminal("utf-8", (80, 24)), "xterm", {"locale": Level.OK, "terminal": Level.OK}),
        (Terminal("UTF-8", None), "", {"locale": Level.OK, "terminal": Level.OK}),
        (Terminal("iso8859-1", (79, 24)), "xterm", {"locale": Level.WARNING, "terminal": Level.WARNING}),
        (Terminal("utf-8", (80, 23)), "xterm", {"locale": Level.OK, "terminal": Level.WARNING}),
        (Terminal("utf-8", (80, 24)), "dumb", {"locale": Level.OK, "terminal": Level.WARNING}),
        (Terminal("utf-8", (80, 24)), "", {"locale": Level.OK, "terminal": Level.WARNING}),
    ],
)
def test_locale_and_terminal_are_looked_at(terminal: Terminal, term: str, levels: dict[str, Level]) -> None:
    findings = list(examine_terminal(terminal, {"TERM": term}))
    assert {subject: worst(findings, subject).level for subject in levels} == levels


@pytest.mark.parametrize(
    ("environ", "setting", "level", "words"),
    [
        ({"TERM": "xterm-256color", "SSH_CONNECTION": "x"}, "auto", Level.OK, "by osc52"),
        ({"TERM": "screen.xterm", "STY": "1.x"}, "auto", Level.OK, "by screen"),
        ({"TERM": "tmux-256color", "SUDO_UID": "0"}, "auto", Level.WARNING, "multiplexer is out of reach"),
        ({"TERM": "xterm"}, "off", Level.OK, "off, as the configuration says"),
        ({"TERM": "xterm", "TMUX": "/nowhere,1,0"}, "auto", Level.WARNING, "No tmux answers here."),
    ],
)
def test_the_way_to_the_clipboard_is_told(environ: dict[str, str], setting: str, level: Level, words: str) -> None:
    terminal = Terminal("utf-8", (80, 24))
    (finding,) = examine_clipboard(terminal, {"PATH": "", **environ}, setting, NoTmux())
    assert finding.level is level
    assert words in finding.what


def test_without_a_signing_key_no_key_file_is_missed_or_made(
    keydesk: Keydesk, application: ApplicationView, path: Path
) -> None:
    finding = found(keydesk)["key file"]
    assert (finding["state"], finding["what"]) == ("ok", "none yet; keydesk serve makes it")
    assert not path.with_name(f"{path.name}.key").exists()


def test_a_key_file_that_opens_the_signing_key_is_well(
    keydesk: Keydesk, application: ApplicationView, path: Path
) -> None:
    keydesk("keys", "rotate")
    assert found(keydesk)["key file"] == {
        "subject": "key file",
        "state": "ok",
        "what": f"{path}.key, the signing key opens",
        "remedy": None,
    }


def remove(file: Path) -> None:
    file.unlink()


def open_to_others(file: Path) -> None:
    file.chmod(0o640)


def garble(file: Path) -> None:
    file.write_text("no key\n")


def exchange(file: Path) -> None:
    file.write_text("a" * 43 + "=\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (remove, "is missing, and the signing key is sealed under it"),
        (open_to_others, "is open to others: chmod 600 it."),
        (garble, "is no key file of keydesk"),
        (exchange, "is another one than the signing key is sealed under"),
    ],
)
def test_a_key_file_that_the_server_would_refuse_is_a_problem(
    keydesk: Keydesk, application: ApplicationView, path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    keydesk("keys", "rotate")
    spoil(path.with_name(f"{path.name}.key"))
    finding = found(keydesk)["key file"]
    assert finding["state"] == "problem"
    assert words in finding["what"]
    assert finding["remedy"]
    assert keydesk("doctor").code == 1


def test_a_key_file_elsewhere_is_looked_at_there(
    keydesk: Keydesk, application: ApplicationView, path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "key"
    keydesk("keys", "rotate", KEYDESK_KEY_FILE=str(elsewhere))
    assert str(elsewhere) in found(keydesk, KEYDESK_KEY_FILE=str(elsewhere))["key file"]["what"]
    assert found(keydesk)["key file"]["state"] == "problem"


def test_the_row_of_a_server_that_was_killed_is_worth_no_line(
    keydesk: Keydesk, application: ApplicationView, database: Database
) -> None:
    plain_sql(
        database, "INSERT INTO servers (address, issuer, started_at) VALUES ('x', 'x', '2026-05-02 12:00:00.000000')"
    )
    assert keydesk("doctor").code == 0


def test_signing_keys_that_cannot_be_read_hide_no_other_line(
    keydesk: Keydesk, application: ApplicationView, database: Database
) -> None:
    keydesk("keys", "rotate")
    plain_sql(database, "UPDATE signing_keys SET created_at = 'never'")
    by_subject = found(keydesk)
    assert "signing_keys.created_at" in by_subject["times"]["what"]
    assert by_subject["key file"]["what"] == "not looked at: the signing keys cannot be read"
    assert {"activity", "terminal"} <= set(by_subject)


@pytest.mark.parametrize(
    ("configured", "level", "what", "remedy"),
    [
        ({"client_cert": "rfc9440"}, Level.WARNING, "no proxy is trusted", "[proxy] trusted"),
        ({"mtls_ca": "CA"}, Level.WARNING, "nothing says how a certificate is passed on", "[proxy] client_cert"),
        ({"client_cert_header": "X-Cert"}, Level.WARNING, "nothing says how", "[proxy] client_cert"),
        ({"mtls_ca": "/nowhere.pem"}, Level.PROBLEM, "/nowhere.pem cannot be read", "does not start before"),
    ],
)
def test_what_is_configured_by_halves_for_certificates_is_said(
    tmp_path: Path, configured: dict[str, str], level: Level, what: str, remedy: str
) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_bytes(pem())
    given = {key: str(authority) if value == "CA" else value for key, value in configured.items()}
    finding = worst(examine_proxy(Settings("x.db", **given)), "client certificates")  # type: ignore[arg-type]  # texts
    assert (finding.level, what in finding.what, remedy in finding.remedy) == (level, True, True)


def test_certificates_that_are_wholly_configured_or_not_at_all_are_no_worry(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_bytes(pem())
    whole = Settings("x.db", trusted=(ip_network("10.0.0.7"),), client_cert="rfc9440", mtls_ca=str(authority))
    assert worst(examine_proxy(whole), "client certificates").level is Level.OK
    assert list(examine_proxy(Settings("x.db"))) == []
