"""The three standard streams: results on stdout, sentences on stderr, secrets in on stdin.

Any of them may be closed, full, a broken pipe, or of an encoding that lacks our characters. Standard library
only: the console's start passes here.
"""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper

from core.rules.errors import Refusal
from core.rules.text import shown

_LONGEST_LINE = 4096
_NOTHING_CAME = "No {} came on standard input: pipe it in, or paste it at the prompt."
_NO_BYTES = "Nothing came on standard input; pipe the file in."


class OutputLost(Exception):
    """Standard output took no more; `sentence` is empty where a closed pipe says enough (`keydesk … | head`)."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


def prepare() -> None:
    """Let characters that the output's encoding lacks come out as escapes, not as an exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write to stdout, as it is: whoever calls has cleaned what came from the database."""
    try:
        _stdout().write(text)
    except OSError as error:
        raise _lost(error) from None


def flush() -> None:
    """Push out what was written, so that a stream that does not take it says so now."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from None


def check_stdout() -> None:
    """Raise `OutputLost` where stdout is closed already: for what must not be done unseen."""
    _stdout()


def narrate(sentence: str) -> None:
    """Say something on stderr, cleaned; whether anybody hears it changes nothing."""
    # Without this check print() would take stdout, and spoil what stands there.
    if sys.stderr is not None:
        with suppress(OSError):
            print(shown(sentence), file=sys.stderr, flush=True)


def read_secret(prompt: str, what: str = "secret") -> str:
    """Return one line of stdin without the white space around it; asked for without echo at a terminal.

    *what* it is names it where none comes.
    """
    if sys.stdin is None:
        raise Refusal(_NOTHING_CAME.format(what))
    try:
        secret = _asked(prompt) if sys.stdin.isatty() else _line()
    except (EOFError, OSError):
        secret = ""
    if not secret.strip():
        raise Refusal(_NOTHING_CAME.format(what))
    return secret.strip()


def read_bytes(most: int) -> bytes:
    """Return what comes on stdin, *most* bytes of it at most."""
    if sys.stdin is None:
        raise Refusal(_NO_BYTES)
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        raise Refusal(f"Standard input cannot be read: {error.strerror}.") from None


def _asked(prompt: str) -> str:
    from getpass import getpass

    try:
        return getpass(f"{shown(prompt)}: ")
    except UnicodeDecodeError:  # it carries what was pasted
        raise Refusal("What was pasted is not text.") from None


def _line() -> str:
    return sys.stdin.buffer.readline(_LONGEST_LINE).decode(errors="replace")


def _stdout() -> TextIOWrapper:
    if sys.stdout is None:
        raise OutputLost("Standard output is closed.")
    assert isinstance(sys.stdout, TextIOWrapper)
    return sys.stdout


def _lost(error: OSError) -> OutputLost:
    # Python flushes once more at its end, and would complain then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _stdout().fileno())
    if isinstance(error, BrokenPipeError):
        return OutputLost()
    return OutputLost(f"Standard output cannot be written: {error.strerror}.")
