"""keydesk as a process: its start, its streams, and its end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pexpect
import pytest

from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from keydesk import __version__
from tests.processes import ROOT

VALUE = re.compile(rb"kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}")
HEAVY = ["typer", "click", "rich", "sqlalchemy", "sqlmodel", "alembic", "argon2", "pydantic", "textual"]
Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.mark.slow
def test_a_whole_life_of_a_secret_by_commands(program: Program) -> None:
    made = program("application", "create", "billing-api", "--json")
    added = program("secret", "add", "billing-api")
    value = added.stdout.strip()
    assert (made.returncode, added.returncode, made.stderr) == (0, 0, b"")
    assert VALUE.fullmatch(value)
    assert value not in added.stderr
    assert program("secret", "verify", json.loads(made.stdout)["client_id"], input=value).returncode == 0
    assert program("secret", "revoke", "billing-api", value[:11].decode()).returncode == 0
    found = program("secret", "find", "--json", input=value)
    assert (found.returncode, json.loads(found.stdout)["state"]) == (1, "revoked")
    assert found.stderr == b"The secret is revoked.\n"


def test_the_version_is_that_of_the_package(program: Program) -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert program("--version").stdout == f"keydesk {__version__}\n".encode()
    assert packaged == __version__


def test_nothing_heavy_is_imported_on_the_way_to_the_console() -> None:
    script = (
        "import sys\nfrom keydesk.__main__ import main\nsys.argv[1:] = ['--theme', 'dark']\ncode = main()\n"
        f"print(code, [name for name in {HEAVY} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ran.stdout == "3 []\n"
    assert ran.stderr == "The console wants a terminal. For scripts there are commands: keydesk --help.\n"


def test_help_names_what_there_is_and_nothing_else(program: Program) -> None:
    ran = program("--help")
    commands = re.findall(rb"^  ([a-z-]+)  ", ran.stdout.partition(b"Commands:")[2], re.MULTILINE)
    assert ran.returncode == 0
    nouns = [b"application", b"secret", b"certificate", b"jwt-trust", b"lock", b"api", b"activity", b"keys"]
    assert commands == [*nouns, b"expiring", b"serve", b"backup", b"doctor"]


@pytest.mark.slow
def test_a_command_on_the_demo_leaves_nothing(program: Program, path: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ran = program("--demo", "application", "list", "--json", variables={"TMPDIR": str(scratch)})
    assert ran.returncode == 0
    assert len(json.loads(ran.stdout)) > 3
    assert list(scratch.iterdir()) == []
    assert not path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii"}])
def test_an_output_that_is_not_utf_8_gets_escapes(
    program: Program, services: Services, application: ApplicationView, variables: Mapping[str, str]
) -> None:
    made = program("application", "create", "漢字 é", variables=variables)
    listed = program("application", "list", variables=variables)
    taken = program("application", "create", "billing-api", variables=variables)
    assert [made.returncode, listed.returncode, taken.returncode] == [0, 0, 1]
    assert rb"\u6f22\u5b57" in listed.stdout
    assert taken.stderr == rb"There is already an application named \u201cbilling-api\u201d." + b"\n"


def test_a_closed_pipe_ends_a_list_quietly(program: Program, services: Services, application: ApplicationView) -> None:
    ran = program("application", "list", stdout=deaf_pipe())
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_a_full_disk_under_stdout_is_said(program: Program, services: Services, application: ApplicationView) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = program("application", "list", stdout=full)
    assert (ran.returncode, ran.stderr) == (1, b"Standard output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_secret_that_nobody_could_see_is_named_by_its_hint(
    program: Program, services: Services, application: ApplicationView, form: list[str]
) -> None:
    ran = program("secret", "add", "billing-api", *form, stdout=deaf_pipe())
    (secret,) = services.client_secrets.list(application.id)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"The secret was made, but standard output did not take it")
    assert ran.stderr.endswith(f"keydesk secret revoke {application.client_id} {secret.hint}\n".encode())


@pytest.mark.parametrize(
    ("grace", "way_out"), [("1h", "undo-rotation {client_id} {old}"), ("now", "rotate {client_id} {new} --grace now")]
)
def test_a_twin_that_nobody_could_see_has_a_way_out(
    program: Program, services: Services, application: ApplicationView, issued: IssuedSecret, grace: str, way_out: str
) -> None:
    old = issued.secret.hint
    ran = program("secret", "rotate", "billing-api", old, "--grace", grace, stdout=deaf_pipe())
    (new,) = (view.hint for view in services.client_secrets.list(application.id) if view.hint != old)
    expected = f"keydesk secret {way_out.format(client_id=application.client_id, old=old, new=new)}\n"
    assert (ran.returncode, ran.stderr.endswith(expected.encode())) == (1, True), ran.stderr


def test_no_secret_is_made_for_a_closed_stdout(
    program: Program, services: Services, application: ApplicationView, environ: Mapping[str, str]
) -> None:
    ran = shell("keydesk secret add billing-api >&-", environ)
    assert (ran.returncode, ran.stderr) == (1, b"Standard output is closed.\n")
    assert services.client_secrets.list(application.id) == ()


def test_a_closed_stderr_spoils_no_stdout(
    services: Services, application: ApplicationView, environ: Mapping[str, str]
) -> None:
    ran = shell("keydesk secret add billing-api 2>&-", environ)
    assert ran.returncode == 0
    assert VALUE.fullmatch(ran.stdout.strip())


def test_a_closed_stdin_is_no_secret(
    services: Services, application: ApplicationView, environ: Mapping[str, str]
) -> None:
    ran = shell("keydesk secret verify billing-api <&-; keydesk secret find <&-", environ)
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [b"No secret came on standard input: pipe it in, or paste it at the prompt."] * 2


def test_bytes_that_are_no_text_are_no_secret(
    program: Program, services: Services, application: ApplicationView
) -> None:
    ran = program("secret", "verify", "billing-api", input=b"\xff\xfe\x00" * 9999)
    assert (ran.returncode, ran.stderr) == (1, b"It matches no client secret of this application.\n")


def test_the_process_list_shows_no_secret_and_ctrl_c_ends_quietly(
    services: Services, application: ApplicationView, environ: Mapping[str, str]
) -> None:
    value = services.client_secrets.add(application.id, NewSecret()).value
    command = [sys.executable, "-m", "keydesk", "secret", "verify", "billing-api"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        process.stdin.write(value.encode())  # no end of line: it goes on reading
        process.stdin.flush()
        wait_until_reading(process)
        seen = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert b"billing-api" in seen
    assert not VALUE.search(seen)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_terminal_asks_for_the_secret_without_echo(
    services: Services, application: ApplicationView, environ: Mapping[str, str]
) -> None:
    value = services.client_secrets.add(application.id, NewSecret()).value
    argv = ["-m", "keydesk", "secret", "verify", "billing-api"]
    terminal = pexpect.spawn(
        sys.executable, argv, cwd=str(ROOT), env={**os.environ, **environ}, timeout=20, encoding="utf-8"
    )
    terminal.expect("Client secret: ")
    terminal.sendline(value)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert "Works         yes" in re.sub(r" +", "         ", terminal.before)
    assert value not in terminal.before
    assert terminal.exitstatus == 0


def test_textual_variables_reach_nobody(program: Program, services: Services, tmp_path: Path) -> None:
    log = tmp_path / "textual.log"
    ran = program("application", "list", "--json", variables={"TEXTUAL_LOG": str(log), "TEXTUAL": "devtools"})
    assert ran.returncode == 0
    assert not log.exists()


def deaf_pipe() -> int:
    """Return the writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def shell(script: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a shell's line in which `keydesk` is this program."""
    defined = f'keydesk() {{ "{sys.executable}" -m keydesk "$@"; }}; {script}'
    return subprocess.run(
        ["/bin/sh", "-c", defined], cwd=ROOT, env={**os.environ, **environ}, capture_output=True, check=False
    )


def wait_until_reading(process: subprocess.Popen[Any]) -> None:
    """Wait until the process sleeps in a read of its stdin."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if "pipe_read" in Path(f"/proc/{process.pid}/wchan").read_text():
            return
        time.sleep(0.05)
    pytest.skip("this kernel does not say what a process waits for")
