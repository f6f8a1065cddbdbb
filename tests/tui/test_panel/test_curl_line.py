"""The curl line of the Test panel makes the call that the panel made: real curl and the panel ask the same server."""

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from shutil import which
from threading import Thread
from urllib.parse import quote

import pytest

from core.apis.invoking import Answer, Cut, Invoking
from core.rules.apis import Located, Place
from core.rules.invocations import Invocation, Kind, credentials, drafted, hidden, to_gateway
from tests.core.rules.test_invocations import api
from tui.test_panel.curl import call_command
from tui.test_panel.trying import _without

Asked = tuple[str, str, bytes, list[tuple[str, str]]]


@pytest.fixture
def asked() -> Iterator[tuple[str, list[Asked]]]:
    """A server, and what it was asked for."""
    seen: list[Asked] = []

    class Listening(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> object:
            """Answer each method alike."""
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fields = sorted(item for item in self.headers.items() if item[0].startswith("X-"))
            seen.append((self.command, self.path, content, fields))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("method", "target", "body", "headers"),
    [
        ("POST", "/x", b"@/etc/hostname", ()),
        ("POST", "/x", b"a\nb'\"\\%", ()),
        ("PUT", "/x?", b"1", ()),
        ("GET", "/x", b"a body", ()),
        ("GET", "/a/../b/./c", None, ()),
        ("GET", "/a/%2e%2e/b", None, ()),
        ("GET", "/a{1,2}[3-4]?b={c}", None, ()),
        ("GET", "/x?", None, ()),
        ("HEAD", "/x", None, (("X-Empty", ""), ("X-Twice", "1"), ("X-Twice", "2"))),
        ("DELETE", "/x/../y?key=\0CLIENT_SECRET\0&a={b}%20", None, (("X-Key", 'a"b\\% \0TOKEN\0'), ("X-Empty", ""))),
    ],
)
def test_curl_asks_for_what_the_panel_asked_for(
    asked: tuple[str, list[Asked]], method: str, target: str, body: bytes | None, headers: tuple[tuple[str, str], ...]
) -> None:
    if not which("curl"):
        pytest.skip("curl is not installed: no line was run")
    base, seen = asked
    command = call_command(Invocation(method, base + target, headers, body))
    variables = {"CLIENT_SECRET": "kd_1", "TOKEN": "kd_2"}
    subprocess.run(["sh", "-c", command], env=variables | {"PATH": "/usr/bin:/bin"}, check=True, timeout=10)

    def filled(text: str) -> str:
        for name, value in variables.items():
            text = text.replace(f"\0{name}\0", value)
        return text

    sent = tuple((name, filled(value)) for name, value in headers)
    Invoking().begin(Invocation(method, base + filled(target), sent, body)).answer()
    by_curl, by_panel = seen
    assert by_curl == by_panel
    assert by_panel[:2] == (method, filled(target))


SECRET = "kd_Ab3dEf7h_" + "x" * 49
ODD = """p"a\\\\s'$HOME`id`%s% 1"""


@pytest.mark.parametrize(
    ("body", "variables"),
    [
        (f'{{"a": "{SECRET}", "b": ["{SECRET}"], "c": "50% \\\\ \'x\' $HOME `id` é"}}', {"CLIENT_SECRET": SECRET}),
        (f"client_secret={SECRET}&token=ey.J.x", {"CLIENT_SECRET": SECRET, "TOKEN": "ey.J.x"}),
        (f"@{SECRET}\r\n\t{SECRET[:-1]} ", {"CLIENT_SECRET": SECRET}),
        (
            f"{ODD}&{json.dumps(ODD)}&{quote(ODD, safe='')}",
            {"CLIENT_SECRET": ODD, "CLIENT_SECRET_2": quote(ODD, safe=""), "CLIENT_SECRET_3": json.dumps(ODD)[1:-1]},
        ),
        (f"made, and no longer in its field: {SECRET}", {"CLIENT_SECRET": "typed", "CLIENT_SECRET_2": SECRET}),
    ],
)
def test_a_secret_in_the_body_is_left_to_the_shell_and_arrives_byte_for_byte(
    asked: tuple[str, list[Asked]], body: str, variables: dict[str, str]
) -> None:
    if not which("curl"):
        pytest.skip("curl is not installed: no line was run")
    base, seen = asked
    view = api(gateway=base, client_secret_at=Located(Place.HEADER, "X-Key"))
    carried = credentials(view, Kind.PAIR, "me", variables["CLIENT_SECRET"], "")
    known = [(name, value) for name, value in variables.items() if name[-1] not in "23"]
    draft = drafted("POST", "/x?a=1", [], body, carried, known=known)
    command = call_command(to_gateway(view, hidden(view, draft)[0]))
    assert not any(value in command for value in variables.values())
    subprocess.run(["sh", "-c", command], env=variables | {"PATH": "/usr/bin:/bin"}, check=True, timeout=10)
    Invoking().begin(to_gateway(view, draft)).answer()
    by_curl, by_panel = seen
    assert by_curl == by_panel
    assert by_panel[2] == body.encode()


@pytest.mark.parametrize("length", [9, 20, 39])
def test_a_secret_that_the_end_of_a_cut_body_halves_is_shortened_too(length: int) -> None:
    secret = "kd_" + "0123456789abcdef" * 2 + "wxyz!"
    answer = Answer(200, (), b"echo " + secret[:length].encode(), Cut.SIZE, 1.0)
    shown, size = _without(answer, secret)
    assert shown is not None
    assert shown.content == b"echo " + f"{secret[:8]}…".encode()
    assert size == 5 + length


def test_of_two_secrets_the_longer_one_goes_first_where_the_shorter_one_begins_it() -> None:
    begun, secret = "kd_AAAAAAAA_", "kd_AAAAAAAA_" + "b" * 49
    answer = Answer(200, (("X-Got", secret),), secret.encode(), None, 1.0)
    for secrets in ((begun, secret), (secret, begun)):
        shown, _ = _without(answer, *secrets)
        assert shown is not None
        assert (shown.content.decode(), shown.headers) == ("kd_AAAAA…", (("X-Got", "kd_AAAAA…"),))
