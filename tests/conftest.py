"""What every test stands on: a real database file, a clock that the test moves, a hasher that is quick."""

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST

from core.desk import Desk
from core.hashing import ArgonHasher
from core.rules.operator import Operator
from core.rules.requests import NewApplication
from core.rules.views import ApplicationView
from core.services import Services, services_on
from store.database import Database, open_database

NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until the test moves it."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **parts: float) -> None:
        """Move on by the keywords of `timedelta`."""
        self.time += timedelta(**parts)


def dice(seed: int = 1) -> Callable[[int], bytes]:
    """Return a source of bytes that repeats itself from run to run."""
    return random.Random(seed).randbytes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A private directory, as a database wants it."""
    directory = tmp_path / "home"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    opened = open_database(home / "keydesk.db")
    yield opened
    opened.close()


@pytest.fixture
def slept() -> list[float]:
    """The seconds that the services asked to sleep."""
    return []


@pytest.fixture
def services(database: Database, clock: Clock, slept: list[float]) -> Services:
    token_bytes = dice()
    hasher = ArgonHasher(token_bytes, CHEAPEST)
    desk = Desk(database=database, operator=Operator("operator"), now=clock, token_bytes=token_bytes, hasher=hasher)
    return services_on(desk, sleep=slept.append, defer=lambda later: later())


@pytest.fixture
def application(services: Services) -> ApplicationView:
    return services.applications.create(NewApplication("billing-api", "Invoices and payments"))


@pytest.fixture
def new_name() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"application-{next(numbers)}"
