"""What tests put together by hand: a clock that they move, dice that repeat, services with a quick hasher."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from argon2 import Parameters
from argon2.profiles import CHEAPEST
from sqlalchemy import event, text

from core.authentication.pace import Pace
from core.authentication.proofs import Authenticated
from core.desk import Desk
from core.hashing import ArgonHasher, Hasher
from core.outbound.exchange import Exchange, exchange
from core.rules.clocks import SinceBoot, Uptime, unknown
from core.rules.errors import LogonRefused
from core.rules.forwarding import DEFAULT_HEADER
from core.rules.operator import Operator
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.services import Services, services_on
from store.database import Database, open_database

NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
WRONG = "kd_not-a-secret"
OPERATOR = Operator("operator")


class Clock:
    """A clock that stands still until the test moves it, on a machine that has run for three days."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start
        self._boot, self._running = 1, timedelta(days=3)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **parts: float) -> None:
        """Move on by the keywords of `timedelta`."""
        self.time += timedelta(**parts)
        self._running += timedelta(**parts)

    def set(self, **parts: float) -> None:
        """Set the clock ahead or back, as somebody may; the machine runs on as before."""
        self.time += timedelta(**parts)

    def restart(self) -> None:
        """Boot the machine again."""
        self._boot, self._running = self._boot + 1, timedelta(0)

    def since_boot(self) -> Uptime:
        """Tell the uptime of the machine, for services that are to know it."""
        return Uptime(f"boot {self._boot}", self._running // timedelta(milliseconds=1))


def dice(seed: int = 1) -> Callable[[int], bytes]:
    """Return a source of bytes that repeats itself from run to run."""
    return random.Random(seed).randbytes


def compose(
    database: Database,
    clock: Clock,
    *,
    token_bytes: Callable[[int], bytes] = os.urandom,
    parameters: Parameters = CHEAPEST,
    hasher: Hasher | None = None,
    sleep: Callable[[float], None] = lambda _seconds: None,
    defer: Callable[[Callable[[], None]], None] = lambda later: later(),
    operator: Operator = OPERATOR,
    since_boot: SinceBoot = unknown,
    send: Exchange = exchange,
    client_cert: str = DEFAULT_HEADER,
    timer: Callable[[], float] = perf_counter,
) -> Services:
    """Put services on *database*, with a desk of the test's choice."""
    desk = Desk(
        database=database,
        operator=operator,
        now=clock,
        token_bytes=token_bytes,
        hasher=hasher or ArgonHasher(token_bytes, parameters),
        since_boot=since_boot,
    )
    return services_on(desk, pace=Pace(sleep, timer), defer=defer, send=send, client_cert=client_cert)


def services_at(path: Path | str) -> Services:
    """Open the database at *path* as a process of its own would."""
    return compose(open_database(Path(path)), Clock())


def plain_sql(database: Database, statement: str, **values: object) -> None:
    """Write by SQL, as somebody does who does not know our rules."""
    with database.transaction() as session:
        session.connection().execute(text(statement), values)


def fetched(database: Database, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Read by SQL, past our own mapping."""
    with database.read() as session:
        return [tuple(row) for row in session.connection().execute(text(statement), values)]


def overwrite_pages(database: Database, path: Path) -> None:
    """Damage a database that is in use: its first page says that it is one, and all others are noise."""
    database.close()  # folds the log into the file
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(dice()(path.stat().st_size - 4096))


def log_on(
    services: Services,
    client_id: str,
    value: str = WRONG,
    scope: ApiScope = ApiScope.OPENID,
    source: str | None = "10.0.0.7",
) -> Authenticated | LogonRefused:
    """Present *value*, and return the refusal where there is one."""
    try:
        return services.authentication.by_secret(client_id, value, scope, source)
    except LogonRefused as refused:
        return refused


def reason(outcome: Authenticated | LogonRefused) -> str:
    """Return why a logon was refused, which only the activity is told."""
    assert isinstance(outcome, LogonRefused), "this logon was good"
    return outcome.reason


def lock_out(services: Services, application: ApplicationView) -> None:
    """Fail to log on until the client ID is locked."""
    for _ in range(5):
        log_on(services, application.client_id)
    assert services.locks.show(application.id).locked


def block_the_activity(database: Database) -> None:
    """Put a row where the next one belongs, so that it cannot be written."""
    plain_sql(
        database,
        "INSERT INTO audit_events (id, at, actor, action, object, object_id, application_id, count, hash) "
        "SELECT count + 1, '2026-05-02 12:00:00.000000', 'x', 'x', 'x', 'x', 'x', 1, 'x' FROM audit_head",
    )


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Gather the statements that the database is asked within."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        told.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def everything(database: Database) -> list[list[tuple[object, ...]]]:
    """Return every row of every table, to be compared with itself later."""
    tables = (
        "applications",
        "client_secrets",
        "jwt_trusts",
        "audit_events",
        "audit_head",
        "logon_repeats",
        "api_callers",
    )
    tables += ("certificates", "apis", "subscriptions")
    return [fetched(database, f"SELECT * FROM {table} ORDER BY 1") for table in tables]
