"""Programs run for the clipboard: own pipes, own session, a time limit, and an exit code whatever happens."""

import time
from pathlib import Path

import pytest

from tests.tui.clipboard.places import until
from tui.clipboard.running import NOT_FOUND, TIMED_OUT, Finished, Subprocesses

HERE = {"PATH": "/usr/bin:/bin", "PLACE": "here"}


def test_program_reads_stdin_and_answers() -> None:
    assert Subprocesses(HERE).run(("cat",), b"over", capture=True) == Finished(0, "over")


def test_nothing_that_a_program_says_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    finished = Subprocesses(HERE).run(("sh", "-c", "echo loud; echo louder >&2; exit 3"))
    assert finished == Finished(3)
    assert capfd.readouterr() == ("", "")


def test_program_sees_only_the_environment_it_is_given() -> None:
    seen = Subprocesses(HERE).run(("env",), capture=True).output.splitlines()
    assert {line for line in seen if not line.startswith(("PWD=", "SHLVL=", "_="))} == {
        "PATH=/usr/bin:/bin",
        "PLACE=here",
    }


def test_program_does_not_run_in_the_working_directory() -> None:
    assert Subprocesses(HERE).run(("pwd",), capture=True).output == "/\n"


def test_missing_program_is_an_exit_code() -> None:
    assert Subprocesses(HERE).run(("keydesk-has-no-such-program",), b"x") == Finished(NOT_FOUND)


def test_program_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    late = tmp_path / "late"
    command = f"(sleep 1; touch {late}) & sleep 60"
    assert Subprocesses(HERE, timeout=0.3).run(("sh", "-c", command)) == Finished(TIMED_OUT)
    time.sleep(1.2)
    assert not late.exists()


def test_program_that_ignores_its_stdin_is_no_error() -> None:
    assert Subprocesses(HERE).run(("true",), b"x" * 1_000_000) == Finished(0)


def test_program_that_stays_behind_does_not_hold_the_console_up() -> None:
    started = time.monotonic()
    assert Subprocesses(HERE).run(("sh", "-c", "sleep 3 &")) == Finished(0)
    assert time.monotonic() - started < 2


def waiting(tmp_path: Path) -> tuple[str, ...]:
    """A program that leaves a process behind, which writes down what it hears and that it has ended."""
    told, heard = tmp_path / "told", tmp_path / "heard"
    return ("sh", "-c", f"read line; echo $line > {told}; exec 3<&0; (cat <&3 > {heard}.new; mv {heard}.new {heard}) &")


def test_process_left_behind_was_told_and_can_be_called_back(tmp_path: Path) -> None:
    recall = Subprocesses(HERE).leave(waiting(tmp_path), b"digest 45\n")
    assert recall is not None
    assert (tmp_path / "told").read_text() == "digest 45\n"
    assert not (tmp_path / "heard").exists()
    recall()
    until((tmp_path / "heard").exists)
    assert (tmp_path / "heard").read_bytes() != b""


def test_calling_back_a_process_that_has_ended_is_harmless() -> None:
    recall = Subprocesses(HERE).leave(("true",), b"digest 45\n")
    assert recall is not None
    recall()


def test_process_that_did_not_start_cannot_be_called_back() -> None:
    assert Subprocesses(HERE).leave(("false",), b"digest 45\n") is None
    assert Subprocesses(HERE).leave(("keydesk-has-no-such-program",), b"digest 45\n") is None
