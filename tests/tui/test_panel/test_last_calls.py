"""What is kept of the calls of a Test panel when it is left: what they came to, and nothing that could be a secret."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

from core.apis.invoking import Answer
from tui.test_panel.last_calls import MOST_CALLS, LastCalls
from tui.test_panel.trying import Tried

CLIENT_ID = "3f2b8c1a-0000-4000-8000-0123456789ab"
TRIED = Tried(
    at=datetime(2026, 11, 21, tzinfo=UTC),
    caller=CLIENT_ID,
    method="POST",
    url="https://a-gateway-with-a-long-name.example.internal:8443/v1/rain/" + "s3cret" * 7 + "/now?key=s3cret",
    command="curl -H 'X-Key: s3cret'",
    answer=Answer(200, (("Set-Cookie", "s3cret"),), b'{"refresh_token": "s3cret"}', None, 12.0),
    trouble=None,
    why="The application is disabled.",
    size=27,
)


def test_what_is_kept_of_a_call_holds_nothing_that_could_be_a_secret() -> None:
    calls = LastCalls()
    calls.add("1", TRIED)
    calls.add("1", replace(TRIED, caller="s3cret", answer=None, trouble="Called off."))
    silent, kept = calls.of("1")
    assert "s3cret" not in str(asdict(kept)).replace("s3crets3...", "") + str(asdict(silent)).replace("s3crets3...", "")
    assert kept.url == "https://a-gateway-with-a-long-name.example.internal:8443/v1/rain/s3crets3.../now?…"
    assert (kept.caller, kept.why, kept.size, kept.in_short) == (CLIENT_ID, TRIED.why, 27, True)
    assert kept.answer == Answer(200, (), b"", None, 12.0)
    assert (silent.answer, silent.trouble) == (None, "Called off.")


def test_what_is_kept_is_bounded() -> None:
    calls = LastCalls()
    for number in range(30):
        calls.add("1", replace(TRIED, size=number))
    assert [kept.size for kept in calls.of("1")] == [*range(29, 29 - MOST_CALLS, -1)]
    for number in range(2, 51):
        calls.add(str(number), TRIED)
    calls.add("1", TRIED)
    calls.add("51", TRIED)
    assert calls.of("1")
    assert not calls.of("2"), "it was called longest ago"
    assert calls.of("none") == []
