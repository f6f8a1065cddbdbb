"""What `Clipboard` does and says, with every program's answer written by the test."""

import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from tests.tui.clipboard.places import Notebook
from tui.clipboard import Clipboard, Outcome, Report, Setting
from tui.clipboard import report as reports
from tui.clipboard.routes import DESKTOP, Way
from tui.clipboard.running import Finished

VALUE = "kd_Example1_not-a-secret-but-the-place-of-one"
PAYLOAD = b64encode(VALUE.encode()).decode()
COPY = f"\x1b]52;c;{PAYLOAD}\x07"
BLANK = "\x1b]52;c;IA==\x07"

SSH = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/3"}
IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,42,0"}
DESCRIBED = (
    "3.3a|xterm-256color|/dev/pts/1\nTerminal 0: xterm-256color for /dev/pts/1, flags=0x20:\n 192: Ms: (string) x"
)


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """The environment of a desktop that has xclip."""
    program = tmp_path / "xclip"
    program.touch(mode=0o755)
    return {"TERM": "xterm-256color", "DISPLAY": ":0", "PATH": str(tmp_path)}


def verb(argv: Sequence[str]) -> str:
    """What a command of the notebook was for."""
    return argv[1] if argv[0] == "tmux" else argv[-2]


def answering(**codes: int) -> Notebook:
    """A notebook in which tmux describes itself, and the verbs named here end with these codes."""

    def answers(argv: Sequence[str]) -> Finished:
        if verb(argv) == "display-message":
            return Finished(0, DESCRIBED)
        return Finished(codes.get(verb(argv).replace("-", "_"), 0))

    return Notebook(answers)


# tmux


def test_tmux_loads_and_deletes_one_buffer_with_a_random_name() -> None:
    runner, sent = answering(), []
    clipboard = Clipboard(IN_TMUX, sent.append, runner=runner, token_bytes=lambda n: b"\xab" * n)
    assert clipboard.copy(VALUE).outcome is Outcome.SENT
    name = "keydesk-" + "ab" * 8
    command = ("tmux", "load-buffer", "-w", "-b", name, "-", ";", "delete-buffer", "-b", name)
    assert runner.ran[1:] == [(command, VALUE.encode())]
    assert sent == [], "raw OSC 52 inside tmux is lost, and would show that it was tried"


def test_two_copies_do_not_share_a_buffer_name() -> None:
    runner = answering()
    clipboard = Clipboard(IN_TMUX, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    clipboard.copy(VALUE)
    names = {argv[4] for argv, _ in runner.ran if verb(argv) == "load-buffer"}
    assert len(names) == 2


def test_copy_that_tmux_refuses_is_not_copied() -> None:
    runner = answering(load_buffer=1, delete_buffer=1)
    report = Clipboard(IN_TMUX, lambda text: None, runner=runner).copy(VALUE)
    assert (report.outcome, report.sentence) == (Outcome.NOT_COPIED, "Not copied: select it, or press w.")


def test_buffer_that_tmux_did_not_delete_is_deleted_again() -> None:
    runner = answering(load_buffer=1, delete_buffer=0)
    assert Clipboard(IN_TMUX, lambda text: None, runner=runner).copy(VALUE).outcome is Outcome.SENT
    assert verb(runner.ran[-1][0]) == "delete-buffer"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (DESCRIBED, Outcome.SENT),
        (DESCRIBED.replace("3.3a|", "next-3.4|"), Outcome.SENT),
        (DESCRIBED.replace("3.3a|", "3.2|"), Outcome.SENT),
        (DESCRIBED.replace("3.3a|", "master|"), Outcome.SENT),
        (DESCRIBED.replace("3.3a|", "3.1c|"), Outcome.NOT_COPIED),
        (DESCRIBED.replace("3.3a|", "|"), Outcome.NOT_COPIED),
        (DESCRIBED.replace("(string) x", "[missing]"), Outcome.NOT_COPIED),
        (DESCRIBED.replace("for /dev/pts/1,", "for /dev/pts/2,"), Outcome.NOT_COPIED),
        ("3.3a||", Outcome.NOT_COPIED),
        ("no such thing", Outcome.NOT_COPIED),
        ("", Outcome.NOT_COPIED),
    ],
)
def test_what_tmux_says_about_itself_decides(answer: str, outcome: Outcome) -> None:
    runner = Notebook(lambda argv: Finished(0, answer if verb(argv) == "display-message" else ""))
    assert Clipboard(IN_TMUX, lambda text: None, runner=runner).copy(VALUE).outcome is outcome


def test_tmux_is_not_asked_where_there_is_none() -> None:
    runner = Notebook()
    Clipboard({"TERM": "tmux-256color", "SUDO_UID": "1000"}, lambda text: None, runner=runner).copy(VALUE)
    assert runner.ran == []


