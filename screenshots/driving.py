"""Driving the console by its keys, for pictures and for tests: where it believes to be, and when it rests."""

import asyncio
from contextlib import suppress
from typing import cast

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tui.app import KeydeskApp

OVER_SSH = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/0"}
"""The environment of a plain session over SSH: the clipboard is the terminal's."""

_ROUNDS = 3
_A_FRAME = 1 / 60
_PATIENCE = 20.0
"""Seconds after which an app that never comes to rest is given up, as one that has crashed would be."""


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: neither a message, nor a frame to draw, nor a thread at work.

    `Pilot.pause` waits for no thread, and sends every widget a message each time, which made most of the tests' work.
    A message may lead to another one, and a drawn frame to a third, so quiet means quiet for a few rounds.
    """
    app, quiet = cast(KeydeskApp, pilot.app), 0
    async with asyncio.timeout(_PATIENCE):
        while quiet < _ROUNDS and app.return_code is None:  # one that has ended rests for good
            await _idle()
            app.screen._on_timer_update()  # draws what waits for the next frame, as Pilot.pause does
            quiet += 1
            if app.type_ahead.busy:
                quiet = 0
                await asyncio.sleep(_A_FRAME)
            if app.workers:
                quiet = 0
                with suppress(WorkerCancelled):  # its screen was closed
                    await app.workers.wait_for_complete()


async def _idle() -> None:
    """Wait until no task could go on: each waits for a message, a timer or a thread."""
    ready = vars(asyncio.get_running_loop())["_ready"]  # asyncio has no public way to ask
    while True:
        await asyncio.sleep(0)
        if not ready:
            return
