"""What operators set out to do with JWT trusts: a dialog, a service call, a sentence about how it went.

Adding one and editing one may fetch its keys from afar, as `f` does: none of these stops anything else, and what
they came to is told even where the form was left meanwhile.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.jwt_trusts import TrustKind, TrustView
from tui.columns.trusts import address
from tui.errands.asking import ask
from tui.facts.consequences import what_stops_with_trust
from tui.modals.confirm import Confirm
from tui.modals.ways import Ways

if TYPE_CHECKING:
    from tui.app import KeydeskApp

PointAt = Callable[[TrustView], object]


class By(StrEnum):
    """By what a trust is added, as the chooser words it."""

    ISSUER = "By issuer: its JWTs about one subject"
    JWKS_URI = "By JWKS URI: JWTs that the client signs itself"


_NAMED = 3
"""Keys that are named where there may be fifty; the details have them all."""
_HINT = 8
"""Characters of the thumbprint of a key without a name."""


def new_trust(app: "KeydeskApp", application: ApplicationView, point_at: PointAt) -> None:
    """Ask by what, then for the trust; *point_at* is called with it, so that the cursor stands on it."""

    def attempt(asked: NewTrust) -> TrustView:
        return app.services.jwt_trusts.add(application.id, asked)

    def added(trust: TrustView) -> None:
        point_at(trust)
        app.tell(f"The JWT trust is added. {came_to(trust)}", trouble=trust.failure is not None)

    def chosen(way: str | None) -> None:
        from tui.modals.trust_forms import NewTrustForm

        if way is not None:
            kind = TrustKind.ISSUER if By(way) is By.ISSUER else TrustKind.JWKS_URI
            app.push_screen(NewTrustForm(application, kind, attempt, added))

    app.push_screen(Ways(application, f"Add a JWT trust to {application.name}", list(By)), chosen)


def edit_trust(app: "KeydeskApp", application: ApplicationView, row: TrustView) -> None:
    """Change a trust; its kind stays."""
    from tui.modals.trust_forms import EditTrustForm

    def attempt(changes: TrustChanges) -> TrustView:
        return app.services.jwt_trusts.edit(application.id, row.id, changes)

    def saved(trust: TrustView) -> None:
        elsewhere = (trust.issuer, trust.jwks_uri, trust.discovered) != (row.issuer, row.jwks_uri, row.discovered)
        keys = f" {came_to(trust)}" if elsewhere else ""
        app.tell(f"The JWT trust is saved.{keys}", trouble=elsewhere and trust.failure is not None)

    app.push_screen(EditTrustForm(application, row, attempt, saved))


def fetch_trust(app: "KeydeskApp", application: ApplicationView, row: TrustView) -> None:
    """Fetch the keys of a trust now, beside everything else, and say what came of it."""

    def done(trust: TrustView) -> None:
        app.tell(came_to(trust), trouble=trust.failure is not None)

    begun = app.calls.beside(
        row.id, lambda: app.services.jwt_trusts.fetch(application.id, row.id), done, app.tell_refusal
    )
    app.say(f"Fetching the keys of {address(row)} …" if begun else "Its keys are being fetched: one moment.")


def delete_trust(app: "KeydeskApp", application: ApplicationView, row: TrustView, every: Sequence[TrustView]) -> None:
    """Ask, telling what will stop, and delete; *every* is what the application has of them."""
    facts = what_stops_with_trust(application, row, every, app.now())
    ask(
        app,
        Confirm(f"Delete the JWT trust {address(row)}?", facts, "Delete", application),
        lambda: app.services.jwt_trusts.delete(application.id, row.id),
        lambda _: app.tell(f"The JWT trust {address(row)} is deleted."),
    )


def came_to(trust: TrustView) -> str:
    """Return in a sentence or two how many keys were found, or why none were and what holds then."""
    count = f"{len(trust.keys)} key{'' if len(trust.keys) == 1 else 's'}"
    if trust.failure is None:
        named = [key.kid or f"{key.kty} {key.thumbprint[:_HINT]}" for key in trust.keys[:_NAMED]]
        return f"{count} found: {', '.join(named)}{', …' if len(trust.keys) > _NAMED else ''}."
    return f"The fetch failed: {trust.failure}" + (f" The {count} from before stay." if trust.keys else "")
