"""What a private key looks like in a text: who is given one by mistake says so, and keeps nothing of it."""

import re

KEY_IN_IT = "It holds a private key, which belongs to the client alone; nothing was stored. "
"""How every sentence about one begins."""
WITHOUT_KEY = "Give the certificate without its key."

_MARK = re.compile(r"BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY-", re.IGNORECASE)


def holds_private_key(text: str) -> bool:
    """Tell whether a text has what a file with a private key begins with."""
    return _MARK.search(text) is not None
