"""What cannot be taken back is asked first, and done behind the screen that asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tui.modals.confirm import Confirm

if TYPE_CHECKING:
    from tui.app import KeydeskApp

Result = TypeVar("Result")


def ask(app: "KeydeskApp", question: Confirm, change: Callable[[], Result], done: Callable[[Result], object]) -> None:
    """Ask; after a yes make the change, and call *done* with what it came to, or tell why it was refused."""

    def answered(sure: bool | None) -> None:
        if sure:
            app.calls.write(change, done, app.tell_refusal)

    app.push_screen(question, answered)
