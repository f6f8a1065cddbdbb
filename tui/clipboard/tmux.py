"""Through tmux: load a buffer that tmux also sends to the terminal around it, and delete the buffer at once.

With its default settings tmux drops OSC 52 from the programs inside, bare or wrapped, without a word (measured
on 3.3a). `load-buffer -w` is the way that needs no setting; it came with tmux 3.2.
"""

from __future__ import annotations

import re

from tui.clipboard.routes import Tmux
from tui.clipboard.running import Runner

_UNNUMBERED = (99, 0)  # a build from tmux's own repository calls itself "master"


def ask(runner: Runner) -> Tmux | None:
    """Ask the server named by TMUX about itself and the client used last; None when it does not answer.

    The client used last is the one whose operator pressed the key, and the one that `load-buffer` picks too.
    """
    question = "#{version}|#{client_termname}|#{client_name}"
    answer = runner.run(("tmux", "display-message", "-p", question, ";", "show-messages", "-T"), capture=True)
    first, *capabilities = answer.output.splitlines() or [""]
    if first.count("|") < 2:
        return None
    version, terminal, client = first.split("|", 2)
    if answer.code != 0 and client:  # without a client there are no messages, and that alone is no failure
        return None
    return Tmux(_version(version), terminal, _takes_copies(client, capabilities))


def load(runner: Runner, value: bytes, name: str) -> bool:
    """Send the value to the terminal through a buffer of this name, and leave no buffer behind.

    One command line for both commands: tmux deletes the buffer even if this process dies in between.
    """
    if runner.run(("tmux", "load-buffer", "-w", "-b", name, "-", ";", "delete-buffer", "-b", name), value).code == 0:
        return True
    # One of the two failed. If there is a buffer to delete, it was loaded, and so it was sent.
    return runner.run(("tmux", "delete-buffer", "-b", name)).code == 0


def _version(text: str) -> tuple[int, int]:
    """Read `3.3a`, `next-3.5` and `master`; a tmux too old to know its own version counts as 0.0."""
    found = re.search(r"(\d+)\.(\d+)", text)
    if found:
        return int(found[1]), int(found[2])
    return _UNNUMBERED if text else (0, 0)


def _takes_copies(client: str, capabilities: list[str]) -> bool:
    """Whether tmux knows the capability `Ms` (set the clipboard) for this client's terminal.

    Without it `load-buffer -w` sends nothing and still exits with 0: seen with linux, screen and rxvt-unicode.
    """
    ours = False
    for line in capabilities:
        if line.startswith("Terminal "):
            ours = f" for {client}, flags=" in line
        elif ours and " Ms: (string)" in line:
            return True
    return False
