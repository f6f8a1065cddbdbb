"""Facts that scroll where there is no room for all of them, and a line below that says so."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.drawing.plain import plain
from tui.widgets.fact import Fact
from tui.widgets.redraw import update_if_changed


class FactList(Vertical):
    """Names and values, as high as they need and not higher than is allowed."""

    DEFAULT_CSS = """
    FactList { height: auto; padding: 0 1 0 2; margin-top: 1; }
    FactList > VerticalScroll { height: auto; scrollbar-size: 0 1; scrollbar-gutter: stable; }
    FactList > #more { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    FactList:ansi > #more { color: ansi_default; }
    """

    def __init__(self, facts: list[tuple[str, str]]) -> None:
        super().__init__()
        self._facts = facts
        self._scroll = VerticalScroll(can_focus=False)

    def compose(self) -> ComposeResult:
        """Lay out the facts, and a line that is blank where all of them are seen."""
        with self._scroll:
            for name, value in self._facts:
                yield Fact(name, value)
        yield Static(id="more", markup=False)

    def on_mount(self) -> None:
        """Follow what is seen, by keys, mouse or another size."""
        for changing in ("virtual_size", "scroll_y", "size", "has_focus"):
            self.watch(self._scroll, changing, self._tell_soon)

    def allow(self, most: int) -> None:
        """Take up at most so many lines, beside the one that says that there are more."""
        self._scroll.styles.max_height = most

    async def show(self, facts: list[tuple[str, str]]) -> None:
        """Show other values; other names are other lines."""
        if [name for name, _ in self._facts] == [name for name, _ in facts]:
            for fact, (_, value) in zip(self.query(Fact), facts, strict=True):
                fact.show(value)
        else:
            await self._scroll.remove_children()
            await self._scroll.mount_all(Fact(name, value) for name, value in facts)
        self._facts = facts

    def _tell_soon(self) -> None:
        self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        """Say how much there is below, and let the keys reach it only where there is something to reach."""
        scroll = self._scroll
        hides = scroll.max_scroll_y > 0
        if not hides and scroll.has_focus:
            self.screen.focus_next()
        scroll.can_focus = hides
        update_if_changed(self.query_one("#more", Static), plain(self._more() if hides else ""))

    def _more(self) -> str:
        below = self._scroll.max_scroll_y - round(self._scroll.scroll_y)
        more = f"… {below} more {'line' if below == 1 else 'lines'}" if below else "… more lines above"
        return f"{more}: arrows scroll, Tab goes back." if self._scroll.has_focus else f"{more}: Tab, then the arrows."
