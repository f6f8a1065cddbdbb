"""The ways from an environment to a clipboard: one row for each place where an operator may sit."""

import pytest

from tui.clipboard.routes import Facts, Setting, Tmux, Way, choose

XTERM = {"TERM": "xterm-256color"}
SSH = {**XTERM, "SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22", "SSH_TTY": "/dev/pts/3"}
SUDO = {**XTERM, "SUDO_UID": "1000", "SUDO_USER": "alice"}
X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,42,0"}
IN_SCREEN = {"TERM": "screen.xterm-256color", "STY": "42.pts-0"}

ALL = frozenset({"wl-copy", "wl-paste", "xclip", "xsel"})
MAC = frozenset({"pbcopy", "pbpaste"})
TMUX_33 = Tmux((3, 3), "xterm-256color", takes_copies=True)


@pytest.mark.parametrize(
    ("environment", "facts", "ways"),
    [
        # tmux, wherever it runs: it swallows everything but its own command
        (IN_TMUX, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        ({**SSH, **IN_TMUX}, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        ({**X11, **IN_TMUX}, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        ({**SUDO, **IN_TMUX}, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        ({**IN_SCREEN, **IN_TMUX}, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        (IN_TMUX, Facts("darwin", MAC, TMUX_33), [Way.TMUX]),
        (IN_TMUX, Facts("linux", ALL, Tmux((3, 2), "foot", takes_copies=True)), [Way.TMUX]),
        (IN_TMUX, Facts("linux", ALL, Tmux((3, 3), "tmux-256color", takes_copies=True)), [Way.NESTED_TMUX]),
        # tmux that cannot: nothing else gets past it
        (IN_TMUX, Facts("linux", ALL, None), []),
        ({**X11, **IN_TMUX}, Facts("linux", ALL, None), []),
        ({**IN_SCREEN, **IN_TMUX}, Facts("linux", ALL, None), []),
        (IN_TMUX, Facts("linux", ALL, Tmux((3, 1), "xterm-256color", takes_copies=True)), []),
        (IN_TMUX, Facts("linux", ALL, Tmux((0, 0), "xterm-256color", takes_copies=True)), []),
        (IN_TMUX, Facts("linux", ALL, Tmux((3, 3), "linux", takes_copies=False)), []),
        # SSH: never the remote host's own clipboard
        (SSH, Facts("linux"), [Way.OSC52]),
        ({**SSH, **WAYLAND}, Facts("linux", ALL), [Way.OSC52]),
        (SSH, Facts("darwin", MAC), [Way.OSC52]),
        ({**X11, **XTERM, "SSH_CLIENT": "192.0.2.7 50022 22"}, Facts("linux", ALL), [Way.OSC52]),
        ({**SSH, "TERM": "linux"}, Facts("linux"), []),
        # sudo drops TMUX and SSH_*: never a local desktop, and TERM tells of the multiplexer that was dropped
        (SUDO, Facts("linux"), [Way.OSC52]),
        ({**SUDO, **WAYLAND}, Facts("linux", ALL), [Way.OSC52]),
        ({**XTERM, **X11, "DOAS_USER": "alice"}, Facts("linux", ALL), [Way.OSC52]),
        (SUDO, Facts("darwin", MAC), [Way.OSC52]),
        ({**SUDO, "TERM": "tmux-256color"}, Facts("linux"), []),
        ({**SUDO, "TERM": "screen-256color"}, Facts("linux"), []),
        ({**SUDO, **X11, "TERM": "tmux-256color"}, Facts("linux", ALL), []),
        ({**SSH, "TERM": "tmux-256color"}, Facts("linux"), []),
        ({**SSH, "TERM": "screen"}, Facts("linux"), []),
        ({"TERM": "tmux-256color", "TMUX": ""}, Facts("linux"), []),
        # screen
        (IN_SCREEN, Facts("linux"), [Way.SCREEN]),
        ({**SSH, **IN_SCREEN}, Facts("linux"), [Way.SCREEN]),
        ({**X11, **IN_SCREEN}, Facts("linux", ALL), [Way.SCREEN]),
        # the local desktop, in pyperclip's order, and then the terminal
        ({**XTERM, **WAYLAND}, Facts("linux", ALL), [Way.WL_CLIPBOARD, Way.OSC52]),
        ({**XTERM, **WAYLAND}, Facts("linux", frozenset({"wl-copy", "xclip"})), [Way.XCLIP, Way.OSC52]),
        ({**XTERM, "WAYLAND_DISPLAY": "wayland-0"}, Facts("linux", frozenset({"xclip"})), [Way.OSC52]),
        ({**XTERM, **X11}, Facts("linux", ALL), [Way.XCLIP, Way.OSC52]),
        ({**XTERM, **X11}, Facts("linux", frozenset({"xsel"})), [Way.XSEL, Way.OSC52]),
        ({**XTERM, **X11}, Facts("linux"), [Way.OSC52]),
        ({**X11, "TERM": "dumb"}, Facts("linux", ALL), [Way.XCLIP]),
        (XTERM, Facts("darwin", MAC), [Way.PBCOPY, Way.OSC52]),
        (XTERM, Facts("darwin"), [Way.OSC52]),
        # the terminal alone
        (XTERM, Facts("linux", ALL), [Way.OSC52]),
        ({"TERM": "linux"}, Facts("linux", ALL), []),
        ({"TERM": "dumb"}, Facts("linux", ALL), []),
        ({"TERM": "vt220"}, Facts("linux", ALL), []),
        ({"TERM": "vte-256color"}, Facts("linux", ALL), [Way.OSC52]),
        ({}, Facts("linux", ALL), []),
    ],
)
def test_each_place_has_its_ways(environment: dict[str, str], facts: Facts, ways: list[Way]) -> None:
    route = choose(environment, facts)
    assert list(route.ways) == ways
    assert bool(route.why) is not bool(ways), "a route has ways or a reason, never both"


@pytest.mark.parametrize(
    ("setting", "environment", "facts", "ways"),
    [
        (Setting.OFF, {**XTERM, **X11}, Facts("linux", ALL), []),
        (Setting.OFF, IN_TMUX, Facts("linux", ALL, TMUX_33), []),
        (Setting.TMUX, IN_TMUX, Facts("linux", ALL, TMUX_33), [Way.TMUX]),
        (Setting.TMUX, {**XTERM, **X11}, Facts("linux", ALL), []),
        (Setting.OSC52, IN_TMUX, Facts("linux", ALL, TMUX_33), [Way.OSC52]),
        (Setting.OSC52, IN_SCREEN, Facts("linux"), [Way.SCREEN]),
        (Setting.OSC52, {**SUDO, "TERM": "tmux-256color"}, Facts("linux"), [Way.OSC52]),
        (Setting.OSC52, {**XTERM, **X11}, Facts("linux", ALL), [Way.OSC52]),
        (Setting.NATIVE, {**XTERM, **X11}, Facts("linux", ALL), [Way.XCLIP]),
        (Setting.NATIVE, {**X11, **IN_TMUX}, Facts("linux", ALL, TMUX_33), [Way.XCLIP]),
        (Setting.NATIVE, XTERM, Facts("darwin", MAC), [Way.PBCOPY]),
        (Setting.NATIVE, {**SSH, **X11}, Facts("linux", ALL), []),
        (Setting.NATIVE, {**SUDO, **X11}, Facts("linux", ALL), []),
        (Setting.NATIVE, XTERM, Facts("linux", ALL), []),
    ],
)
def test_a_setting_gets_its_way_or_a_reason(
    setting: Setting, environment: dict[str, str], facts: Facts, ways: list[Way]
) -> None:
    route = choose(environment, facts, setting)
    assert list(route.ways) == ways
    assert bool(route.why) is not bool(ways)
