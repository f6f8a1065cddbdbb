"""A client that never rests: it requests tokens until it is told to stop, and takes up a new secret from a file.

Run as a script in a directory: `token_seeker.py TOKEN_URL`. It reads `old.env`, then any `keydesk-kd_*.env`, and ends
when there is a file `stop`. Each request is one line: which secret, and the status. Once the new secret is there it
presents both in turn until there is a file `moved`: half of its machines have it, and half have not.
"""

import sys
import time
from base64 import b64encode
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_WHOLE = 61
"""Characters of a client secret."""


def main() -> None:
    url, number = sys.argv[1], 0
    old, new = credential(Path("old.env")), None
    while not Path("stop").exists():
        if new is None:
            new = next(filter(None, map(credential, Path().glob("keydesk-kd_*.env"))), None)
        number += 1
        takes_new = new and (Path("moved").exists() or number % 2)
        print("new" if takes_new else "old", asked(url, new if takes_new else old), flush=True)
        time.sleep(0.01)


def credential(file: Path) -> str | None:
    """Return what the header carries; None of a file that is still being written."""
    values = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    client_id, secret = values.get("CLIENT_ID", ""), values.get("CLIENT_SECRET", "")
    return b64encode(f"{client_id}:{secret}".encode()).decode() if len(secret) == _WHOLE else None


def asked(url: str, basic: str | None) -> int | str:
    request = Request(url, b"grant_type=client_credentials", {"Authorization": f"Basic {basic}"})
    try:
        with urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError as error:
        return type(error).__name__


if __name__ == "__main__":
    main()