# the terminal


def test_over_ssh_the_terminal_is_sent_the_copy() -> None:
    runner, sent = Notebook(), []
    report = Clipboard(SSH, sent.append, runner=runner).copy(VALUE)
    assert sent == [COPY]
    assert report.outcome is Outcome.SENT
    assert "cannot be confirmed" in report.sentence
    assert (runner.ran, runner.left, report.clears_after) == ([], [], 0)


def test_in_screen_the_copy_is_wrapped() -> None:
    sent: list[str] = []
    report = Clipboard({"TERM": "screen", "STY": "42.pts-0"}, sent.append, runner=Notebook()).copy(VALUE)
    assert sent == [f"\x1bP{COPY}\x1b\\"]
    assert "through screen" in report.sentence


def test_terminal_that_cannot_be_written_is_not_copied() -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    assert Clipboard(SSH, gone, runner=Notebook()).copy(VALUE).outcome is Outcome.NOT_COPIED


def test_console_without_a_clipboard_is_sent_nothing() -> None:
    sent: list[str] = []
    report = Clipboard({"TERM": "linux"}, sent.append, runner=Notebook()).copy(VALUE)
    assert (report.outcome, sent) == (Outcome.NOT_COPIED, [])
    assert "TERM=linux" in report.why


# the desktop


def test_copy_that_was_read_back_is_copied(desk: dict[str, str]) -> None:
    runner, sent = Notebook(), []
    report = Clipboard(desk, sent.append, runner=runner).copy(VALUE)
    assert (report.outcome, report.sentence) == (Outcome.COPIED, "Copied. It will be cleared in 45 s.")
    assert [(verb(argv), argv[-1], stdin) for argv, stdin in runner.ran] == [("copy", "xclip", VALUE.encode())]
    assert sent == []


def test_copy_that_was_not_read_back_goes_to_the_terminal(desk: dict[str, str]) -> None:
    runner, sent = answering(copy=1), []
    report = Clipboard(desk, sent.append, runner=runner).copy(VALUE)
    assert (report.outcome, sent, runner.left) == (Outcome.SENT, [COPY], [])


def test_setting_native_does_not_fall_back(desk: dict[str, str]) -> None:
    sent: list[str] = []
    clipboard = Clipboard(desk, sent.append, runner=answering(copy=1), setting=Setting.NATIVE)
    assert (clipboard.copy(VALUE).outcome, sent) == (Outcome.NOT_COPIED, [])


def test_process_that_will_clear_knows_a_digest_and_a_delay(desk: dict[str, str]) -> None:
    runner = Notebook()
    assert Clipboard(desk, lambda text: None, runner=runner, clear_after=30).copy(VALUE).clears_after == 30
    [(argv, stdin)] = runner.left
    assert verb(argv) == "expire"
    assert stdin.decode() == f"{sha256(VALUE.encode()).hexdigest()} 30\n"


@pytest.mark.parametrize(("clear_after", "secret"), [(0, True), (45, False)])
def test_what_may_stay_is_not_cleared(desk: dict[str, str], clear_after: int, secret: bool) -> None:
    runner = Notebook()
    report = Clipboard(desk, lambda text: None, runner=runner, clear_after=clear_after).copy(VALUE, secret=secret)
    assert (report.sentence, report.clears_after, runner.left) == ("Copied.", 0, [])


def test_no_clearing_is_promised_when_nobody_stays_to_do_it(desk: dict[str, str]) -> None:
    report = Clipboard(desk, lambda text: None, runner=Notebook(leaves=False)).copy(VALUE)
    assert (report.sentence, report.clears_after) == ("Copied.", 0)


