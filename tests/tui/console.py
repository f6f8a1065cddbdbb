"""The console under test: the real app on a real database, driven by keys and read as a screen of cells."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.segment import Segment
from sqlmodel import Session
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core.rules.limits import THRESHOLDS
from core.rules.text import refused_character
from core.services import Services
from screenshots.driving import OVER_SSH, settle
from store.database import Database
from tests.staging import Clock
from tests.tui.clipboard.places import Notebook
from tui.app import KeydeskApp
from tui.clipboard import Clipboard, Setting
from tui.drawing.themes import Look
from tui.modals.form import Field

NARROW, SPACIOUS = (80, 24), (120, 36)

_CHARACTERS = {"slash": "/", "question_mark": "?", "colon": ":", "space": " "}


@dataclass
class Console:
    """A running console: what it is told by keys, and what stands on its screen."""

    pilot: Pilot[None]
    sent: list[str] = field(default_factory=list)
    """The control sequences that the clipboard room sent to the terminal."""

    @property
    def app(self) -> KeydeskApp:
        assert isinstance(self.pilot.app, KeydeskApp)
        return self.pilot.app

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when all is quiet again."""
        for key in keys:
            self.hit(key)
            await settle(self.pilot)

    def hit(self, *keys: str) -> None:
        """Press keys faster than the console can follow."""
        for key in keys:
            character = key if len(key) == 1 else _CHARACTERS.get(key)
            self.app.post_message(events.Key(key, character))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait, some seconds at most, until something holds while the app is at work."""
        for _ in range(400):
            if holds():
                return
            await self.pilot.pause(0.02)
        raise AssertionError("it never came to that")

    @asynccontextmanager
    async def under_way(self, database: Database, key: str) -> AsyncIterator[Session]:
        """Press a key whose change has to wait until the end of the block, because somebody else is writing there."""
        with database.transaction() as session:
            self.hit(key)
            await self.until(lambda: self.app.calls.busy)
            yield session
        await self.settle()

    async def settle(self) -> None:
        await settle(self.pilot)

    async def type(self, text: str) -> None:
        """Type a text as fast as a terminal sends it."""
        self.hit(*("space" if character == " " else character for character in text))
        await settle(self.pilot)
        await self.pilot.pause(0.12)  # the filter waits for a rest in the typing
        await settle(self.pilot)

    async def paste(self, text: str) -> None:
        """Paste a text as a terminal with bracketed paste does."""
        self.app.post_message(events.Paste(text))
        await settle(self.pilot)

    async def fill(self, name: str, text: str) -> None:
        """Put a text into the field of this name, whatever it held."""
        self.app.screen.query_one(f"#{name}", Input).value = text
        await settle(self.pilot)

    async def resize(self, columns: int, rows: int) -> None:
        await self.pilot.resize_terminal(columns, rows)
        await settle(self.pilot)

    @property
    def segments(self) -> list[list[Segment]]:
        """What is drawn, line by line."""
        # Textual has no public way to read the whole screen but as a picture.
        return [list(strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line, without the blanks at the ends."""
        return ["".join(segment.text for segment in line).rstrip() for line in self.segments]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def crumbs(self) -> str:
        return self.lines[0].strip()

    @property
    def status(self) -> str:
        return self.lines[-2].strip()

    @property
    def hints(self) -> str:
        return self.lines[-1].strip()

    @property
    def marked(self) -> str:
        """The row under the cursor."""
        return next(line for line in self.lines if line.startswith(" > "))

    @property
    def screen(self) -> str:
        """The name of the screen in front."""
        return type(self.app.screen).__name__

    @property
    def is_clean(self) -> bool:
        """Whether nothing on the screen is a character that a terminal would obey."""
        return not any(refused_character(segment.text) for line in self.segments for segment in line)

    @property
    def overflowing(self) -> list[str]:
        """The widgets in front that stick out of the terminal, and the lines that are not as wide as it is."""
        size = self.app.size
        widgets = [
            f"{widget!r} at {widget.region}"
            for widget in self.app.screen.query("*")
            if widget.is_on_screen and widget.region.right > size.width
        ]
        lines = [f"line {y}" for y, line in enumerate(self.segments) if Segment.get_line_length(line) != size.width]
        return widgets + lines

    def error_at(self, name: str) -> str:
        """What stands below the field of this name; nothing where nothing is wrong with it."""
        return next(
            str(field.query_one(".error", Static).content)
            for field in self.app.screen.query(Field)
            if field.name == name
        )

    def value(self, name: str) -> str:
        """What a field of the dialog in front holds."""
        return self.app.screen.query_one(f"#{name}", Input).value


def app_on(
    compose: Callable[[], Services],
    clock: Clock,
    to_terminal: Callable[[str], object] = lambda _sequence: None,
    *,
    setting: Setting = Setting.AUTO,
    directories: Iterable[Path] = (),
    look: Look = Look(),  # noqa: B008 - frozen
    thresholds: Sequence[int] = THRESHOLDS,
) -> KeydeskApp:
    """Return a console that has not begun; its clipboard is that of a plain SSH session."""
    return KeydeskApp(
        compose,
        now=clock,
        clipboard=lambda _terminal: Clipboard(OVER_SSH, to_terminal, setting=setting, runner=Notebook()),
        directories=lambda: directories,
        look=look,
        thresholds=thresholds,
    )


@asynccontextmanager
async def opened(
    services: Services | Callable[[], Services],
    clock: Clock,
    *,
    size: tuple[int, int] = NARROW,
    look: Look = Look(),  # noqa: B008 - frozen
    setting: Setting = Setting.AUTO,
    directories: Iterable[Path] = (),
    thresholds: Sequence[int] = THRESHOLDS,
) -> AsyncIterator[Console]:
    """Open a console on services and wait until it shows data."""
    sent: list[str] = []
    app = app_on(
        services if callable(services) else lambda: services,
        clock,
        sent.append,
        setting=setting,
        directories=directories,
        look=look,
        thresholds=thresholds,
    )
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield Console(pilot, sent)
