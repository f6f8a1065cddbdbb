"""A secret in the forms in which people need it, and in a file that only its owner can read."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from core.rules.errors import Refusal

if TYPE_CHECKING:
    from core.rules.views import IssuedSecret

_CURL = """\
echo "user = $CLIENT_ID:$CLIENT_SECRET" |
curl -K - -d grant_type=client_credentials http://127.0.0.1:8400/oauth2/token"""


class SecretForm(StrEnum):
    """How client ID and secret are written down; every line fits 80 columns."""

    PLAIN = "plain"
    ENV = "env"
    CURL = "curl"
    JSON = "json"

    def following(self) -> "SecretForm":
        """Return the form after this one, the first after the last."""
        forms = list(SecretForm)
        return forms[(forms.index(self) + 1) % len(forms)]

    def text(self, client_id: str, value: str) -> str:
        """Return the lines of this form."""
        match self:
            case SecretForm.PLAIN:
                return f"{client_id}\n{value}"
            case SecretForm.ENV:
                return _environment(client_id, value)
            case SecretForm.CURL:
                # On standard input, because the process list shows arguments.
                return f"{_environment(client_id, value)}\n{_CURL}"
            case SecretForm.JSON:
                return f'{{"client_id": {json.dumps(client_id)},\n"client_secret":{json.dumps(value)}\n}}'


def own_directories() -> Iterator[Path]:
    """Yield the working directory and the home directory, as far as they are there."""
    with suppress(OSError):
        yield Path.cwd()
    with suppress(RuntimeError):
        yield Path.home()


def write_secret_file(name: str, directories: Iterable[Path], issued: "IssuedSecret") -> Path:
    """Write the environment form into a new file of mode 0600, in the first directory that takes it."""
    content = SecretForm.ENV.text(issued.client_id, issued.value) + "\n"
    for directory in directories:
        path = directory / name
        try:
            _write_new(path, content)
        except FileExistsError:
            raise Refusal(f"{path} exists already and was left as it is.") from None
        except OSError:
            continue
        return path
    raise Refusal("Neither the working directory nor the home directory can be written to.")


def _write_new(path: Path, content: str) -> None:
    """Write a file that was not there, wholly or not at all."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
    except OSError:  # a full disk
        path.unlink(missing_ok=True)
        raise


def _environment(client_id: str, value: str) -> str:
    return f"CLIENT_ID={client_id}\nCLIENT_SECRET={value}"
