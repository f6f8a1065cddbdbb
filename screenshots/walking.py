"""Walks through the console by its keys, with a stop for each picture."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from textual.events import Paste
from textual.pilot import Pilot

from tui.drawing.themes import Look

Step = Callable[[Pilot[None]], Awaitable[object]]
Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((80, 24), (120, 36))
"""Columns and rows: what an administrator finds on the other end of a line, and a roomier window."""

_A_REST = 0.15
"""Seconds after which the filter line has noticed that the typing is over."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One stop: the name of its files, what it shows, and the steps that lead here from the stop before."""

    name: str
    title: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """Scenes that one run of the console comes through, from its first screen on."""

    scenes: tuple[Scene, ...]
    sizes: tuple[Size, ...] = SIZES
    look: Look = field(default_factory=Look)
    filled: bool = True
    """Whether the demo's data is there, or nothing yet."""
    served: bool = False
    """Whether `keydesk serve` runs on it."""


def press(*keys: str) -> Step:
    """Press keys one after the other."""
    return lambda pilot: pilot.press(*keys)


def write(text: str) -> Step:
    """Put a text into the field that has the focus, in one paste, and rest a moment."""

    async def step(pilot: Pilot[None]) -> None:
        pilot.app.post_message(Paste(text))
        await pilot.pause(_A_REST)

    return step


def go_to(application: str) -> tuple[Step, ...]:
    """Open an application by the command palette."""
    return (press("colon"), write(application), press("enter"))


ESCAPE = press("escape")
