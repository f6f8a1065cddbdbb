"""nginx in front of an API, which asks a checker on connections that stay open; and nginx as a checker of nothing."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.serving.cores import Cores

_PATIENCE = 10.0
_WHOLE = """daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    {places}
    {block}
}}
"""
_STATIC = """server {{
        listen 127.0.0.1:{port};
        location / {{ return 204; }}
    }}"""
_ASKING = """upstream checker {{
        server {checker};
        keepalive 64;
        keepalive_requests 1000000;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            auth_request /_verify;
            auth_request_set $client_id $upstream_http_x_client_id;
            add_header X-Caller $client_id;
            empty_gif;
        }}
        location = /_verify {{
            internal;
            proxy_pass http://checker/verify/weather;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Original-URI $request_uri;
        }}
    }}"""


@dataclass(frozen=True)
class Nginx:
    """One that runs, in one process."""

    process: int
    address: str


def program() -> str | None:
    """Find nginx, which may be among the programs of the administrator."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin")


@contextmanager
def static(directory: Path, cores: Cores) -> Iterator[Nginx]:
    """Start the checker that answers 204, whatever it is asked."""
    with _running(directory / "static", _STATIC, cores) as started:
        yield started


@contextmanager
def asking(directory: Path, name: str, checker: str, cores: Cores) -> Iterator[Nginx]:
    """Start a gateway that asks the *checker*, a URL, and answers itself what may pass."""
    with _running(directory / name, _ASKING, cores, checker=checker.removeprefix("http://")) as started:
        yield started


@contextmanager
def _running(directory: Path, block: str, cores: Cores, **values: str) -> Iterator[Nginx]:
    directory.mkdir()
    port = _free_port()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n    ".join(f"{kind}_temp_path {directory / kind};" for kind in kinds)
    configuration = directory / "nginx.conf"
    configuration.write_text(_WHOLE.format(directory=directory, places=places, block=block.format(port=port, **values)))
    command = (str(program()), "-p", str(directory), "-c", str(configuration), "-e", str(directory / "start.log"))
    process = subprocess.Popen(cores.server(command))
    try:
        _await(port, process)
        yield Nginx(process.pid, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("nginx does not listen")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
