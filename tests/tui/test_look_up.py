"""Look-ups go one after the other, and what was overtaken while it waited is never made."""

import asyncio
import threading

import pytest
from textual.app import App

from tui.calls import Calls

SECONDS = 20


async def test_look_ups_take_turns() -> None:
    calls = Calls(App[None]())
    at_work: list[int] = []

    def look() -> int:
        at_work.append(1)
        most = len(at_work)
        threading.Event().wait(0.01)
        at_work.pop()
        return most

    assert await asyncio.gather(*(calls.look_up(look) for _ in range(5))) == [1] * 5


async def test_a_look_up_that_is_cancelled_in_the_queue_is_not_made() -> None:
    calls, gate = Calls(App[None]()), threading.Event()
    made: list[str] = []

    def look(name: str) -> None:
        made.append(name)
        gate.wait(SECONDS)

    first, second, third = (asyncio.create_task(calls.look_up(lambda name=name: look(name))) for name in "abc")
    await asyncio.sleep(0)
    second.cancel()
    gate.set()
    await asyncio.gather(first, third)
    assert made == ["a", "c"]


async def test_who_is_cancelled_goes_at_once_and_the_turn_ends_with_the_thread() -> None:
    calls, gate = Calls(App[None]()), threading.Event()
    first = asyncio.create_task(calls.look_up(lambda: gate.wait(SECONDS)))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(calls.look_up(lambda: "found"))
    await asyncio.sleep(0.05)
    assert not second.done()
    gate.set()
    assert await second == "found"


async def test_a_look_up_that_fails_ends_its_turn_and_tells_why() -> None:
    calls = Calls(App[None]())

    def fail() -> None:
        raise ValueError("no such column")

    with pytest.raises(ValueError, match="no such column"):
        await calls.look_up(fail)
    assert await calls.look_up(lambda: "found") == "found"
