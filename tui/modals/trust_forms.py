"""Adding and editing a JWT trust: by issuer with its subject, or by JWKS URI alone."""

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from core.rules.errors import Refusal
from core.rules.limits import REFRESH_HOURS
from core.rules.requests.fields import UNCHANGED
from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.jwt_trusts import TrustKind, TrustView
from tui.columns.trusts import address
from tui.drawing.plain import plain
from tui.modals.form import Field, FormDialog, changed
from tui.widgets.controls import Choices
from tui.widgets.redraw import update_if_changed
from tui.widgets.text_field import TextField

_LABELS = {24: "every 24 hours", 12: "every 12 hours"}
_MEANINGS = {
    TrustKind.ISSUER: "JWTs of this issuer about this subject authenticate the application.",
    TrustKind.JWKS_URI: "JWTs signed by these keys, with the client ID as issuer and subject.",
}

Request = TypeVar("Request", NewTrust, TrustChanges)


class TrustForm(FormDialog[TrustView], Generic[Request]):
    """The fields of one kind. *told* is called with what the change came to, be the form still open or not.

    The change ends in a fetch, so it runs beside everything else: the form says so and can be left.
    """

    FETCHING: ClassVar[str] = "The keys are being fetched, which may take some seconds. Esc does not stop it."

    def __init__(
        self,
        application: ApplicationView,
        kind: TrustKind,
        attempt: Callable[[Request], TrustView],
        told: Callable[[TrustView], Any],
    ) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application
        self._kind = kind
        self._told = told

    def laid_out(self, before: TrustView | None) -> ComposeResult:
        """Return the fields of the kind, filled with what was there before."""
        by_issuer = self._kind is TrustKind.ISSUER
        yield Static(_MEANINGS[self._kind], classes="gap", markup=False)
        if by_issuer:
            issuer = TextField(before.issuer or "" if before else "", id="issuer", placeholder="https://…")
            yield Field("issuer", "Issuer", issuer)
        where = "optional; else found by the issuer's metadata" if by_issuer else "https://…"
        yield Field("jwks_uri", "JWKS URI", TextField(by_hand(before), id="jwks_uri", placeholder=where))
        if by_issuer:
            subject = TextField(before.subject or "" if before else "", id="subject", placeholder="the JWT's sub")
            yield Field("subject", "Subject", subject)
            audience = TextField(
                before.audience or "" if before else "", id="audience", placeholder="optional; else ours"
            )
            yield Field("audience", "Audience", audience)
        chosen = REFRESH_HOURS.index(before.refresh_hours) if before and before.refresh_hours in REFRESH_HOURS else 0
        yield Field("refresh_hours", "Refresh", Choices([_LABELS[hours] for hours in REFRESH_HOURS], chosen))
        described = before.description or "" if before else ""
        yield Field("description", "Description", TextField(described, id="description", placeholder="optional"))

    def typed(self, name: str) -> str:
        """Return what a text field holds; nothing where this kind has no such field."""
        return super().typed(name) if self.query(f"#{name}") else ""

    @property
    def hours(self) -> int:
        """How often the keys are fetched."""
        return REFRESH_HOURS[self.query_one(Choices).chosen]

    def make(self, attempt: Callable[[], TrustView]) -> None:
        """Make the change beside everything else, once."""
        if self.desk.calls.beside(self.work, attempt, self.show_result, self.show_refusal):
            trouble = self.query_one("#trouble", Static)
            trouble.set_class(True, "-said")
            update_if_changed(trouble, plain(self.FETCHING, "$text-muted"))

    @property
    def work(self) -> str:
        """What names the change that is under way: one at a time for each form."""
        return f"form {id(self)}"

    def show_result(self, result: TrustView) -> None:
        """Close, and tell."""
        self.close(result)
        self._told(result)

    def show_refusal(self, refusal: Refusal | None) -> None:
        """Show a refusal at its field; on the screen below where the form was left meanwhile."""
        if not self.answered:
            super().show_refusal(refusal)
        elif refusal is not None:
            self.desk.tell_refusal(refusal)

    def action_submit(self) -> None:
        """Try it; not while a try is under way."""
        if not self.desk.calls.is_under_way(self.work):
            super().action_submit()


class NewTrustForm(TrustForm[NewTrust]):
    """Asks for a trust of one kind."""

    SUBMIT = "Add JWT trust"
    FOOT = "Enter add   Tab next field   ← → choose   Esc cancel"

    def title_text(self) -> str:
        """Name the application and the kind."""
        by = "by issuer" if self._kind is TrustKind.ISSUER else "by JWKS URI"
        return f"Add a JWT trust {by} to {self.application.name}"

    def fields(self) -> ComposeResult:
        """The fields, empty."""
        yield from self.laid_out(None)

    def request(self) -> NewTrust:
        """Return what was asked for."""
        _want(self.typed("issuer") or self._kind is not TrustKind.ISSUER, "issuer", "Give the issuer: its URL.")
        _want(self.typed("jwks_uri") or self._kind is TrustKind.ISSUER, "jwks_uri", "Give the JWKS URI.")
        return NewTrust(
            issuer=self.typed("issuer"),
            jwks_uri=self.typed("jwks_uri"),
            subject=self.typed("subject"),
            audience=self.typed("audience"),
            refresh_hours=self.hours,
            description=self.typed("description"),
        )


class EditTrustForm(TrustForm[TrustChanges]):
    """Changes a trust; only what was changed here is sent."""

    FOOT = "Enter save   Tab next field   ← → choose   Esc cancel"

    def __init__(
        self,
        application: ApplicationView,
        row: TrustView,
        attempt: Callable[[TrustChanges], TrustView],
        told: Callable[[TrustView], Any],
    ) -> None:
        super().__init__(application, row.kind, attempt, told)
        self._row = row

    def title_text(self) -> str:
        """Name the trust."""
        return f"Edit the JWT trust {address(self._row)}"

    def fields(self) -> ComposeResult:
        """The fields as they are."""
        yield from self.laid_out(self._row)

    def request(self) -> TrustChanges:
        """Return what was changed here: whatever else has changed since the form was opened stays."""
        row, by_issuer = self._row, self._kind is TrustKind.ISSUER
        _want(self.typed("subject").strip() or not by_issuer, "subject", "Give the subject: the JWT's sub.")
        _want(self.typed("jwks_uri").strip() or by_issuer, "jwks_uri", "Give the JWKS URI.")
        return TrustChanges(
            issuer=changed(self.typed("issuer"), row.issuer or "") if by_issuer else UNCHANGED,
            jwks_uri=changed(self.typed("jwks_uri"), by_hand(row)),
            subject=changed(self.typed("subject"), row.subject or "") if by_issuer else UNCHANGED,
            audience=changed(self.typed("audience"), row.audience or "") if by_issuer else UNCHANGED,
            refresh_hours=changed(self.hours, row.refresh_hours),
            description=changed(self.typed("description"), row.description or ""),
        )


def by_hand(row: TrustView | None) -> str:
    """Return the JWKS URI that was given by hand."""
    return "" if row is None or row.discovered else row.jwks_uri or ""


def _want(given: object, field: str, sentence: str) -> None:
    if not given:
        raise Refusal(sentence, field=field)
