"""The secrets of one application, filtered and sorted where they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.rules.expiry import SecretState
from core.rules.scopes import ApiScope
from core.rules.views.client_secrets import SecretView
from tests.staging import NOON
from tui.columns.secrets import columns
from tui.orders.secrets import SORTS, arranged
from tui.widgets.table import Sort

EVERY = frozenset(ApiScope)
BASE = SecretView(
    id="1",
    hint="kd_bbbbbbbb",
    description="beta",
    scopes=EVERY,
    state=SecretState.ACTIVE,
    created_at=NOON,
    created_by="alice",
    expires_at=NOON + timedelta(days=365),
    retires_at=None,
    replaced_by=None,
    last_used_at=None,
    last_used_from=None,
    use_count=0,
    revoked_at=None,
)
OLD = replace(
    BASE,
    id="2",
    hint="kd_Aaaaaaaa",
    description="Álpha",
    state=SecretState.EXPIRING,
    created_at=NOON - timedelta(days=1),
    created_by="bob",
    expires_at=NOON + timedelta(days=3),
    last_used_at=NOON,
)
BARE = replace(BASE, id="3", hint="kd_cccccccc", description=None, expires_at=None, scopes=frozenset({ApiScope.OPENID}))
ALL = (BASE, OLD, BARE)


def ids(found: list[SecretView]) -> str:
    return "".join(secret.id for secret in found)


def test_without_an_order_the_list_stays_as_it_was_given() -> None:
    assert ids(arranged(ALL, "", None)) == "123"


@pytest.mark.parametrize(
    ("search", "found"), [("BETA", "1"), ("kd_aaa", "2"), ("álP", "2"), ("bob", "2"), ("nobody", ""), ("", "123")]
)
def test_search_finds_by_description_hint_and_creator_without_regard_to_case(search: str, found: str) -> None:
    assert ids(arranged(ALL, search, None)) == found


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("created", "213"),
        ("description", "312"),
        ("hint", "213"),
        ("expires", "213"),
        ("last_used", "132"),
        ("state", "213"),
    ],
)
def test_each_column_sorts(key: str, order: str) -> None:
    assert ids(arranged(ALL, "", Sort(key))) == order


def test_what_never_ends_sorts_last_and_descending_first() -> None:
    assert ids(arranged(ALL, "", Sort("expires", descending=True))) == "312"


def test_every_sort_is_a_column_of_the_table() -> None:
    assert set(SORTS) <= {column.key for column in columns(lambda: NOON)}


def test_api_scopes_sort_by_the_letters_that_are_shown() -> None:
    assert [secret.id for secret in arranged((BARE, BASE), "", Sort("scopes"))] == ["1", "3"]
