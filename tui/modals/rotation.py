"""Rotating a client secret: the grace period, who gives a place where none is free; later completing or undoing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from core.rules.errors import LimitReached, Refusal
from core.rules.expiry import SecretState
from core.rules.rotation import PRESELECTED, Grace, retires_at
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from tui.calls import refusals_said
from tui.drawing.moments import ago, distance, minute
from tui.drawing.plain import plain
from tui.facts.consequences import NONE_REMAINS
from tui.facts.retiring import last_use
from tui.modals.dialog import Dialog
from tui.modals.form import Field, FormDialog
from tui.widgets.controls import Choices, ListedChoices, Push
from tui.widgets.redraw import update_if_changed
from tui.widgets.table.fit import cut

if TYPE_CHECKING:
    from core.client_secrets.rotation import Rotation, Twin

_OFFERED = 4
_CANDIDATE_WIDTH = 50


@dataclass(frozen=True, slots=True)
class RotationAsked:
    """What the form asks for; `revoking` is the id of the secret that gives its place to the twin."""

    grace: Grace
    revoking: str | None = None


class RotateForm(FormDialog["Rotation"]):
    """Asks how long the old secret goes on working; at the limit also which secret is revoked to make room."""

    SUBMIT = "Rotate"
    FOOT = "Enter rotate   Tab next field   ← → choose   Esc cancel"
    DEFAULT_CSS = """
    RotateForm #meaning { margin-left: 16; height: auto; color: $text-muted; }
    RotateForm:ansi #meaning { color: ansi_default; }
    RotateForm #room, RotateForm .revoking { height: auto; }
    RotateForm.-full #intro { display: none; }
    """

    def __init__(
        self, application: ApplicationView, secret: SecretView, attempt: Callable[[RotationAsked], "Rotation"]
    ) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application
        self._secret = secret
        self._candidates: Sequence[SecretView] = ()

    def title_text(self) -> str:
        """Name the secret."""
        named = f" ({self._secret.description})" if self._secret.description else ""
        return f"Rotate {self._secret.hint}{named}"

    def fields(self) -> ComposeResult:
        """What it does, the grace period, and what that means."""
        with Vertical(id="room"):
            yield Static(plain(self._intro()), id="intro", classes="gap", markup=False)
        self._grace = Choices([grace.label for grace in Grace], list(Grace).index(PRESELECTED))
        yield Field("grace", "Grace period", self._grace)
        yield Static(id="meaning", markup=False)

    def _intro(self) -> str:
        secret, source = self._secret, self._secret.last_used_from
        where = f" from {source}" if source else ""
        used = f"last used {ago(self.desk.now(), secret.last_used_at)}{where}" if secret.last_used_at else "never used"
        return (
            "A new secret with the same description, API scopes and lifetime is made and shown once. "
            f"This one was {used}."
        )

    def on_mount(self) -> None:
        """Say what the choice means, now and whenever it changes."""
        self.watch(self._grace, "chosen", self._explain)

    def _explain(self) -> None:
        revoked = self._chosen()
        also = f" {revoked.hint} is revoked now, for good." if revoked else ""
        update_if_changed(self.query_one("#meaning", Static), plain(self._meaning(self.desk.now()) + also))

    def _meaning(self, now: datetime) -> str:
        secret, grace = self._secret, list(Grace)[self._grace.chosen]
        if grace is Grace.NOW:
            return "This one stops working at once; tokens that it obtained live on."
        ends = retires_at(now, grace, secret.expires_at)
        own = ", its own expiry" if ends == secret.expires_at else ""
        return f"Both work until {minute(ends)}{own}."

    def request(self) -> RotationAsked:
        """Return what was asked for."""
        revoked = self._chosen()
        return RotationAsked(list(Grace)[self._grace.chosen], revoked.id if revoked else None)

    def _chosen(self) -> SecretView | None:
        """Return the secret that is to give its place."""
        place = next((box.chosen for box in self.query(ListedChoices)), 0)
        return self._candidates[place - 1] if place else None

    def show_refusal(self, refusal: Refusal | None) -> None:
        """At the limit, offer what would be missed least; nothing is chosen until somebody chooses."""
        if not isinstance(refusal, LimitReached):
            super().show_refusal(refusal)
            return
        super().show_refusal(
            Refusal(
                f"All {self.application.secrets.limit} places are taken. Choose one to revoke, "
                "or the grace period “now”, which needs none."
            )
        )
        self._offer(refusal.candidates)

    def _offer(self, candidates: Sequence[SecretView]) -> None:
        self._candidates = candidates[:_OFFERED]
        self.add_class("-full")
        self.query(".revoking").remove()
        choices = ListedChoices(["none of them", *(self._candidate(secret) for secret in self._candidates)])
        self.query_one("#room").mount(Vertical(Field("revoking", "Revoke first", choices), classes="revoking"))
        self.watch(choices, "chosen", self._explain)
        self.call_after_refresh(choices.focus)

    def _candidate(self, secret: SecretView) -> str:
        now = self.desk.now()
        used = f"used {ago(now, secret.last_used_at)}" if secret.last_used_at else "never used"
        told = f"expired, {used}" if secret.state is SecretState.EXPIRED else used
        room = _CANDIDATE_WIDTH - len(f"{secret.hint}  · {told}")
        return f"{secret.hint} {cut(secret.description or '–', max(1, room))} · {told}"


class Step(StrEnum):
    """What can be done about a rotation; the values are the buttons' ids."""

    COMPLETE = "complete"
    UNDO = "undo"


