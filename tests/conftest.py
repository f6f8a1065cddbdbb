"""What every test stands on: a real database file, a clock that the test moves, a hasher that is quick."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Dialect

from core.rules.expiry import Lifetime
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from store.database import Database, open_database
from tests.cluster import new_database
from tests.staging import Clock, compose, dice

# Under nohup, servers and consoles of the tests would inherit that a hang-up is nothing.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Whole apps come and go; looking through them for garbage as often as by default is a tenth of all the time.
gc.set_threshold(200_000, 20, 100)

# A slow machine is no counter-example.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: a test of the console rests a quarter of its time."""
    return (os.cpu_count() or 1) + 1


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
def path(home: Path) -> Path:
    """Where the database is, or will be."""
    return home / "keydesk.db"


@pytest.fixture
def database_at(path: Path) -> Path | str:
    """What is opened as a database: a file, or a new database on the server of `tests/flows/test_postgresql.py`."""
    server = os.environ.get("KEYDESK_TEST_SERVER")
    return new_database(server) if server else path


@pytest.fixture(scope="session")
def newborn(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database as it is born, to be copied: to make one takes longer than many a test."""
    directory = tmp_path_factory.mktemp("newborn")
    directory.chmod(0o700)
    open_database(directory / "keydesk.db").close()
    return (directory / "keydesk.db").read_bytes()


@pytest.fixture(scope="session")
def share_statements() -> Callable[[Database], None]:
    """Have databases share the text of their statements: to write them anew in every test is a sixth of its time."""
    first: dict[str, Dialect] = {}
    statements: dict[str, object] = {}  # SQLAlchemy keeps them by dialect, and makes one for each engine

    def share(database: Database) -> None:
        database.engine.dialect = first.setdefault(database.engine.dialect.name, database.engine.dialect)
        database.engine.update_execution_options(compiled_cache=statements)

    return share


@pytest.fixture
def database(
    database_at: Path | str, newborn: bytes, share_statements: Callable[[Database], None]
) -> Iterator[Database]:
    if isinstance(database_at, Path):
        database_at.touch(mode=0o600)
        database_at.write_bytes(newborn)
    opened = open_database(database_at)
    share_statements(opened)
    yield opened
    opened.close()


@pytest.fixture
def slept() -> list[float]:
    """The seconds that the services asked to sleep."""
    return []


@pytest.fixture
def services(database: Database, clock: Clock, slept: list[float]) -> Services:
    return compose(database, clock, token_bytes=dice(), sleep=slept.append)


@pytest.fixture
def application(services: Services) -> ApplicationView:
    return services.applications.create(NewApplication("billing-api", "Invoices and payments"))


@pytest.fixture
def issued(services: Services, application: ApplicationView) -> IssuedSecret:
    """A secret of that application that works everywhere and never ends."""
    return services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
