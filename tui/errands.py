"""What operators set out to do: a dialog, a service call, a sentence about how it went.

Each is a function of the app, because what it does outlives the dialog that it opens.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.expiry import SecretState
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret, SecretView
from core.rules.views.locks import LockView
from tui.consequences import what_stops
from tui.modals.application_form import EditApplicationForm, NewApplicationForm
from tui.modals.confirm import Confirm, DeleteApplicationForm
from tui.modals.issued_secret import IssuedSecretModal
from tui.modals.rotation import RotateForm, RotationAsked, RotationDialog, Step
from tui.modals.secret_form import EditSecretForm, NewSecretForm
from tui.modals.try_it import TryItForm
from tui.modals.verify_form import VerifyForm
from tui.moments import minute

if TYPE_CHECKING:
    from core.client_secrets import Revocation
    from core.rotation import Rotation
    from tui.app import KeydeskApp

Result = TypeVar("Result")


def new_application(app: "KeydeskApp") -> None:
    """Make an application and open it."""

    def opened(application: ApplicationView | None) -> None:
        if application is not None:
            app.refresh_screens()
            app.open_application(application)

    app.push_screen(NewApplicationForm(app.services.applications.create), opened)


def edit_application(app: "KeydeskApp", application: ApplicationView) -> None:
    """Change an application."""

    def attempt(changes: ApplicationChanges) -> ApplicationView:
        return app.services.applications.change(application.id, changes)

    def changed(result: ApplicationView | None) -> None:
        if result is not None:
            app.tell(f"{result.name} is saved.")

    app.push_screen(EditApplicationForm(application, attempt), changed)


def delete_application(app: "KeydeskApp", application: ApplicationView) -> None:
    """Delete an application, once its name was typed."""

    def attempt(typed: str) -> bool:
        app.services.applications.delete(application.id, typed)
        return True

    def deleted(gone: bool | None) -> None:
        if gone:
            app.show_applications()
            app.tell(f"{application.name} is deleted; its activity stays.")

    app.push_screen(DeleteApplicationForm(application, attempt), deleted)


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

    def answered(sure: bool | None) -> None:
        if sure:
            app.calls.write(
                lambda: app.services.client_secrets.revoke(application.id, secret.id), done, app.tell_refusal
            )

    named = f" ({secret.description})" if secret.description else ""
    facts = what_stops(application, secret, secrets, app.now())
    question = Confirm(f"Revoke {secret.hint}{named}?", facts, "Revoke", application)
    app.push_screen(question, answered)


def rotate_secret(
    app: "KeydeskApp",
    application: ApplicationView,
    secret: SecretView,
    point_at: Callable[[SecretView], object],
    new_one: str = "n adds a new one",
) -> None:
    """Make a twin and show it once; of a retiring secret, ask whether to complete its rotation or to undo it.

    *point_at* is called with the twin, so that the cursor stands on it afterwards; *new_one* says how to add another.
    """
    if secret.state is SecretState.RETIRING:
        _settle_rotation(app, application, secret)
    elif secret.state.works:
        _rotate(app, application, secret, point_at)
    elif secret.revoked_reason == "rotated":
        app.say(f"{secret.hint} was rotated: rotate what replaces it, or {new_one}.", trouble=True)
    else:
        app.say(f"{secret.hint} is {secret.state} and cannot be rotated: {new_one}.", trouble=True)


def _rotate(
    app: "KeydeskApp", application: ApplicationView, secret: SecretView, point_at: Callable[[SecretView], object]
) -> None:
    issuer = DEFAULT_ISSUER

    def attempt(asked: RotationAsked) -> "Rotation":
        nonlocal issuer
        issuer = app.services.trial.issuer()  # before the change: nothing may come between it and what it shows
        return app.services.rotations.rotate(application.id, secret.id, asked.grace, revoking=asked.revoking)

    def shown(rotation: "Rotation | None") -> None:
        if rotation is None:
            return
        old, issued = rotation.old, rotation.issued
        point_at(issued.secret)
        ends = f"works until {minute(old.retires_at)}" if old.state.works and old.retires_at else "is revoked"
        outcome = f"replaces {old.hint}, which {ends}."
        sheet = IssuedSecretModal(issued, application.name, issuer, f"It {outcome}")
        app.push_screen(sheet, lambda _: app.tell(f"{issued.secret.hint} {outcome}"))

    app.push_screen(RotateForm(application, secret, attempt), shown)


def _settle_rotation(app: "KeydeskApp", application: ApplicationView, secret: SecretView) -> None:
    def answered(step: Step | None) -> None:
        if step is Step.COMPLETE:
            complete_rotation(app, application, secret)
        elif step is Step.UNDO:
            undo_rotation(app, application, secret)

    dialog = RotationDialog(application, secret, lambda: app.services.rotations.twin(application.id, secret.id))
    app.push_screen(dialog, answered)


def complete_rotation(app: "KeydeskApp", application: ApplicationView, secret: SecretView) -> None:
    """End the grace period of a retiring secret now."""

    def done(old: SecretView) -> None:
        app.tell(f"The rotation is complete: {old.hint} is revoked.")

    app.calls.write(lambda: app.services.rotations.complete(application.id, secret.id), done, app.tell_refusal)


def undo_rotation(app: "KeydeskApp", application: ApplicationView, secret: SecretView) -> None:
    """Let a retiring secret be as it was before."""

    def done(old: SecretView) -> None:
        app.tell(f"The rotation is undone: {old.hint} is {old.state} as before.")

    app.calls.write(lambda: app.services.rotations.undo(application.id, secret.id), done, app.tell_refusal)


def verify_secret(app: "KeydeskApp", application: ApplicationView) -> None:
    """Tell which secret a pasted value is."""
    app.push_screen(VerifyForm(application, lambda value: app.services.verification.verify(application.id, value)))


def try_secret(app: "KeydeskApp", application: ApplicationView) -> None:
    """Ask the token endpoint with a pasted secret."""
    app.push_screen(TryItForm(application, lambda value: app.services.trial.ask(application.client_id, value)))


def unlock(app: "KeydeskApp", application: ApplicationView) -> None:
    """Unlock the client ID."""

    def done(_lock: LockView) -> None:
        app.tell(f"The client ID of {application.name} is unlocked.")

    _by_one_key(app, lambda: app.services.locks.unlock(application.id), done)


def switch_locking(app: "KeydeskApp", application: ApplicationView, show: Callable[[ApplicationView], object]) -> None:
    """Switch locking on or off, saying what that means for a lock that holds; *show* is called with the outcome."""
    changes = ApplicationChanges(locking_enabled=not application.locking_enabled)

    def done(result: ApplicationView) -> None:
        show(result)
        if result.locking_enabled:
            app.tell("Locking is on: five failed logons lock the client ID for 60 minutes.")
        elif result.locked_until:
            app.tell("Locking is off. It stays locked until the hour ends, or until u unlocks it.")
        else:
            app.tell("Locking is off: failed logons no longer count.")

    _by_one_key(app, lambda: app.services.applications.change(application.id, changes), done)


def _by_one_key(app: "KeydeskApp", change: Callable[[], Result], done: Callable[[Result], object]) -> None:
    """Make a change without a dialog; not while another one may change what the key means."""
    if app.calls.busy:
        app.say_busy()
    else:
        app.calls.write(change, done, app.tell_refusal)
