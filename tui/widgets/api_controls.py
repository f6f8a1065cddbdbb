"""The controls of the form of an API: its security, where a credential stands, how it refuses."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from core.rules.apis import Located, Place, Profile, Security
from tui.drawing.plain import plain
from tui.widgets.controls import Choices, Tick
from tui.widgets.redraw import update_if_changed
from tui.widgets.text_field import TextField

_MEANINGS = {
    Security.CLIENT_ID: "who knows the ID may call",
    Security.PAIR: "both are checked",
    Security.BEARER: "from the token endpoint",
}


class SecurityBoxes(Vertical):
    """One box for each kind of security."""

    DEFAULT_CSS = "SecurityBoxes { height: auto; width: 1fr; }"

    def __init__(self, chosen: Iterable[Security]) -> None:
        super().__init__()
        self._given = frozenset(chosen)

    def compose(self) -> ComposeResult:
        """Lay out the boxes."""
        for security in Security:
            label = f"{security.label:<21} {_MEANINGS[security]}"
            yield Tick(label, security in self._given, name=security.value)

    def chosen(self) -> frozenset[str]:
        """Return what is ticked."""
        return frozenset(box.name for box in self.query(Tick) if box.value and box.name)

    def focus(self, scroll_visible: bool = True) -> "SecurityBoxes":
        """Put the focus on the first box: that is where a wrong choice is mended."""
        self.query(Tick).first().focus(scroll_visible)
        return self


class Placing(Horizontal):
    """Where a credential stands, in a header or in the query, and by which name."""

    DEFAULT_CSS = """
    Placing { height: 1; width: 1fr; }
    Placing > Choices { width: 26; }
    """

    def __init__(self, at: Located, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__()
        self.given = at
        self._choices = Choices(list(Place), list(Place).index(at.place))
        self._field = TextField(at.name, id=id)

    def compose(self) -> ComposeResult:
        """Lay out place and name."""
        yield self._choices
        yield self._field

    def chosen(self) -> Located:
        """Return what was chosen; the rules judge the name."""
        return Located(list(Place)[self._choices.chosen], self._field.value)

    def focus(self, scroll_visible: bool = True) -> "Placing":
        """Put the focus on the name: that is what can be wrong."""
        self._field.focus(scroll_visible)
        return self


class ProfileChoice(Vertical):
    """Whose refusals a caller sees, and what a stranger learns by them."""

    DEFAULT_CSS = """
    ProfileChoice { height: auto; width: 1fr; }
    ProfileChoice > .gives-away { height: auto; color: $text-warning; display: none; }
    """

    def __init__(self, chosen: Profile) -> None:
        super().__init__()
        self._choices = Choices(list(Profile), list(Profile).index(chosen))

    def compose(self) -> ComposeResult:
        """Lay out the choice and its sentence."""
        yield self._choices
        yield Static(classes="gives-away", markup=False)

    def on_mount(self) -> None:
        """Follow the choice."""
        self.watch(self._choices, "chosen", self._tell)

    def chosen(self) -> Profile:
        """Return the profile."""
        return list(Profile)[self._choices.chosen]

    def _tell(self) -> None:
        given_away = self.chosen().gives_away
        told = self.query_one(".gives-away", Static)
        told.display = given_away is not None
        update_if_changed(told, plain(f"! {given_away}" if given_away else ""))
