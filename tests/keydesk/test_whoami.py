"""Who works here: the account by the system, the person by what the way in claims."""

import os
import pwd

import pytest

from core.rules.operator import Operator
from core.rules.text import refused_character
from keydesk.whoami import operator_at_work

ME = pwd.getpwuid(os.getuid()).pw_name
SSH = "10.0.0.9 50000 10.0.0.1 22"


@pytest.mark.parametrize(
    ("environ", "claimed"),
    [
        ({}, None),
        ({"SUDO_USER": "alice"}, "alice"),
        ({"DOAS_USER": "bob"}, "bob"),
        ({"SUDO_USER": "alice", "SSH_CONNECTION": SSH}, "alice from 10.0.0.9"),
        ({"SSH_CONNECTION": SSH}, "10.0.0.9"),
        ({"SSH_CLIENT": "fe80::1%eth0 50000 22"}, "fe80::1%eth0"),
        ({"SUDO_USER": ME}, None),
        ({"SUDO_USER": ME, "SSH_CONNECTION": SSH}, f"{ME} from 10.0.0.9"),
        ({"SUDO_USER": "", "SSH_CONNECTION": " "}, None),
    ],
)
def test_the_account_is_the_real_uids_and_the_rest_is_claimed(environ: dict[str, str], claimed: str | None) -> None:
    assert operator_at_work(os.getuid(), environ) == Operator(ME, claimed)


def test_user_and_logname_say_nothing() -> None:
    assert operator_at_work(os.getuid(), {"USER": "mallory", "LOGNAME": "mallory"}) == Operator(ME)


def test_a_uid_without_an_account_is_named_by_its_number() -> None:
    assert operator_at_work(4_000_000_000, {}).account == "uid 4000000000"


@pytest.mark.parametrize("hostile", ["\x1b]52;c;QQ==\x07", "a\nb", "\u202eecila", "\udcff", "\x9b31m", "x" * 9999])
def test_a_hostile_claim_is_cleaned_and_cut(hostile: str) -> None:
    for name in ("SUDO_USER", "SSH_CONNECTION"):
        claimed = operator_at_work(os.getuid(), {name: hostile}).claimed or ""
        assert refused_character(claimed) is None
        assert 0 < len(claimed) <= 64
