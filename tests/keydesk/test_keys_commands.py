"""`keydesk keys`: which keys there are, and a new one."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.services import Services
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from keydesk.compose import signing_keys
from keydesk.settings import Settings
from store.database import Database
from tests.staging import Clock, compose

Keydesk = Callable[..., Any]
KEYS = ["kid", "algorithm", "state", "created_at", "published_until"]


@pytest.fixture
def key_file(path: Path) -> Path:
    """Where the key file of the database is, or will be."""
    return path.with_name(f"{path.name}.key")


def listed(keydesk: Keydesk, **environ: str) -> list[tuple[str, str]]:
    ran = keydesk("keys", "list", "--json", **environ)
    assert ran.code == 0
    return [(key["kid"], key["state"]) for key in ran.document]


def opens(services: Services, path: Path) -> str:
    """Return the key that signs, opened under the key file as a server would."""
    return signing_keys(services, Settings(database=str(path)), {}).signer().kid


def test_without_a_key_the_list_is_empty_and_makes_none(keydesk: Keydesk, services: Services, key_file: Path) -> None:
    ran = keydesk("keys", "list")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "There is no key yet: keydesk serve makes one when it starts.\n"
    assert listed(keydesk) == []
    assert not key_file.exists()


def test_json_of_a_rotation_and_of_the_list(keydesk: Keydesk, services: Services, path: Path, key_file: Path) -> None:
    first = keydesk("keys", "rotate", "--json")
    assert first.code == 0
    assert list(first.document) == KEYS
    assert (first.document["algorithm"], first.document["state"]) == ("ES256", "signing")
    assert first.document["created_at"].endswith("Z")
    assert first.document["published_until"] is None
    assert f"{key_file} is made" in first.err
    second = keydesk("keys", "rotate", "--json")
    assert str(key_file) not in second.err
    old, new = first.document["kid"], second.document["kid"]
    assert listed(keydesk) == [(new, "signing"), (old, "published")]
    published = keydesk("keys", "list", "--json").document[1]
    assert list(published) == KEYS
    assert published["published_until"].endswith("Z")
    assert opens(services, path) == new


def test_rotation_is_told_and_the_list_says_it_in_words(keydesk: Keydesk, services: Services) -> None:
    ran = keydesk("keys", "rotate")
    assert (ran.code, ran.out) == (0, "")
    ((kid, _),) = listed(keydesk)
    assert f"Key {kid} signs from now on" in ran.err
    head, row = keydesk("keys", "list").out.splitlines()
    assert head.split()[:3] == ["KEY", "ALGORITHM", "STATE"]
    assert row.split()[:3] == [kid, "ES256", "signing"]


def test_rotation_is_in_the_activity(keydesk: Keydesk, services: Services) -> None:
    keydesk("keys", "rotate")
    (row,) = services.activity.page(None).rows
    assert row.action == "signing_key.rotated"


def test_lost_key_file_is_made_anew_only_when_asked(
    keydesk: Keydesk, services: Services, path: Path, key_file: Path
) -> None:
    old = keydesk("keys", "rotate", "--json").document["kid"]
    key_file.unlink()
    assert listed(keydesk) == [(old, "signing")]
    refused = keydesk("keys", "rotate")
    assert (refused.code, key_file.exists()) == (3, False)
    assert "keydesk keys rotate --new-key-file" in refused.err
    ran = keydesk("keys", "rotate", "--new-key-file", "--json")
    assert ran.code == 0
    assert f"{key_file} was lost and is made anew." in ran.err
    assert opens(services, path) == ran.document["kid"]
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_key_file_that_is_open_to_others_is_refused(keydesk: Keydesk, services: Services, key_file: Path) -> None:
    keydesk("keys", "rotate")
    key_file.chmod(0o644)
    ran = keydesk("keys", "rotate")
    assert ran.code == 3
    assert "chmod 600" in ran.err
    assert len(listed(keydesk)) == 1


def test_another_place_for_the_key_file(keydesk: Keydesk, services: Services, key_file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "keys" / "key"
    assert keydesk("keys", "rotate", KEYDESK_KEY_FILE=str(elsewhere)).code == 0
    assert elsewhere.exists()
    assert not key_file.exists()


@pytest.mark.slow
def test_the_demo_leaves_no_key_file_and_touches_none(
    keydesk: Keydesk, services: Services, home: Path, tmp_path: Path
) -> None:
    before = sorted(home.iterdir())
    elsewhere = tmp_path / "key"
    ran = keydesk("--demo", "keys", "rotate", "--json", KEYDESK_KEY_FILE=str(elsewhere))
    assert ran.code == 0
    assert ran.document["state"] == "signing"
    assert sorted(home.iterdir()) == before
    assert not elsewhere.exists()
    assert listed(keydesk) == []


def test_a_key_that_is_published_no_longer_is_not_listed(keydesk: Keydesk, database: Database) -> None:
    long_ago = SigningKeys(compose(database, Clock()).desk, Seal(b"k" * 32, os.urandom))
    long_ago.signer()
    new = long_ago.rotate().kid
    assert listed(keydesk) == [(new, "signing")]
