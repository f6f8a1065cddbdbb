"""What the machine says about itself, asked anew for each copy: a tmux session changes hands, a display dies."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from tui.clipboard import tmux
from tui.clipboard.routes import PROGRAMS, Facts
from tui.clipboard.running import Runner


def gather(environment: Mapping[str, str], platform: str, runner: Runner) -> Facts:
    """Look for the desktop's programs on the PATH and, inside tmux, ask its server."""
    path = environment.get("PATH", "")
    return Facts(
        platform=platform,
        programs=frozenset(name for name in PROGRAMS if shutil.which(name, path=path)),
        # Without TMUX the command would find some other server of this account, or none: never our terminal.
        tmux=tmux.ask(runner) if environment.get("TMUX") else None,
    )
