"""`keydesk expiring`: what expires next, over all applications, for eyes and for cron."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated

import typer

from core.expiring import ExpiringOrder
from core.rules.expiry import SecretState
from core.rules.limits import THRESHOLDS
from core.rules.views.expiring import ExpiringCount, ExpiringView
from core.services import Services
from keydesk.commands.documents import write_array
from keydesk.commands.invocation import AsJson, invocation_of
from keydesk.commands.shapes.expiring import expiring_shape
from keydesk.commands.tables import local, write_table
from keydesk.exits import REFUSED
from keydesk.streams import narrate

_PAGE = 500
_LONGEST = 36_500
_HEADINGS = ("Application", "Kind", "Hint", "Description", "Expires", "Days left", "Last used", "From", "State")

Days = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        max=_LONGEST,
        help="How far to look, ahead and back: within so many times 24 hours. "
        f"Default: {THRESHOLDS[0]}, unless the configuration says otherwise.",
    ),
]


def expiring(context: typer.Context, days: Days = None, as_json: AsJson = False) -> None:
    """List what expires within so many days, or has expired as recently, over all applications, soonest first.

    Exit code 1 when there is any, 0 when there is none. Disabled applications and revoked secrets are left out.
    """
    invocation = invocation_of(context)
    within = invocation.settings().thresholds[0] if days is None else days
    states: Counter[SecretState] = Counter()
    with invocation.services() as services:
        pages = _soonest_first(services, ExpiringOrder(within), states)
        if as_json:
            write_array(map(expiring_shape, chain.from_iterable(pages)))
        else:
            write_table(_HEADINGS, ([_row(view) for view in page] for page in pages))
    ended = states[SecretState.EXPIRED]
    narrate(in_words(ExpiringCount(within, ended, states.total() - ended)))
    if states:
        raise typer.Exit(REFUSED)


def in_words(count: ExpiringCount) -> str:
    """Return how many there are, as a sentence."""
    days = f"{count.days} day{'' if count.days == 1 else 's'}"
    ending = f"{count.ending} {'expires' if count.ending == 1 else 'expire'} within {days}"
    ended = f"{count.ended} {'has' if count.ended == 1 else 'have'} expired within the last {days}"
    said = [words for number, words in ((count.ending, ending), (count.ended, ended)) if number]
    return f"{'; '.join(said)}." if said else f"Nothing expires within {days}."


def _soonest_first(
    services: Services, order: ExpiringOrder, states: Counter[SecretState]
) -> Iterator[Sequence[ExpiringView]]:
    """Give the pages, and count on the way: what is said shall be of the rows that were written."""
    rows = services.expiring.start(order, _PAGE).rows
    while rows:
        states.update(row.state for row in rows)
        yield rows
        rows = services.expiring.after(order, rows[-1], _PAGE).rows


def _row(view: ExpiringView) -> tuple[str | None, ...]:
    return (
        view.application,
        view.kind.label,
        view.hint,
        view.description or view.subject,
        local(view.expires_at),
        str(view.days_left),
        local(view.last_used_at) or "never",
        view.last_used_from,
        view.state,
    )