class RotationDialog(Dialog[Step]):
    """Tells how a rotation stands, and asks whether to complete it now or to undo it."""

    FOOT = "Enter choose   Tab other button   Esc leave it as it is"
    DEFAULT_CSS = """
    RotationDialog .buttons { height: 1; margin-top: 1; align-horizontal: right; }
    RotationDialog .buttons Button { margin-left: 2; }
    RotationDialog .fact { height: auto; }
    """

    def __init__(self, application: ApplicationView, secret: SecretView, twin: "Callable[[], Twin | None]") -> None:
        super().__init__()
        self.application: ApplicationView = application  # of which the retiring secret is one that lives
        self._secret = secret
        self._read_twin = twin

    def title_text(self) -> str:
        """Name the secret that retires."""
        named = f" ({self._secret.description})" if self._secret.description else ""
        return f"{self._secret.hint}{named} is retiring"

    def body(self) -> ComposeResult:
        """Lay out what is known at once, places for what is read, and the ways."""
        yield Static(id="stands", classes="fact gap", markup=False)
        yield Static(id="complete-means", classes="fact gap", markup=False)
        yield Static(id="undo-means", classes="fact gap", markup=False)
        with Horizontal(classes="buttons"):
            yield Push("Leave it", id="cancel")
            yield Push("Undo", id=Step.UNDO)
            yield Push("Complete now", id=Step.COMPLETE)

    def on_mount(self) -> None:
        """Stand on what changes nothing, and read who uses what."""
        self._show(None)
        self.query_one("#cancel", Button).focus()
        self.run_worker(self._read())

    async def _read(self) -> None:
        with refusals_said(self.app):
            self._show(await self.desk.calls.read(self._read_twin))

    def _show(self, found: "Twin | None") -> None:
        secret, now, twin = self._secret, self.desk.now(), found.secret if found else None
        assert secret.retires_at is not None, "only a retiring secret is asked about"
        left = distance(max(secret.retires_at - now, now - now))
        use = last_use(secret, twin, now)
        self._say("#stands", f"It works until {minute(secret.retires_at)}, {left} from now; {use}.")
        self._say("#complete-means", self._what_completing_means(twin))
        obstacle = found.obstacle if found else None
        used = f" Last used {ago(now, twin.last_used_at)}." if twin and twin.last_used_at else ""
        undone = f"Undo: {_fate(twin)}, and this one is as it was before."
        self._say("#undo-means", f"{obstacle}{used}" if obstacle else undone)
        self.query_one(f"#{Step.UNDO}", Button).display = obstacle is None

    def _what_completing_means(self, twin: SecretView | None) -> str:
        means = "Complete: it is revoked now; tokens that it obtained live on to their end."
        if twin and not twin.state.works:
            means += f" {twin.hint}, which replaces it, is {twin.state}."
        return means if self.application.secrets.live > 1 else f"{means} {NONE_REMAINS}"

    def _say(self, selector: str, sentence: str) -> None:
        update_if_changed(self.query_one(selector, Static), plain(sentence))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Return the choice."""
        chosen = event.button.id
        self.close(Step(chosen) if chosen in list(Step) else None)


def _fate(twin: SecretView | None) -> str:
    """Return what becomes of a twin whose rotation is undone."""
    if twin is None:
        return "its twin is revoked"
    if not twin.state.works:
        return f"{twin.hint} is {twin.state} already and stays so"
    return f"{twin.hint}, which nobody has used yet, is revoked"
