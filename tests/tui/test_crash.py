"""Defects crash loudly, and tell where, never what the variables held."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.worker import WorkerFailed

from core.rules.errors import Refusal, UnfitPlace
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import Console, opened
from tui.calls import Reading
from tui.crash import crash_report

HIDDEN = "kd_7Fq2mX9a_never-to-be-seen"


@asynccontextmanager
async def crashing(console: AbstractAsyncContextManager[Console]) -> AsyncIterator[Console]:
    """Open a console that is going to crash, and see that it did."""
    with pytest.raises(WorkerFailed):
        async with console as desk:
            yield desk


def failing(value: str) -> None:
    message = f"about {value}"
    raise ValueError(message)


def test_report_names_the_place_and_the_kind_and_no_value() -> None:
    try:
        failing(HIDDEN)
    except ValueError:
        report = crash_report().plain
    assert "keydesk has a defect and stopped. Every change that was shown is stored." in report
    assert "test_crash.py" in report
    assert report.endswith("ValueError")
    assert HIDDEN not in report


async def test_defect_in_a_service_ends_the_app_with_the_report(
    console: Open, application: ApplicationView, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with crashing(console()) as desk:
        plain_sql(database, "DROP TABLE client_secrets")
        await desk.press("enter")
    told = capsys.readouterr().err
    assert "keydesk has a defect and stopped." in told
    assert "OperationalError" in told
    assert application.client_id not in told
    assert "no such table" not in told
    assert desk.app.return_code == 1


async def test_defect_in_a_write_ends_the_app_too(
    console: Open, application: ApplicationView, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with crashing(console()) as desk:
        await desk.press("n")
        await desk.type("orders")
        plain_sql(database, "DROP TABLE audit_head")
        await desk.press("enter")
    assert "keydesk has a defect and stopped." in capsys.readouterr().err
    assert desk.app.return_code == 1


async def test_database_that_is_not_fit_ends_the_app_with_its_sentence(clock: Clock) -> None:
    def refuse() -> Services:
        raise UnfitPlace("This file is no database.")

    async with opened(refuse, clock) as desk:
        assert desk.app.return_code == 3
        assert desk.app.opening.unfit is not None
        assert desk.app.opening.unfit.sentence == "This file is no database."


async def test_writes_go_one_after_the_other_and_each_outcome_is_told(
    console: Open, application: ApplicationView
) -> None:
    order: list[str] = []
    at_work: list[str] = []

    def work(name: str) -> str:
        at_work.append(name)
        assert at_work == [name], "two writes at once"
        at_work.remove(name)
        if name == "b":
            raise Refusal("not b")
        return name

    async with console() as desk:
        for name in ("a", "b", "c"):
            desk.app.calls.write(lambda name=name: work(name), order.append, lambda no: order.append(no.sentence))
        assert desk.app.calls.busy
        await desk.settle()
        assert order == ["a", "not b", "c"]
        assert not desk.app.calls.busy


async def test_read_asked_for_during_a_read_is_made_once_more(console: Open, application: ApplicationView) -> None:
    gate = asyncio.Event()
    reads: list[int] = []

    async def read() -> None:
        reads.append(len(reads))
        await gate.wait()

    async with console() as desk:
        reading = Reading(desk.app.screen, read)
        for _ in range(3):
            reading.ask()
        await desk.pilot.pause(0)
        assert reads == [0]
        reading.ask()
        gate.set()
        await desk.settle()
        assert reads == [0, 1]
        reading.ask()
        await desk.settle()
        assert reads == [0, 1, 2]
