"""The lines around every screen: crumbs above, one status line and the key hints below."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.actions import Action, key_names
from tui.plain import line, plain

_MOST_HINTS = 6


class Crumbs(Horizontal):
    """Where one is, and at the right what it comes to."""

    DEFAULT_CSS = """
    Crumbs { height: 1; padding: 0 1; }
    Crumbs > #path { width: 1fr; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
    Crumbs > #note { width: auto; max-width: 50%; padding-left: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the two ends."""
        yield Static(id="path", markup=False)
        yield Static(id="note", markup=False)

    def show(self, path: Sequence[str], note: str | Content = "") -> None:
        """Draw the path, outermost first, and the note."""
        self.query_one("#path", Static).update(plain(" › ".join(path)))
        self.query_one("#note", Static).update(line(note))


class Status(Static):
    """One sentence that stays until the next key."""

    DEFAULT_CSS = """
    Status { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Status.-trouble { color: $text-error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._said = False

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """Show a sentence; trouble is set apart by more than its colour."""
        self.set_class(trouble, "-trouble")
        self.update(plain(f"! {sentence}" if trouble else sentence))
        self._said = True

    def hush(self) -> None:
        """Clear the line, if something stands on it."""
        if self._said:
            self._said = False
            self.update("")


class Hints(Static):
    """The most useful keys of the moment, as many as there is room for and never more than six."""

    DEFAULT_CSS = """
    Hints { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; }
    Hints:ansi { color: ansi_default; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._actions: tuple[Action, ...] = ()

    def show(self, actions: Sequence[Action]) -> None:
        """Hint at these actions; the last of them always finds room."""
        if tuple(actions) != self._actions:
            self._actions = tuple(actions)
            self._draw()

    def on_resize(self) -> None:
        """Fit the hints to the new width."""
        self._draw()

    def _draw(self) -> None:
        room = self.size.width - 2
        if not self._actions or room <= 0:
            return
        *others, last = [hint(action) for action in self._actions]
        shown: list[Content] = []
        for other in others[: _MOST_HINTS - 1]:
            if sum(part.cell_length + 3 for part in (*shown, other)) + last.cell_length > room:
                break
            shown.append(other)
        self.update(Content("   ").join([*shown, last]))


class Frame(Vertical):
    """The two lines at the foot of a screen."""

    DEFAULT_CSS = "Frame { dock: bottom; height: 2; }"

    def compose(self) -> ComposeResult:
        """Lay out status and hints."""
        yield Status()
        yield Hints()


def hint(action: Action) -> Content:
    """Return a key and what it does."""
    key = key_names(action.keys)[0]
    return line((key.lower() if len(key) > 1 and not key.startswith("Ctrl") else key, "bold"), f" {action.label}")
