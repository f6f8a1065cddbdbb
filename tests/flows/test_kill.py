"""kill -9 at any moment of a write: nothing acknowledged is lost, nothing is half there, the chain holds."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.rotation import Grace
from tests.processes import alone, killed_after
from tests.staging import log_on, services_at

# What must be as many rows as there are entries in the activity, and of the same objects.
PAIRS = {
    "application.created": "SELECT id FROM applications",
    "secret.added": "SELECT id FROM client_secrets",
    "secret.edited": "SELECT id FROM client_secrets WHERE description = 'edited'",
    "secret.revoked": "SELECT id FROM client_secrets WHERE revoked_reason = 'revoked'",
    "secret.rotated": "SELECT id FROM client_secrets WHERE retires_at IS NOT NULL",
}

# A secret that retires or was rotated, without the one that replaces it.
TWINLESS = """
SELECT id FROM client_secrets WHERE (retires_at IS NULL) <> (replaced_by IS NULL)
UNION ALL SELECT id FROM client_secrets AS old
WHERE replaced_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM client_secrets WHERE id = old.replaced_by)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_writer_that_is_killed_at_any_moment_loses_nothing_and_leaves_nothing_halfway(path: Path) -> None:
    services_at(path).close()
    assert alone(kill_writers, str(path), 110, "write") == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_rotation_that_is_killed_at_any_moment_has_made_both_or_neither(path: Path) -> None:
    services_at(path).close()
    assert alone(kill_writers, str(path), 110, "rotate") == []


def kill_writers(location: str, times: int, work: str) -> list[str]:
    """Kill writers one after another until so many were at work, and return the defects that each kill left."""
    work_on = {"write": write, "rotate": rotate}[work]
    chance, path = random.Random(5), Path(location)
    said, defects, killed_at_work, number = list[str](), list[str](), 0, 0
    while killed_at_work < times:
        lines = killed_after(chance.uniform(0.005, 0.12), work_on, location, number)
        killed_at_work += bool(lines)
        number += 1
        said += lines
        defects += [f"after kill {number}: {defect}" for defect in defects_of(path, said)]
    return defects


def write(say: Callable[[str], object], location: str, number: int) -> None:
    """Change things for as long as one is let, and say each change once the service has answered."""
    services = services_at(location)
    application = services.applications.create(NewApplication(f"writer {number}"))
    say(f"application.created {application.id}")
    while True:
        secret = services.client_secrets.add(application.id, NewSecret()).secret
        say(f"secret.added {secret.id}")
        services.client_secrets.edit(application.id, secret.id, SecretChanges(description="edited"))
        say(f"secret.edited {secret.id}")
        log_on(services, application.client_id)
        services.applications.change(application.id, ApplicationChanges(description=secret.hint))
        services.client_secrets.revoke(application.id, secret.id)
        say(f"secret.revoked {secret.id}")


def rotate(say: Callable[[str], object], location: str, number: int) -> None:
    """Rotate a secret and its twins in turn, with and without a grace, and say each rotation that was answered."""
    services = services_at(location)
    application = services.applications.create(NewApplication(f"writer {number}"))
    say(f"application.created {application.id}")
    old = services.client_secrets.add(application.id, NewSecret()).secret
    say(f"secret.added {old.id}")
    for grace in cycle(Grace):
        twin = services.rotations.rotate(application.id, old.id, grace).issued.secret
        say(f"secret.added {twin.id}")
        say(f"secret.rotated {old.id}")
        if grace is not Grace.NOW:
            services.client_secrets.revoke(application.id, old.id)
            say(f"secret.revoked {old.id}")
        old = twin


def defects_of(path: Path, said: list[str]) -> list[str]:
    """Return what is not as it was acknowledged, or only half there."""
    services = services_at(path)  # opens, or the kill has left a file that is refused
    report = services.activity.verify()
    services.close()
    found = [] if report.ok else [f"the chain breaks at {report.first_bad_id}"]
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            found.append("the file is damaged")
        found += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
        found += [f"{row} has no twin" for row in connection.execute(TWINLESS)]
        for action, statement in PAIRS.items():
            there = sorted(connection.execute(statement).fetchall())
            noted = sorted(connection.execute("SELECT object_id FROM audit_events WHERE action = ?", (action,)))
            acknowledged = {(line.split()[1],) for line in said if line.startswith(f"{action} ")}
            if there != noted:
                found.append(f"{action}: {len(there)} done, {len(noted)} noted")
            if not acknowledged <= set(there):
                found.append(f"{action}: {len(acknowledged - set(there))} acknowledged and lost")
    return found
