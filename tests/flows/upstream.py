"""A small service behind a gateway: it answers what it was asked, so that a test sees what came through."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread
from typing import Any


@dataclass
class Upstream:
    """Where it is, and every path that it was asked for."""

    url: str = ""
    paths: list[str] = field(default_factory=list)


@contextmanager
def upstream(certificate: Path | None = None) -> Iterator[Upstream]:
    """Within the block, a service listens; a path that ends with `/refused` is a 401 of its own.

    With a certificate, and its key in the same file, it speaks TLS and calls itself localhost.
    """
    seen = Upstream()

    class Told(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            seen.paths.append(self.path)
            if self.headers.get("Upgrade") == "websocket":
                change(self)
                return
            body = body_of(self)
            told = {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": body}
            content = json.dumps(told).encode()
            self.send_response(401 if self.path.endswith("/refused") else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def handle(self) -> None:
            with suppress(OSError):  # a handshake that the other side broke off, or a connection that it reset
                super().handle()

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    seen.url = f"http://127.0.0.1:{server.server_port}"
    if certificate:
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        seen.url = f"https://localhost:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def body_of(call: BaseHTTPRequestHandler) -> str:
    """Read a body; of one in chunks, all that stands there, trailers included."""
    if call.headers.get("Transfer-Encoding") != "chunked":
        return call.rfile.read(int(call.headers.get("Content-Length") or 0)).decode()
    lines = list(iter(call.rfile.readline, b"0\r\n"))
    return b"".join([*lines, *iter(call.rfile.readline, b"\r\n")]).decode()


def change(call: BaseHTTPRequestHandler) -> None:
    """Answer the handshake of a WebSocket (RFC 6455 section 4.2.2), and say nothing in it."""
    told = f"{call.headers['Sec-WebSocket-Key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accepted = b64encode(sha1(told.encode(), usedforsecurity=False).digest()).decode()
    call.send_response(101)
    call.send_header("Upgrade", "websocket")
    call.send_header("Connection", "Upgrade")
    call.send_header("Sec-WebSocket-Accept", accepted)
    call.end_headers()
    call.close_connection = True
