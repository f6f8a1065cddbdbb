"""What follows when an API is deleted, or a subscription taken away: the facts of the questions before that."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.gateways.unasked import GOES_ON, may_be_unasked
from core.rules.views.apis import ApiView, CallerView
from tui.drawing.moments import ago

_NAMED = 3
"""What a sentence names; of the others it tells the number."""


def what_stops_without(api: ApiView, callers: Sequence[CallerView], now: datetime) -> list[str]:
    """Return the facts about an API, a sentence or two each: who has subscribed, and who has called it last."""
    subscribed = [caller.application for caller in callers if caller.subscribed_at]
    called = sorted((caller for caller in callers if caller.last_called_at), key=_last, reverse=True)
    who = f"Subscribed: {few_of(subscribed)}." if subscribed else "No application has subscribed."
    return [
        f"Its gateway lets nobody in to {api.public_url or api.path} from the next call on.",
        who,
        f"Last called: {few_of([_call(caller, now) for caller in called])}." if called else "Nobody has called it.",
        *((GOES_ON,) if may_be_unasked(api) else ()),
        "It cannot be undone. Its activity stays, and the applications.",
    ]


def what_unsubscribing_means(api: ApiView, caller: CallerView, now: datetime) -> list[str]:
    """Return the facts about a subscription, a sentence or two each."""
    last = f"Last called {ago(now, caller.last_called_at)}, {caller.calls:,} times in all."
    return [
        f"{caller.application} is refused from its next call on."
        if api.subscribed_only
        else f"{api.name} is open to every application: its calls go on.",
        last if caller.last_called_at else "It has never called.",
    ]


def _call(caller: CallerView, now: datetime) -> str:
    return f"{caller.application} {ago(now, caller.last_called_at)}"


def _last(caller: CallerView) -> datetime:
    assert caller.last_called_at is not None
    return caller.last_called_at


def few_of(parts: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = len(parts) - _NAMED
    return ", ".join(parts[:_NAMED]) + (f" and {more} more" if more > 0 else "")
