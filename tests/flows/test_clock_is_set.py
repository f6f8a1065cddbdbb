"""A clock that is set while keydesk works: locks keep their hour, the activity its order (PRODUCT.md sections 4, 6).

libfaketime sets the clock of the installed command and of a running `keydesk serve`; a time namespace lets an hour of
uptime pass at once.
"""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.flows.installed import Credential, Installed, Server, answered, until

pytestmark = pytest.mark.slow

AHEAD, BACK = timedelta(minutes=61), timedelta(hours=-2)
HOUR = timedelta(hours=1)
AT_WORK = timedelta(minutes=5)
"""What the test itself may take."""

each_setting = pytest.mark.parametrize("setting", [AHEAD, BACK], ids=["61 minutes ahead", "2 hours back"])


class FakeClock:
    """A clock that the test sets, for every process with its `surroundings`."""

    def __init__(self, library: Path, file: Path) -> None:
        self._file = file
        self.surroundings: Mapping[str, str] = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",  # it is set under a running server
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # as on a real machine, where timers run on
        }
        self.set(timedelta(0))

    def set(self, by: timedelta) -> None:
        """Set it to *by* from the real time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{by // timedelta(seconds=1):+d}")
        fresh.replace(self._file)
        self._by = by

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._by


@pytest.fixture
def library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.skip("libfaketime is not installed (Debian: faketime): nobody has set a clock")
    return found[0]


@pytest.fixture
def clock(library: Path, tmp_path: Path) -> FakeClock:
    return FakeClock(library, tmp_path / "clock")


@pytest.fixture
def installed(home: Path, clock: FakeClock) -> Installed:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed: no client has asked")
    return Installed(home, surroundings=clock.surroundings)


@pytest.fixture
def credential(installed: Installed) -> Credential:
    return installed.credential("billing-api", "read")


@pytest.fixture
def after_an_hour() -> tuple[str, ...]:
    """What runs a command on the same boot with an hour more of uptime."""
    for how in (["unshare", "-T"], ["unshare", "-r", "-T"]):
        command = (*how, "--boottime", "3600", "--")
        tried = [*command, "true"]
        if shutil.which("unshare") and subprocess.run(tried, capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("this system makes no time namespace (unshare -T): no hour has passed")


def asked(server: Server, credential: Credential) -> tuple[int, Any]:
    """Ask for a token."""
    url, who = f'url = "{server.address}/oauth2/token"', f'user = "{credential.client_id}:{credential.secret}"'
    return answered(url, who, 'data = "grant_type=client_credentials"')


def status(server: Server, credential: Credential) -> int:
    return asked(server, credential)[0]


def guessed(credential: Credential) -> Credential:
    return replace(credential, secret="wrong")


def lock(server: Server, credential: Credential) -> None:
    """Present a wrong secret until the client ID is locked."""
    assert [status(server, guessed(credential)) for _ in range(5)] == [401] * 5
    assert status(server, credential) == 401


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def check_activity(installed: Installed) -> list[Any]:
    """See that no row is out of order, and return them, oldest first."""
    assert installed.ran("activity", "verify")["ok"]
    rows = list(reversed(installed.ran("activity", "list")))
    times = [moment(row["at"]) for row in rows]
    assert times == sorted(times)
    return rows


@each_setting
def test_under_a_running_server_a_lock_opens_after_its_hour_and_not_before(
    installed: Installed,
    credential: Credential,
    clock: FakeClock,
    after_an_hour: tuple[str, ...],
    setting: timedelta,
) -> None:
    with installed.serving() as server:
        lock(server, credential)
        clock.set(setting)
        for _ in range(2):
            assert status(server, credential) == 401
            shown = installed.ran("lock", "show", "billing-api")
            assert (shown["locked"], shown["failed_logons"]) == (True, 5)
            assert HOUR - AT_WORK < moment(shown["locked_until"]) - clock() <= HOUR
        assert installed.ran("application", "list")[0]["state"] == "locked"
    with installed.serving() as server:
        assert status(server, credential) == 401
    later = replace(installed, under=after_an_hour)
    shown = later.ran("lock", "show", "billing-api")
    assert (shown["locked"], shown["locked_until"], shown["failed_logons"]) == (False, None, 0)
    assert later.ran("application", "list")[0]["state"] == "active"
    with later.serving() as server:
        assert status(server, credential) == 200
    check_activity(installed)


@each_setting
@pytest.mark.parametrize("timers", ["real timers", "timers set too"])
def test_to_a_single_command_that_is_told_another_time_it_stays_locked(
    installed: Installed, credential: Credential, library: Path, setting: timedelta, timers: str
) -> None:
    with installed.serving() as server:
        lock(server, credential)
    told = {"LD_PRELOAD": str(library), "FAKETIME": f"{setting // timedelta(seconds=1):+d}"}
    told |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1"} if timers == "real timers" else {}
    shown = replace(installed, surroundings=told).ran("lock", "show", "billing-api")
    assert shown["locked"]
    assert HOUR - AT_WORK < moment(shown["locked_until"]) - (datetime.now(UTC) + setting) <= HOUR
    assert moment(installed.ran("lock", "show", "billing-api")["locked_until"]) - datetime.now(UTC) > HOUR - AT_WORK


@each_setting
def test_the_activity_stays_in_order_and_repeats_wait_for_five_minutes_at_most(
    installed: Installed, credential: Credential, clock: FakeClock, setting: timedelta
) -> None:
    installed.ran("application", "set", "billing-api", "--no-locking")
    with installed.serving() as server:
        for by in (timedelta(0), setting, timedelta(0), setting):
            clock.set(by)
            installed.ran("application", "set", "billing-api", "--description", f"set to {by}")
            for _ in range(2):
                assert status(server, guessed(credential)) == 401
    clock.set(setting + AT_WORK)
    rows = check_activity(installed)
    assert sum(row["count"] for row in rows if row["action"] == "logon.refused") == 8
    last = [row for row in rows if row["action"] == "application.changed"][-1]
    assert abs(moment(last["at"]) - (datetime.now(UTC) + max(setting, timedelta(0)))) < AT_WORK


def test_a_running_server_goes_on_and_last_use_follows_the_clock(
    installed: Installed, credential: Credential, clock: FakeClock
) -> None:
    def last_used() -> datetime:
        return moment(installed.ran("secret", "list", "billing-api")[0]["last_used_at"])

    with installed.serving() as server:
        for by in (timedelta(0), AHEAD, timedelta(0), BACK):
            clock.set(by)
            assert status(server, credential) == 200
            until(lambda: abs(last_used() - clock()) < timedelta(seconds=30), server.process)


def test_a_key_that_was_rotated_before_the_clock_was_set_back_signs_within_seconds(
    installed: Installed, credential: Credential, clock: FakeClock
) -> None:
    with installed.serving() as server:
        clock.set(AHEAD)
        kid = installed.ran("keys", "rotate")["kid"]
        clock.set(timedelta(0))

        def signs() -> bool:
            found, document = asked(server, credential)
            assert found == 200
            return bool(jwt.get_unverified_header(document["access_token"])["kid"] == kid)

        until(signs, server.process)
