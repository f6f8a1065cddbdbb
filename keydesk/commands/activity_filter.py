"""The options that narrow the activity: the terms of the console's filter line, one by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from core.rules.activity_filter import ActivityFilter, activity_filter
from core.rules.errors import Refusal
from keydesk.exits import WrongUsage

_A_TEXT, _A_TIME = "TEXT", "WHEN"
_WHEN = "90min, 3h, 2d, 1w, today, 2026-11-01, 2026-11-01T14:30."

Actor = Annotated[str, typer.Option(metavar=_A_TEXT, help="By whom, or by whom it was claimed to be.")]
Action = Annotated[str, typer.Option(metavar=_A_TEXT, help="What was done, such as secret or secret.revoked.")]
Object = Annotated[str, typer.Option("--object", metavar=_A_TEXT, help="To what: name, hint, id or client ID.")]
Since = Annotated[str, typer.Option(metavar=_A_TIME, help=f"Not before: {_WHEN}")]
Until = Annotated[str, typer.Option(metavar=_A_TIME, help="Not after; a day counts as a whole.")]
Result = Annotated[str, typer.Option(metavar="done|refused", help="Refused logons, or everything but them.")]
Reason = Annotated[str, typer.Option(metavar=_A_TEXT, help="Why a logon was refused.")]
Search = Annotated[str, typer.Option(metavar="WORDS", help="Words and terms as in the console's filter line.")]


def wanted(now: datetime, search: str, terms: Mapping[str, str]) -> ActivityFilter:
    """Return the filter that the options ask for; raises `WrongUsage` where one makes no sense."""
    try:
        return activity_filter(search, now, given=terms.items())
    except Refusal as refusal:
        raise WrongUsage(refusal.sentence) from None
