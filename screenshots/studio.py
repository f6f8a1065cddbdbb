"""Where pictures are taken: the real app, on a copy of the demo's data, at a moment that stands still."""

import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from argon2.profiles import CHEAPEST

from core.apis.invoking import Invoking, Running
from core.authentication.pace import Pace
from core.authentication.trial import Trial
from core.desk import Desk
from core.hashing import ArgonHasher
from core.outbound.exchange import Call, Reply, exchange
from core.rules.endpoints import DEFAULT_ISSUER, VERIFY_PATH
from core.rules.invocations import Invocation
from core.services import Services, services_on
from keydesk.demo import fill, upstreams
from keydesk.demo.apis import GATEWAY
from keydesk.demo.issuers import Issuers
from keydesk.demo.parts import OPERATORS
from screenshots.driving import OVER_SSH, settle
from screenshots.guarding import guarding
from screenshots.picture import read, without_values
from screenshots.render import to_svg
from screenshots.serving import serving
from screenshots.walking import Scene, Size, Walk
from store.database import open_database
from tui.app import KeydeskApp
from tui.clipboard import Clipboard

Ways = Mapping[str, str]
"""Where the usual addresses really are."""

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
        with self._ways(database, served=walk.served) as ways:
            async for picture in self._pictures(walk, size, lambda: _services(database, _OF_CONSOLE, ways)):
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
    def _ways(self, database: Path, *, served: bool) -> Iterator[Ways]:
        """Serve on free ports, and give the ways there from the usual ones: pictures shall not differ in a port."""
        if not served:
            yield {}
            return
        with (
            serving(_services(database, _OF_SERVER, {}), DEFAULT_ISSUER) as address,
            guarding(f"{address}{VERIFY_PATH}/weather") as gateway,
        ):
            yield {DEFAULT_ISSUER: address, GATEWAY: gateway}


class _Led(Invoking):
    """Sends calls by the ways there; each takes as long as every other."""

    def __init__(self, ways: Ways) -> None:
        super().__init__(timer=count(step=0.006).__next__)
        self._ways = ways

    def begin(self, asked: Invocation) -> Running:
        return super().begin(replace(asked, url=_led(asked.url, self._ways)))


def _led(url: str, ways: Ways) -> str:
    for usual, real in ways.items():
        url = url.replace(usual, real, 1)
    return url


def _services(database: Path, seed: int, ways: Ways) -> Services:
    def send(call: Call, within: float) -> Reply:
        return exchange(replace(call, url=_led(call.url, ways)), within)

    token_bytes = random.Random(seed).randbytes
    hasher = ArgonHasher(token_bytes, CHEAPEST)
    desk = Desk(open_database(database), OPERATORS["alice"], lambda: NOW, token_bytes, hasher)
    services = services_on(desk, pace=Pace(lambda _seconds: None), defer=lambda later: later(), send=Issuers().send)
    trial = Trial(services.servers, send=send)
    return replace(services, trial=trial, invoking=_Led(ways), api_status=upstreams.status())


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
