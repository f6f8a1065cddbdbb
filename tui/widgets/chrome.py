"""The lines around every screen: crumbs above, one status line and the key hints below."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.actions import Action, key_names
from tui.drawing.plain import line, plain
from tui.widgets.redraw import update_if_changed
from tui.widgets.table.fit import cut

_MOST_HINTS = 6
_STEP = " › "


class Path(Static):
    """Where one is; where there is no room for all of it, its longest part is shortened, which is a name."""

    DEFAULT_CSS = "Path { width: 1fr; text-style: bold; text-wrap: nowrap; }"

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._parts: tuple[str, ...] = ()

    def show(self, parts: Sequence[str]) -> None:
        """Draw the path, outermost first."""
        self._parts = tuple(parts)
        self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    def _draw(self) -> None:
        longest = max(self._parts, key=cell_len, default="")
        rest = cell_len(_STEP.join(self._parts)) - cell_len(longest)
        short = cut(longest, max(1, self.size.width - rest))
        update_if_changed(self, plain(_STEP.join(short if part is longest else part for part in self._parts)))


class Crumbs(Horizontal):
    """Where one is, and at the right what it comes to."""

    DEFAULT_CSS = """
    Crumbs { height: 1; padding: 0 1; }
    Crumbs > #note { width: auto; max-width: 50%; padding-left: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the two ends."""
        yield Path()
        yield Static(id="note", markup=False)

    def show(self, path: Sequence[str], note: str | Content = "") -> None:
        """Draw the path, outermost first, and the note."""
        self.query_one(Path).show(path)
        update_if_changed(self.query_one("#note", Static), line(note))


class Status(Static):
    """One sentence that stays until the next key."""

    DEFAULT_CSS = """
    Status { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Status.-trouble { color: $text-error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._said = ""

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """Show a sentence; trouble is set apart by more than its colour."""
        self.set_class(trouble, "-trouble")
        update_if_changed(self, plain(f"! {sentence}" if trouble else sentence))
        self._said = sentence

    def hush(self) -> None:
        """Clear the line, if something stands on it."""
        self.take_back(self._said)

    def take_back(self, sentence: str) -> None:
        """Clear the line, if it is this sentence that stands on it."""
        if self._said and self._said == sentence:
            self._said = ""
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
        room = self.size.width
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
