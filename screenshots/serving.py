"""`keydesk serve` beside the console, for pictures and for tests: the real HTTP face on a free port, in a thread."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import uvicorn

from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from web.app import application
from web.limits import Limits
from web.server import configuration

_KEY = b"k" * 32
_PATIENCE = 10.0


@contextmanager
def serving(services: Services, known_as: str | None = None) -> Iterator[str]:
    """Within the block, serve on *services*, which are closed at its end; give the address, such as http://127.0.0.1:1.

    *known_as* is what others are told instead, as address and as issuer.
    """
    with closing(services), socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        told = known_as or address
        keys = SigningKeys(services.desk, Seal(_KEY, os.urandom))
        face = application(AuthorizationServer(services, keys, told))
        server = uvicorn.Server(configuration(face, Limits()))
        thread = Thread(target=server.run, args=([listening],))
        with services.servers.announced(told, told):
            thread.start()
            try:
                yield address
            finally:
                server.should_exit = True
                thread.join(_PATIENCE)
