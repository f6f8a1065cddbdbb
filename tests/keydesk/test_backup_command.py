"""`keydesk backup`: a copy that can be carried away, of a database in use."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.rules.views.applications import ApplicationView
from core.services import Services

Keydesk = Callable[..., Any]


def test_a_backup_is_a_database_of_its_own(
    keydesk: Keydesk, application: ApplicationView, services: Services, tmp_path: Path, home: Path
) -> None:
    copy = home / "copy.db"
    ran = keydesk("backup", str(copy), "--json")
    assert ran.code == 0
    assert ran.document == {"file": str(copy), "bytes": copy.stat().st_size}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert keydesk("application", "show", "billing-api", KEYDESK_DATABASE=str(copy)).code == 0
    assert keydesk("activity", "verify", KEYDESK_DATABASE=str(copy)).code == 0


def test_a_backup_goes_over_no_other_file(keydesk: Keydesk, application: ApplicationView, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    ran = keydesk("backup", str(other))
    assert (ran.code, ran.err) == (1, f"{other} exists already; name a new file.\n")
    assert other.read_text() == "mine"


def test_a_missing_database_is_not_made_to_be_copied(keydesk: Keydesk, path: Path, tmp_path: Path) -> None:
    ran = keydesk("backup", str(tmp_path / "copy.db"))
    assert (ran.code, ran.err.startswith(f"{path} does not exist.")) == (3, True)
    assert not path.exists()
    assert not (tmp_path / "copy.db").exists()
