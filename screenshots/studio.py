"""Where pictures are taken: the real app, on a copy of the demo's data, at a moment that stands still."""

import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import cast

from argon2.profiles import CHEAPEST
from textual.pilot import Pilot

from core.desk import Desk
from core.hashing import ArgonHasher
from core.services import Services, services_on
from keydesk.demo import fill
from keydesk.demo.parts import OPERATORS
from screenshots.picture import read, without_values
from screenshots.render import to_svg
from screenshots.scenes import Scene, Size, Walk
from store.database import open_database
from tui.app import KeydeskApp
from tui.clipboard import Clipboard

NOW = datetime(2026, 11, 21, 14, 7, 23, tzinfo=UTC)

_PATIENCE = 20.0
"""Seconds after which an app that never comes to rest is given up, as one that has crashed would be."""

_OVER_SSH = {"SSH_TTY": "/dev/pts/0", "TERM": "xterm-256color"}


class Studio:
    """Takes pictures; each begins with the same data, whatever the one before it changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._empty, self._filled = directory / "empty.db", directory / "filled.db"
        self._numbers = count(1)
        open_database(self._empty).close()
        database, token_bytes = open_database(self._filled), random.Random(1).randbytes
        fill(database, now=NOW, token_bytes=token_bytes, hasher=ArgonHasher(token_bytes, CHEAPEST))
        database.close()

    async def walk(self, walk: Walk, size: Size) -> AsyncIterator[tuple[str, str]]:
        """Yield the name and the SVG of each scene at this size; no value of a secret is in it."""
        app = KeydeskApp(
            lambda: self._services(self._filled if walk.filled else self._empty),
            now=lambda: NOW,
            clipboard=lambda terminal: Clipboard(_OVER_SSH, terminal),
            look=walk.look,
        )
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for scene in walk.scenes:
                for step in scene.steps:
                    await step(pilot)
                    await settle(pilot)
                picture = read(app.export_screenshot(simplify=True), *size)
                yield name_of(scene, size), to_svg(without_values(picture), scene.title)

    def _services(self, original: Path) -> Services:
        copy = self._directory / f"{next(self._numbers)}.db"
        shutil.copy(original, copy)
        token_bytes = random.Random(2).randbytes  # another seed than the data's, or it would make the same IDs again
        hasher = ArgonHasher(token_bytes, CHEAPEST)
        desk = Desk(open_database(copy), OPERATORS["alice"], lambda: NOW, token_bytes, hasher)
        return services_on(desk, sleep=lambda _seconds: None, defer=lambda later: later())


def name_of(scene: Scene, size: Size) -> str:
    """Return the name of a scene's files at a size, without their endings."""
    columns, rows = size
    return f"{scene.name}-{columns}x{rows}"


@contextmanager
def studio() -> Iterator[Studio]:
    """Open a studio in a private directory that is gone afterwards."""
    with _nobodys_environment(), tempfile.TemporaryDirectory(prefix="keydesk-studio-") as directory:
        yield Studio(Path(directory))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: pausing alone does not wait for threads, and one worker may start another."""
    workers = pilot.app.workers
    async with asyncio.timeout(_PATIENCE):
        await pilot.pause()
        while workers or cast(KeydeskApp, pilot.app).type_ahead.busy:
            await workers.wait_for_complete()
            await pilot.pause()
        await pilot.pause()


@contextmanager
def _nobodys_environment() -> Iterator[None]:
    """Let local time be UTC and colours be drawn, whatever the machine at hand says."""
    before = dict(os.environ)
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()
