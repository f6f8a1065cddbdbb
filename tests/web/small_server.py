"""A program that serves a few paths by `web.server.run`: the tests start it and end it by signals."""

import asyncio
import os
import sys

from starlette.types import Receive, Scope, Send

from tests.web.shell import answer, listening_socket, live
from web.limits import Limits
from web.server import run


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, late, never or not at all."""
    if scope["type"] == "lifespan":
        await live(receive, send, end=lambda: say("ended in order"))
        return
    secret = "kd_" + "aB3" * 19 + "x"
    match scope["path"]:
        case "/slow":
            await receive()
            say("begun")
            await asyncio.sleep(0.4)
        case "/forever":
            say("begun")
            await asyncio.sleep(3600)
        case "/fail":
            raise ValueError(f"{secret} is wrong")
        case "/fail-late":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"1", "more_body": True})
            raise ValueError(f"{secret} is wrong")
        case _:
            await receive()
    await answer(send, {"client": (scope["client"] or [None])[0], "scheme": scope["scheme"]})


def say(word: str) -> None:
    """Tell the test."""
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    listening = listening_socket()
    say(str(listening.getsockname()[1]))
    sys.exit(run(app, listening, limits=Limits(linger=0.5, head_within=1, last_call=0.5), drain_within=1))
