"""What operators set out to do with client secrets: a dialog, a service call, a sentence about how it went.

Each is a function of the app, because what it does outlives the dialog that it opens.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret, SecretView
from tui.errands.asking import ask
from tui.facts.consequences import what_stops
from tui.modals.confirm import Confirm
from tui.modals.issued_secret import IssuedSecretModal
from tui.modals.secret_form import EditSecretForm, NewSecretForm
from tui.modals.try_it import TryItForm
from tui.modals.verify_form import VerifyForm

if TYPE_CHECKING:
    from core.client_secrets.client_secrets import Revocation
    from tui.app import KeydeskApp


def add_secret(app: "KeydeskApp", application: ApplicationView, point_at: Callable[[SecretView], object]) -> None:
    """Make a secret and show it once; *point_at* is called with it, so that the cursor stands on it afterwards."""

    issuer = DEFAULT_ISSUER

    def attempt(asked: NewSecret) -> IssuedSecret:
        nonlocal issuer
        issuer = app.services.trial.issuer()  # before the change: nothing may come between it and what it shows
        return app.services.client_secrets.add(application.id, asked)

    def shown(issued: IssuedSecret | None) -> None:
        if issued is not None:
            point_at(issued.secret)
            app.push_screen(IssuedSecretModal(issued, application.name, issuer), lambda _: app.refresh_screens())

    app.push_screen(NewSecretForm(application, attempt), shown)


def edit_secret(app: "KeydeskApp", application: ApplicationView, secret: SecretView) -> None:
    """Change description, expiry or API scopes of a secret."""

    def attempt(changes: SecretChanges) -> SecretView:
        return app.services.client_secrets.edit(application.id, secret.id, changes)

    def changed(result: SecretView | None) -> None:
        if result is not None:
            app.tell(f"{result.hint} is saved.")

    app.push_screen(EditSecretForm(application, secret, attempt), changed)


def revoke_secret(
    app: "KeydeskApp", application: ApplicationView, secret: SecretView, secrets: Sequence[SecretView] = ()
) -> None:
    """Ask, telling what will stop, and revoke. Among *secrets* is what it replaces, or what replaces it."""

    def done(revocation: "Revocation") -> None:
        app.tell(f"{secret.hint} {revocation.outcome}.")

    named = f" ({secret.description})" if secret.description else ""
    facts = what_stops(application, secret, secrets, app.now())
    question = Confirm(f"Revoke {secret.hint}{named}?", facts, "Revoke", application)
    ask(app, question, lambda: app.services.client_secrets.revoke(application.id, secret.id), done)


def verify_secret(app: "KeydeskApp", application: ApplicationView) -> None:
    """Tell which secret a pasted value is."""
    app.push_screen(VerifyForm(application, lambda value: app.services.verification.verify(application.id, value)))


def try_secret(app: "KeydeskApp", application: ApplicationView) -> None:
    """Ask the token endpoint with a pasted secret."""
    app.push_screen(TryItForm(application, lambda value: app.services.trial.ask(application.client_id, value)))
