"""Ports for servers that want to be told one, and bind it only later."""

import random
import socket

_OURS = range(20_000, 32_000)
"""Below what systems give to whoever asks for any port: between our look and the server's nobody is given it."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on just now; of so many, two tests hardly choose the same."""
    while True:
        port = random.choice(_OURS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
