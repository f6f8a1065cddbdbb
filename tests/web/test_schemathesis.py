"""schemathesis, on a real server with credentials that work, finds nothing."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from core.rules.requests.apis import NewApi
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.web.client import Client
from tests.web.shell import served
from tests.web.tokens import token_of
from web.app import application as http_face
from web.limits import Limits

PROGRAM = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = """
[auth.openapi.basic]
username = "{client_id}"
password = "{value}"

[auth.openapi.bearer]
bearer = "{token}"

[parameters]
"path.api" = "weather"
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("known", [True, False], ids=["with credentials", "without"])
def test_schemathesis_finds_nothing(
    server: AuthorizationServer,
    services: Services,
    issued: IssuedSecret,
    credentials: tuple[str, str],
    tmp_path: Path,
    known: bool,
) -> None:
    if not PROGRAM.exists():
        pytest.skip(f"schemathesis is not installed: no {PROGRAM}")
    services.apis.create(NewApi("weather", "/weather", security=["bearer"], profile="ibm-v10"))
    app = http_face(server)
    token = asyncio.run(token_of(Client(app), credentials))
    filled = CONFIGURATION.format(client_id=issued.client_id, value=issued.value, token=token)
    (tmp_path / "schemathesis.toml").write_text(filled if known else "")
    with served(app, Limits()) as port:
        at = f"http://127.0.0.1:{port}"
        command = [PROGRAM, "--no-color", "run", f"{at}/openapi.json", "--url", at]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=500, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "9 selected / 9 total" in run.stdout, run.stdout  # all but the document itself, which it leaves out
