"""The clipboard room: carry a secret to the operator's clipboard, and say truthfully how far it got.

It knows no Textual. A copy is four steps, one file each: *gather* the facts (`facts`), *choose* the ways that
can work here (`routes`), *carry* the value along them (`tmux`, `osc52`, `native`), *report* (`report`).
`Clipboard` takes the steps in this order; programs, environment, terminal and randomness are given to it.

Whatever the way, the value travels on a pipe or, as base64, to the terminal: never in an argument, an
environment, a log, an exception or a repr. INTERFACE.md section 4, "Clipboard".
"""

from tui.clipboard.clipboard import Clipboard
from tui.clipboard.report import Outcome, Report
from tui.clipboard.routes import Setting

__all__ = ["Clipboard", "Outcome", "Report", "Setting"]
