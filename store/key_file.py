"""The key file: 32 random bytes beside the database, under which the server's private keys are stored.

It protects a copied database; who copies the directory has both.
"""

import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path

from core.rules.errors import UnfitPlace
from core.rules.secret_format import TokenBytes
from store.birth import make_private_file, sync_directory

KEY_LENGTH = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def beside(database: Path) -> Path:
    """Return where the key file of a database lies unless the operator names another place."""
    return database.with_name(f"{database.name}.key")


def read(path: Path) -> bytes | None:
    """Return the key, or None where there is no file; raises `UnfitPlace` where it is none, or others may read it."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnfitPlace(f"{path} is not a regular file, as a key file must be.")
        if found.st_mode & _OTHERS:
            raise UnfitPlace(f"{path} holds a key and is open to others: chmod 600 it.")
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnfitPlace(f"{path} cannot be read: {error.strerror}.") from None
    return _decoded(path, text)


def make(path: Path, token_bytes: TokenBytes) -> bytes:
    """Return the key of a new file, or of the one that another process has put there first."""
    temporary = path.with_name(f".{path.name}.{token_bytes(8).hex()}.birth")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private_file(temporary)
        try:
            _fill(temporary, b64encode(token_bytes(KEY_LENGTH)) + b"\n")
            _link(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UnfitPlace(f"{path} cannot be made: {error.strerror}.") from None
    key = read(path)
    assert key is not None, "a file that was just linked into place is there"
    return key


def _fill(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    sync_directory(path.parent)  # keys sealed under it are worthless once it is gone


def _decoded(path: Path, text: bytes) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except NotBase64:
        key = b""
    if len(key) != KEY_LENGTH:
        raise UnfitPlace(
            f"{path} is no key file of keydesk: restore it, or, if it is lost, move this one away and run: "
            "keydesk keys rotate --new-key-file."
        )
    return key
