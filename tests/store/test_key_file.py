"""The key file: made once and whole, private, and refused where it is none."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.rules.errors import UnfitPlace
from store import key_file


def test_a_new_key_file_is_private_and_read_again(home: Path) -> None:
    path = key_file.beside(home / "keydesk.db")
    assert key_file.read(path) is None
    key = key_file.make(path, os.urandom)
    assert len(key) == key_file.KEY_LENGTH
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_file.read(path) == key
    assert [file.name for file in home.iterdir()] == ["keydesk.db.key"]


def test_of_many_that_make_it_at_once_all_get_the_same(home: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: key_file.make(home / "k.key", os.urandom), range(8)))
    assert len(set(keys)) == 1
    assert len(list(home.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(home: Path, mode: int) -> None:
    key_file.make(home / "k.key", os.urandom)
    (home / "k.key").chmod(mode)
    with pytest.raises(UnfitPlace, match="chmod 600"):
        key_file.read(home / "k.key")


@pytest.mark.parametrize("content", [b"", b"short", b"A" * 44 + b"\n\n!", b"\xff" * 44, b"A" * 60])
def test_what_is_no_key_is_refused_and_left_alone(home: Path, content: bytes) -> None:
    path = home / "k.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UnfitPlace, match="no key file of keydesk"):
        key_file.read(path)
    assert path.read_bytes() == content


def test_a_directory_in_its_place_is_refused(home: Path) -> None:
    (home / "k.key").mkdir()
    with pytest.raises(UnfitPlace, match="not a regular file"):
        key_file.read(home / "k.key")


def test_where_it_cannot_be_made_the_sentence_says_so(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(UnfitPlace, match="cannot be"):
        key_file.make(home / "file" / "k.key", os.urandom)
