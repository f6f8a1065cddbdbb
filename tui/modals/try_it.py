"""Trying a secret: a real request to the real token endpoint, its answer, and what the token says.

The value goes into that one request. Nothing that works as a credential comes back from the core to be shown.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static
from textual.worker import WorkType

from core.rules.errors import Refusal
from core.rules.secret_format import flaw_of
from core.rules.views.applications import ApplicationView
from core.rules.views.authorization_server import TrialView
from tui.calls import refusals_said
from tui.drawing.moments import ago, distance, stamp
from tui.drawing.plain import plain
from tui.modals.dialog import Dialog
from tui.modals.form import Field, FormDialog
from tui.widgets.fact import Fact
from tui.widgets.text_field import TextField

_TIMES = ("exp", "iat", "nbf", "auth_time")
_LAST_SECOND = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


class TryItForm(FormDialog[TrialView]):
    """Takes a secret, hidden as it is typed; the answer opens on top of it, so that another one can be tried."""

    TITLE_TEXT = "Try a client secret"
    SUBMIT = "Ask"
    FOOT = "Paste it and press Enter   Esc close"

    def __init__(self, application: ApplicationView, attempt: Callable[[str], TrialView]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application

    def fields(self) -> ComposeResult:
        """What it means to try, and the value."""
        yield Static(
            "This asks the token endpoint as a client would: it counts as a use, or as a failed logon.",
            classes="gap",
            markup=False,
        )
        yield Field("value", "Client secret", TextField(id="value", password=True, placeholder="kd_…"))

    def request(self) -> str:
        """Return the pasted value and forget it here."""
        field = self.query_one("#value", TextField)
        value, field.value = field.value.strip(), ""
        if not value:
            raise Refusal("Paste a client secret, the whole value that begins with kd_.", field="value")
        flaw = flaw_of(value)
        if flaw:  # else a slip of the mouse would count as a failed logon
            raise Refusal(f"{flaw} Nothing was sent.", field="value")
        return value

    def make(self, attempt: Callable[[], TrialView]) -> None:
        """Ask where the answer is shown; this may be left meanwhile."""
        self.app.push_screen(TokenAnswer(attempt, self.application))


class TokenAnswer(Dialog[None]):
    """Asks, and shows what was answered; Esc leaves before that too."""

    TITLE_TEXT = "The token endpoint's answer"
    FOOT = "Esc close"
    SCROLLS = True
    DEFAULT_CSS = """
    TokenAnswer #outcome { height: auto; }
    TokenAnswer #outcome.-works { color: $text-success; }
    TokenAnswer #outcome.-fails { color: $text-error; }
    TokenAnswer #facts { height: auto; }
    TokenAnswer Fact > .name { width: 18; }  /* error_description, on one line */
    """

    def __init__(self, ask: Callable[[], TrialView], application: ApplicationView | None = None) -> None:
        super().__init__()
        self.application = application
        self._ask: Callable[[], TrialView] | None = ask

    def body(self) -> ComposeResult:
        """Lay out what it came to, and room for the rest."""
        yield Static("Asking …", id="outcome", markup=False)
        yield Vertical(id="facts")

    def on_mount(self) -> None:
        """Ask at once."""
        work: WorkType[None] = self._run  # a function: see `tui.calls.Reading`
        self.run_worker(work)

    async def _run(self) -> None:
        ask, self._ask = self._ask, None  # it holds the secret
        if ask is not None:
            answer, ask = self.desk.calls.read(ask), None
            with refusals_said(self.app):
                await self._show(await answer)

    async def _show(self, view: TrialView) -> None:
        works = view.trouble is None and view.status == HTTPStatus.OK
        outcome = self.query_one("#outcome", Static)
        outcome.set_class(works, "-works").set_class(not works, "-fails")
        outcome.update(plain(_outcome(view)))
        await self.query_one("#facts").mount_all(_facts(view, self.desk.now()))


def _outcome(view: TrialView) -> str:
    """Return in one sentence what it came to."""
    status = "" if view.status is None else f"{_status(view.status)} from {view.url}"
    if view.trouble is not None:
        return f"! {status}. {view.trouble}" if status else f"! {view.trouble}"
    if view.status == HTTPStatus.UNAUTHORIZED:
        return f"! {status}. The activity says why."
    return status


def _status(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known[status]}" if status in known else str(status)


def _facts(view: TrialView, now: datetime) -> Iterator[Fact]:
    """Return the answer, then the token's header on one line, then its claims."""
    words = partial(_members, now=now)
    yield from _section(words(view.answer or {}))
    if view.header is not None and view.claims is not None:
        header = " · ".join(f"{name}={value}" for name, value in words(view.header))
        yield from _section([("Token header", header)])
        yield from _section(words(view.claims))


def _section(members: list[tuple[str, str]]) -> Iterator[Fact]:
    for place, (name, value) in enumerate(members):
        yield Fact(name, value, classes="" if place else "gap")


def _members(members: Mapping[str, Any], now: datetime) -> list[tuple[str, str]]:
    return [(name, _in_words(name, value, now)) for name, value in members.items()]


def _in_words(name: str, value: Any, now: datetime) -> str:
    """Return a value as it came, and beside a number of seconds what it means."""
    if isinstance(value, str):
        return value
    seconds = value if type(value) is int and 0 <= value < _LAST_SECOND else None
    if seconds is not None and name in _TIMES:
        moment = datetime.fromtimestamp(seconds, UTC)
        away = ago(now, moment) if moment <= now else f"in {distance(moment - now)}"
        return f"{stamp(moment)} · {away}"
    if seconds is not None and name == "expires_in":
        return f"{seconds} · {distance(timedelta(seconds=seconds))}"
    return json.dumps(value)
