"""What is said of a word that stands nowhere."""

import pytest

from core.rules.near_words import known_instead

ACTIONS = ("secret.added", "secret.revoked", "logon.refused", "application.created", "secret.added")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("SECRET", None),
        ("t.re", None),
        ("sercet", "No action here has “sercet” in it; near it: secret.added, secret.revoked."),
        ("logon.refusd", "No action here has “logon.refusd” in it; near it: logon.refused."),
        (
            "foo",
            "No action here has “foo” in it;"
            " there are: application.created, logon.refused, secret.added, secret.revoked.",
        ),
    ],
)
def test_what_stands_nowhere_gets_the_near_ones_or_all_that_there_are(typed: str, said: str | None) -> None:
    assert known_instead("action", typed, ACTIONS) == said


def test_many_are_cut_and_none_is_said() -> None:
    assert known_instead("reason", "zzz", map(str, range(25))).endswith(", 4 and 5 more.")  # type: ignore[union-attr]  # a sentence
    assert known_instead("reason", "zzz", ()) == "There is no reason here."
