"""What operators set out to do with applications: a dialog, a service call, a sentence about how it went.

Each is a function of the app, because what it does outlives the dialog that it opens.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from core.rules.requests.applications import ApplicationChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.locks import LockView
from tui.modals.application_form import EditApplicationForm, NewApplicationForm
from tui.modals.confirm import DeleteApplicationForm

if TYPE_CHECKING:
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

    def ask(subscribed: Sequence[str]) -> None:
        app.push_screen(DeleteApplicationForm(application, subscribed, attempt), deleted)

    app.calls.keeping.put(lambda: app.services.subscriptions.of_application(application.id), ask, app.tell_refusal)


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
