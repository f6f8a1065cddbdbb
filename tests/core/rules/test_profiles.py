"""Response profiles: every cell is there, says what that system says, and fits into a header."""

import json

import pytest

from core.rules.apis import Profile
from core.rules.denials import Denial
from core.rules.profiles import SHOWN, Response, response

REALM, SCOPES = "weather", ("read", "write")
OF_THE_SERVER = {Denial.UNKNOWN_API, Denial.UNAVAILABLE}


def shown(profile: Profile, denial: Denial) -> Response:
    return response(profile, denial).filled(REALM, SCOPES)


def test_every_denial_has_a_sentence_and_all_but_the_servers_own_are_shown() -> None:
    assert set(SHOWN) == set(Denial) - OF_THE_SERVER
    for denial in Denial:
        assert denial.sentence.endswith(".")


@pytest.mark.parametrize("profile", Profile)
def test_every_cell_can_be_sent(profile: Profile) -> None:
    for denial in SHOWN:
        cell = shown(profile, denial)
        assert cell.status in (401, 403)
        for text in (cell.body, cell.challenge or ""):
            assert text.isascii()
            assert text.isprintable()
            assert "$" not in text
        assert not cell.body or json.loads(cell.body)


def test_rfc6750_says_no_error_where_nothing_was_sent() -> None:
    for denial in (Denial.NO_CREDENTIAL, Denial.NO_TOKEN, Denial.EMPTY_TOKEN):
        assert shown(Profile.RFC6750, denial) == Response(401, 'Bearer realm="weather"')
    for denial in (Denial.INVALID_TOKEN, Denial.UNKNOWN_CLIENT_ID, Denial.WRONG_SECRET):
        assert shown(Profile.RFC6750, denial) == Response(401, 'Bearer realm="weather", error="invalid_token"')
    lacking = 'Bearer realm="weather", error="insufficient_scope", scope="read write"'
    assert shown(Profile.RFC6750, Denial.INSUFFICIENT_SCOPE) == Response(403, lacking)


def test_ibm_v5_tells_an_unknown_id_from_a_wrong_secret() -> None:
    unknown = '{"httpCode":"401","httpMessage":"Unauthorized","moreInformation":"Client ID not registered"}'
    assert shown(Profile.IBM_V5, Denial.UNKNOWN_CLIENT_ID) == Response(401, None, unknown)
    assert shown(Profile.IBM_V5, Denial.WRONG_SECRET).body != unknown
    assert shown(Profile.IBM_V5, Denial.DISABLED) == shown(Profile.IBM_V5, Denial.WRONG_SECRET)


def test_ibm_v10_tells_only_a_disabled_application_from_others() -> None:
    body = '{"httpCode":"401","httpMessage":"Unauthorized","moreInformation":"Invalid client id or secret."}'
    for denial in (Denial.NO_CREDENTIAL, Denial.UNKNOWN_CLIENT_ID, Denial.WRONG_SECRET):
        assert shown(Profile.IBM_V10, denial) == Response(401, None, body)
    disabled = shown(Profile.IBM_V10, Denial.DISABLED)
    assert (disabled.status, json.loads(disabled.body)["httpMessage"]) == (403, "Forbidden")


def test_gravitee_2016_is_its_handbook_word_by_word() -> None:
    cell = shown(Profile.GRAVITEE_2016, Denial.NO_TOKEN)
    assert cell.challenge == "Bearer realm=gravitee.io - No OAuth authorization header was supplied"
    assert cell.body == '{"message": "No OAuth authorization header was supplied", "http_status_code": 401}'
    assert shown(Profile.GRAVITEE_2016, Denial.EMPTY_TOKEN).body != cell.body


@pytest.mark.parametrize("profile", Profile)
def test_a_profile_gives_away_what_it_says_and_no_more(profile: Profile) -> None:
    """Of what a stranger can send, without a right secret or a token."""
    wrong = shown(profile, Denial.WRONG_SECRET)
    assert shown(profile, Denial.LOCKED) == wrong
    told_apart = {denial for denial in (Denial.UNKNOWN_CLIENT_ID, Denial.DISABLED) if shown(profile, denial) != wrong}
    assert told_apart == {Profile.IBM_V5: {Denial.UNKNOWN_CLIENT_ID}, Profile.IBM_V10: {Denial.DISABLED}}.get(
        profile, set()
    )
    assert bool(told_apart) == bool(profile.gives_away)
