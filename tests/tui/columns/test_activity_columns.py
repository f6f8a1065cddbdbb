"""What a line of the activity says of its row."""

from dataclasses import replace

import pytest

from core.rules.views.activity import ActivityRow
from tests.staging import NOON
from tui.columns.activity import columns_of_all, detail, who, written

ROW = ActivityRow(
    id=1,
    at=NOON,
    actor="keydesk",
    claimed=None,
    action="application.changed",
    object="billing-api",
    object_id="9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2",
    application_id="9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2",
    before=None,
    after=None,
    reason=None,
    source=None,
    count=1,
    hash="0" * 64,
)


def test_actor_that_was_only_claimed_is_marked_as_such() -> None:
    assert who(ROW) == "keydesk"
    assert who(replace(ROW, claimed="alice")) == "alice (claimed, as keydesk)"


def test_client_of_the_application_is_not_named_again() -> None:
    assert who(replace(ROW, actor="client 9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2")) == "the client"


def test_refused_logon_tells_secret_reason_times_and_source() -> None:
    refused = replace(ROW, object="billing-api kd_7Fq2mX9a", reason="secret expired", source="10.0.0.7", count=12)
    assert detail(refused) == "kd_7Fq2mX9a · secret expired 12 times from 10.0.0.7"
    assert detail(replace(ROW, reason="wrong secret")) == "wrong secret"


def test_change_tells_what_it_set() -> None:
    after = {"description": None, "enabled": False, "scopes": ["a:read", "b:read"], "token_lifetime": 15}
    told = detail(replace(ROW, after=after))
    assert told == "description: none, enabled: no, scopes: a:read b:read, token_lifetime: 15"


def test_row_without_anything_to_add_adds_nothing() -> None:
    assert detail(ROW) == ""


@pytest.mark.parametrize(
    ("value", "words"), [(True, "yes"), (False, "no"), (None, "none"), ([], "none"), (["a", 1], "a 1"), (60, "60")]
)
def test_stored_values_are_written_in_words(value: object, words: str) -> None:
    assert written(value) == words


@pytest.mark.parametrize(("width", "titles"), [(80, "When Who What Object"), (100, "When Who What Object Detail")])
def test_activity_of_all_names_its_objects_and_with_little_room_why_a_logon_was_refused(
    width: int, titles: str
) -> None:
    columns = columns_of_all(width)
    refused = replace(ROW, object="billing-api kd_7Fq2mX9a", reason="secret expired", source="10.0.0.7")
    told = {column.title: column.render(refused).text for column in columns}
    assert " ".join(told) == titles
    assert told["Object"] == ("billing-api · secret expired" if width < 100 else "billing-api")
    assert told.get("Detail", "kd_7Fq2mX9a · secret expired from 10.0.0.7") == detail(refused)
