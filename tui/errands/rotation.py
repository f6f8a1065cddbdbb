"""What operators set out to do with rotations: a dialog, a service call, a sentence about how it went.

Each is a function of the app, because what it does outlives the dialog that it opens.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.expiry import SecretState
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from tui.drawing.moments import minute
from tui.modals.issued_secret import IssuedSecretModal
from tui.modals.rotation import RotateForm, RotationAsked, RotationDialog, Step

if TYPE_CHECKING:
    from core.client_secrets.rotation import Rotation
    from tui.app import KeydeskApp


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
