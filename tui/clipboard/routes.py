"""Which ways lead from here to the operator's clipboard: a pure function of environment, facts and setting.

The order of the questions is the order in which layers lie around the console: a multiplexer first, because
it swallows what it does not know; then the desktop, unless SSH or sudo stands between; then the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Setting(StrEnum):
    """The configuration's `clipboard = …`: find a way, insist on one, or have none."""

    AUTO = "auto"
    TMUX = "tmux"
    OSC52 = "osc52"
    NATIVE = "native"
    OFF = "off"


class Way(StrEnum):
    """One way to a clipboard; the desktop's ways bear the names that pyperclip knows them by."""

    TMUX = "tmux"
    NESTED_TMUX = "tmux in tmux"
    SCREEN = "screen"
    OSC52 = "osc52"
    WL_CLIPBOARD = "wl-clipboard"
    XCLIP = "xclip"
    XSEL = "xsel"
    PBCOPY = "pbcopy"


DESKTOP = frozenset({Way.WL_CLIPBOARD, Way.XCLIP, Way.XSEL, Way.PBCOPY})
"""The ways to a local desktop's clipboard: the only ones that can be read back."""


@dataclass(frozen=True, slots=True)
class Tmux:
    """A tmux server as it described itself: version, the attached terminal's type, whether that takes copies.

    The type is empty where no terminal is attached.
    """

    version: tuple[int, int]
    terminal: str
    takes_copies: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a choice needs beside the environment: `sys.platform`, programs at hand, and the tmux around us."""

    platform: str
    programs: frozenset[str] = frozenset()
    tmux: Tmux | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The ways worth trying, best first; none of them, and `why`, when nothing can work."""

    ways: tuple[Way, ...] = ()
    why: str = ""


# Display variable, way, and the programs that must be there, in pyperclip's order.
_DISPLAYS = (
    ("WAYLAND_DISPLAY", Way.WL_CLIPBOARD, frozenset({"wl-copy", "wl-paste"})),
    ("DISPLAY", Way.XCLIP, frozenset({"xclip"})),
    ("DISPLAY", Way.XSEL, frozenset({"xsel"})),
)
_MAC = frozenset({"pbcopy", "pbpaste"})
PROGRAMS = _MAC.union(*(programs for _, _, programs in _DISPLAYS))

# Whoever came by one of these sits elsewhere, or is someone else: this machine's desktop is not theirs.
_NOT_AT_THE_DESK = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "SUDO_UID", "DOAS_USER")
_NO_CLIPBOARD = ("linux", "dumb", "unknown", "cons25", "vt100", "vt102", "vt220")
_MULTIPLEXERS = ("tmux", "screen")


def choose(environment: Mapping[str, str], facts: Facts, setting: Setting = Setting.AUTO) -> Route:
    """Choose the ways to try; a setting that insists on one way gets that way or a reason, never another."""
    match setting:
        case Setting.OFF:
            return Route(why="The configuration says clipboard = off.")
        case Setting.TMUX:
            return _through_tmux(facts.tmux)
        case Setting.OSC52:
            return Route((_escape(environment),))
        case Setting.NATIVE:
            ways = _desktop(environment, facts)
            return Route(ways, "" if ways else "No clipboard of a local desktop is in reach here.")
        case Setting.AUTO:
            return _find(environment, facts)


def _find(environment: Mapping[str, str], facts: Facts) -> Route:
    if environment.get("TMUX"):
        return _through_tmux(facts.tmux)
    if environment.get("STY"):
        return Route((Way.SCREEN,))
    term = environment.get("TERM", "")
    if term.startswith(_MULTIPLEXERS):
        return Route(why=f"TERM={term}, but its multiplexer is out of reach (sudo and ssh drop TMUX).")
    terminal = () if not term or term.startswith(_NO_CLIPBOARD) else (Way.OSC52,)
    ways = _desktop(environment, facts) + terminal
    return Route(ways, "" if ways else f"A terminal with TERM={term} has no clipboard.")


def _through_tmux(tmux: Tmux | None) -> Route:
    if tmux is None:
        return Route(why="No tmux answers here.")
    if tmux.version < (3, 2):
        return Route(why="This tmux is too old: 3.2 is the first that can pass a copy on.")
    if not tmux.terminal:
        return Route(why="No terminal is attached to this tmux.")
    if not tmux.takes_copies:
        return Route(why=f"tmux cannot pass a copy on to a terminal of type {tmux.terminal}.")
    return Route((Way.NESTED_TMUX if tmux.terminal.startswith(_MULTIPLEXERS) else Way.TMUX,))


def _escape(environment: Mapping[str, str]) -> Way:
    return Way.SCREEN if environment.get("STY") else Way.OSC52


def _desktop(environment: Mapping[str, str], facts: Facts) -> tuple[Way, ...]:
    if any(environment.get(name) for name in _NOT_AT_THE_DESK):
        return ()
    if facts.platform == "darwin":
        return (Way.PBCOPY,) if facts.programs >= _MAC else ()
    for display, way, programs in _DISPLAYS:
        if environment.get(display) and facts.programs >= programs:
            return (way,)
    return ()