def test_second_copy_calls_back_the_process_that_waits_for_the_first(desk: dict[str, str]) -> None:
    runner = Notebook()
    clipboard = Clipboard(desk, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    assert runner.recalls == 0
    clipboard.copy(VALUE)
    assert (runner.recalls, len(runner.left)) == (1, 2)


def test_copy_to_the_terminal_leaves_the_desktops_clearing_in_place(desk: dict[str, str]) -> None:
    answers = iter([0, 1])
    runner = Notebook(lambda argv: Finished(next(answers)))
    clipboard = Clipboard(desk, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    clipboard.copy("another")
    assert runner.recalls == 0


# off, and nothing


def test_switched_off_nothing_runs_and_nothing_is_sent(desk: dict[str, str]) -> None:
    runner, sent = Notebook(), []
    report = Clipboard(desk, sent.append, runner=runner, setting=Setting.OFF).copy(VALUE)
    assert (report.outcome, runner.ran, sent) == (Outcome.NOT_COPIED, [], [])


def test_empty_value_leaves_the_clipboard_as_it_is(desk: dict[str, str]) -> None:
    runner = Notebook()
    assert Clipboard(desk, lambda text: None, runner=runner).copy("").outcome is Outcome.NOT_COPIED
    assert runner.ran == []


def test_way_out_of_w_is_offered_for_secrets_only() -> None:
    clipboard = Clipboard({"TERM": "dumb"}, lambda text: None, runner=Notebook())
    assert clipboard.copy(VALUE).sentence == "Not copied: select it, or press w."
    assert clipboard.copy(VALUE, secret=False).sentence == "Not copied: select it."


# clearing at once


def test_nothing_is_cleared_before_something_was_copied(desk: dict[str, str]) -> None:
    runner, sent = Notebook(), []
    assert Clipboard(desk, sent.append, runner=runner).clear().outcome is Outcome.NOT_CLEARED
    assert (runner.ran, sent) == ([], [])


def test_desktop_that_was_seen_to_empty_is_cleared(desk: dict[str, str]) -> None:
    runner = Notebook()
    clipboard = Clipboard(desk, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is Outcome.CLEARED
    assert (verb(runner.ran[-1][0]), runner.recalls) == ("clear", 1)
    assert clipboard.clear().sentence.startswith("Nothing was copied")


def test_desktop_that_cannot_be_emptied_keeps_its_waiting_process(desk: dict[str, str]) -> None:
    runner = answering(clear=1)
    clipboard = Clipboard(desk, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is Outcome.NOT_CLEARED
    assert runner.recalls == 0


def test_terminals_clipboard_is_sent_a_blank_as_often_as_asked() -> None:
    sent: list[str] = []
    clipboard = Clipboard(SSH, sent.append, runner=Notebook())
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is clipboard.clear().outcome is Outcome.SENT
    assert sent == [COPY, BLANK, BLANK]


def test_tmux_passes_the_blank_on() -> None:
    runner = answering()
    clipboard = Clipboard(IN_TMUX, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is Outcome.SENT
    argv, stdin = runner.ran[-1]
    assert (verb(argv), stdin) == ("load-buffer", b" ")


def test_of_two_clipboards_the_more_doubtful_one_is_told(desk: dict[str, str]) -> None:
    answers = {"copy": iter([0, 1]), "clear": iter([0])}
    runner = Notebook(lambda argv: Finished(next(answers[verb(argv)])))
    clipboard = Clipboard(desk, lambda text: None, runner=runner)
    clipboard.copy(VALUE)
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is Outcome.SENT


def test_two_keys_at_once_are_served_one_after_the_other(desk: dict[str, str]) -> None:
    inside: list[str] = []

    def slowly(argv: Sequence[str]) -> Finished:
        inside.append(verb(argv))
        time.sleep(0.05)
        assert inside.pop() == verb(argv)
        return Finished(int(bool(inside)))

    clipboard = Clipboard(desk, lambda text: None, runner=Notebook(slowly))
    clipboard.copy(VALUE)
    with ThreadPoolExecutor() as threads:
        keys = [threads.submit(key) for key in (lambda: clipboard.copy(VALUE), clipboard.clear)]
    assert {key.result().outcome for key in keys} == {Outcome.COPIED, Outcome.CLEARED}


# what is never said


@pytest.mark.parametrize("place", ["tmux", "ssh", "desk"])
def test_value_is_on_stdin_or_in_base64_and_nowhere_else(place: str, desk: dict[str, str]) -> None:
    runner, sent = answering(), []
    clipboard = Clipboard({"tmux": IN_TMUX, "ssh": SSH, "desk": desk}[place], sent.append, runner=runner)
    report = clipboard.copy(VALUE)
    arguments = [argv for argv, _ in runner.ran + runner.left]
    told_to_wait = [stdin for _, stdin in runner.left]
    said_and_kept = repr((report, arguments, told_to_wait, vars(clipboard)))
    assert VALUE not in said_and_kept
    assert PAYLOAD not in said_and_kept
    assert sent in ([], [COPY])


def every_report() -> list[Report]:
    sent = [reports.sent(way) for way in Way if way not in DESKTOP]
    rest = [reports.copied(0), reports.copied(3600), reports.cleared(), reports.asked_to_clear()]
    refusals = [reports.not_copied("", writable=True), reports.not_cleared(), reports.nothing_to_clear()]
    return sent + rest + refusals


@pytest.mark.parametrize("report", every_report(), ids=lambda report: report.sentence)
def test_sentence_fits_one_line_and_claims_no_more_than_is_known(report: Report) -> None:
    assert len(report.sentence) <= 76
    assert ("Copied." in report.sentence) is (report.outcome is Outcome.COPIED)
    assert ("paste to test" in report.sentence) is (report.outcome is Outcome.SENT)
