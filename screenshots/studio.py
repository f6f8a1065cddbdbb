"""Where pictures are taken: the real app, on a copy of the demo's data, at a moment that stands still."""

import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from argon2.profiles import CHEAPEST

from core.desk import Desk
from core.exchange import Call, Exchange, Reply, exchange
from core.hashing import ArgonHasher
from core.rules.endpoints import DEFAULT_ISSUER
from core.services import Services, services_on
from core.trial import Trial
from keydesk.demo import fill
from keydesk.demo.issuers import Issuers
from keydesk.demo.parts import OPERATORS
from screenshots.driving import OVER_SSH, settle
from screenshots.picture import read, without_values
from screenshots.render import to_svg
from screenshots.scenes import Scene, Size, Walk
from screenshots.serving import serving
from store.database import open_database
from tui.app import KeydeskApp
from tui.clipboard import Clipboard

NOW = datetime(2026, 11, 21, 14, 7, 23, tzinfo=UTC)
_HOME = Path("/home/alice")
"""The directory that the console proposes for a file: no picture tells where it was taken."""
_OF_CONSOLE, _OF_SERVER = 2, 3
"""Seeds of randomness: another one than the data's, or the same IDs would be made again."""


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
        database = self._copy(self._filled if walk.filled else self._empty)
        with self._served(database) if walk.served else nullcontext(exchange) as send:
            async for picture in self._pictures(walk, size, lambda: _services(database, _OF_CONSOLE, send)):
                yield picture

    async def _pictures(
        self, walk: Walk, size: Size, compose: Callable[[], Services]
    ) -> AsyncIterator[tuple[str, str]]:
        app = KeydeskApp(
            compose,
            now=lambda: NOW,
            clipboard=lambda terminal: Clipboard(OVER_SSH, terminal),
            directories=lambda: [_HOME],
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

    def _copy(self, original: Path) -> Path:
        copy = self._directory / f"{next(self._numbers)}.db"
        shutil.copy(original, copy)
        return copy

    @contextmanager
    def _served(self, database: Path) -> Iterator[Exchange]:
        """Serve on a free port, and give the way there from the usual one: pictures shall not differ in a port."""
        with serving(_services(database, _OF_SERVER), DEFAULT_ISSUER) as address:

            def send(call: Call, within: float) -> Reply:
                return exchange(replace(call, url=call.url.replace(DEFAULT_ISSUER, address, 1)), within)

            yield send


def _services(database: Path, seed: int, send: Exchange = exchange) -> Services:
    token_bytes = random.Random(seed).randbytes
    hasher = ArgonHasher(token_bytes, CHEAPEST)
    desk = Desk(open_database(database), OPERATORS["alice"], lambda: NOW, token_bytes, hasher)
    services = services_on(desk, sleep=lambda _seconds: None, defer=lambda later: later(), send=Issuers().send)
    return replace(services, trial=Trial(services.servers, send=send))


def name_of(scene: Scene, size: Size) -> str:
    """Return the name of a scene's files at a size, without their endings."""
    columns, rows = size
    return f"{scene.name}-{columns}x{rows}"


@contextmanager
def studio() -> Iterator[Studio]:
    """Open a studio in a private directory that is gone afterwards."""
    with _nobodys_environment(), tempfile.TemporaryDirectory(prefix="keydesk-studio-") as directory:
        yield Studio(Path(directory))


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
