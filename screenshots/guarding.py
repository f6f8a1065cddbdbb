"""A gateway in front of an API, for pictures and tests: it asks *verify* about every call, and believes the answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

UPSTREAM = {"place": "90210", "temperature": 21.5, "rain": False}


@contextmanager
def guarding(verify: str) -> Iterator[str]:
    """Within the block, guard an API that answers `UPSTREAM`; *verify* is its URL at keydesk. Give the address."""
    host, _, path = verify.removeprefix("http://").partition("/")

    class Guard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            connection = HTTPConnection(host)
            told = {name: ", ".join(self.headers.get_all(name) or []) for name in self.headers}
            connection.request("GET", f"/{path}", headers={**told, "X-Original-URI": self.path})
            decided = connection.getresponse()
            content, fields = decided.read(), dict(decided.getheaders())
            connection.close()
            if decided.status == 200:
                content, fields = json.dumps({**UPSTREAM, "caller": fields["x-client-id"]}).encode(), {}
            self.send_response_only(decided.status)
            for name in ("www-authenticate", "content-type"):
                if name in fields:
                    self.send_header(name, fields[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Guard)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
