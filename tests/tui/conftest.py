"""What the tests of the console stand on: a way to open it on the services, and a local time that is UTC."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest

from core.services import Services
from tests.staging import Clock
from tests.tui.console import Console, opened

Open = Callable[..., AbstractAsyncContextManager[Console]]


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    """Have screens write UTC, wherever the tests run."""
    yield from local_time("UTC")


@pytest.fixture
def console(services: Services, clock: Clock) -> Open:
    """Open the console on the services of the test; takes the keywords of `opened`."""
    return partial(opened, services, clock)


def local_time(zone: str) -> Iterator[None]:
    """Make *zone* the local time until the end."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()
