"""The keys that are valid everywhere, on whole screens and in dialogs alike."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import BindingType
from textual.widget import Widget

from tui.actions import Place, bindings

if TYPE_CHECKING:
    from tui.app import KeydeskApp


class Everywhere(Widget):
    """Mixed into screens, after their own base class, because Textual takes the styles from the first.

    They add `action_back` and `action_copy_client_id`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.EVERYWHERE)]

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    def action_help(self) -> None:
        """Show the keys that are valid here."""
        self.desk.action_help()

    def action_palette(self) -> None:
        """Find an action, an application or an API."""
        self.desk.action_palette()

    def action_refresh(self) -> None:
        """Read the data again, and say so."""
        self.desk.read_again()

    def action_leave(self) -> None:
        """Quit."""
        self.desk.action_leave()
