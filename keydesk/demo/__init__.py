"""`keydesk --demo`: believable data in a throw-away database, made by the services that make the real.

Imported only when it is needed: it brings the core and the store with it.
"""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from argon2.profiles import CHEAPEST
from sqlalchemy import event

from core.authentication.pace import Pace
from core.desk import Desk, Now
from core.hashing import ArgonHasher, Hasher
from core.rules.clocks import SinceBoot, unknown
from core.rules.operator import Operator
from core.rules.secret_format import TokenBytes
from core.services import Services, services_on
from keydesk.demo import upstreams
from keydesk.demo.apis import APIS
from keydesk.demo.issuers import Issuers
from keydesk.demo.parts import OPERATORS
from keydesk.demo.stage import Stage
from keydesk.demo.story import STORY
from store.database import Database, open_database


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_demo(
    now: Now = utc_now,
    *,
    operator: Operator = OPERATORS["alice"],
    token_bytes: TokenBytes = secrets.token_bytes,
    since_boot: SinceBoot = unknown,
) -> Iterator[Services]:
    """Give the services on a filled database in a private directory of its own, which is removed at the end.

    With a clock that stands still and a seeded `token_bytes`, every run shows the same.
    """
    # The cheapest parameters let hundreds of hashes start at once; nothing here outlives the demo.
    hasher = ArgonHasher(token_bytes, CHEAPEST)
    with tempfile.TemporaryDirectory(prefix="keydesk-demo-") as directory:
        database = open_database(Path(directory) / "keydesk.db")
        event.listen(database.engine, "connect", _trust_the_machine)
        issuers = Issuers()
        fill(database, now=now(), token_bytes=token_bytes, hasher=hasher, issuers=issuers)
        desk = Desk(database, operator, now, token_bytes, hasher, since_boot)
        pace = Pace(time.sleep)
        with closing(services_on(desk, pace=pace, defer=lambda later: later(), send=issuers.send)) as services:
            yield replace(services, api_status=upstreams.status())


def fill(
    database: Database, *, now: datetime, token_bytes: TokenBytes, hasher: Hasher, issuers: Issuers | None = None
) -> None:
    """Play the whole story on an empty database, so that it ends at *now*."""
    Stage(database, end=now, token_bytes=token_bytes, hasher=hasher, issuers=issuers or Issuers()).play(STORY, APIS)


def _trust_the_machine(connection: sqlite3.Connection, _record: object) -> None:
    """Leave out the waiting for the disk: hundreds of changes, and none needs to survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF").close()
