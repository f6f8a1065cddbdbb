"""API scopes of a secret and OAuth scopes of an application (PRODUCT.md sections 2 and 3; RFC 6749 section 3.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.errors import Refusal
from core.rules.scopes import ApiScope, api_scopes, oauth_scopes

PRINTABLE = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\']
tokens = st.text(st.sampled_from(PRINTABLE), min_size=1, max_size=20)


@given(st.lists(st.sampled_from(ApiScope), min_size=1))
def test_any_choice_of_at_least_one_api_scope_is_taken(chosen: list[ApiScope]) -> None:
    assert api_scopes(chosen) == set(chosen)


def test_the_words_of_the_command_line_are_the_api_scopes() -> None:
    assert api_scopes(["application", "application-users", "openid"]) == set(ApiScope)


def test_no_api_scope_is_refused_with_the_field_and_what_would_be_right() -> None:
    with pytest.raises(Refusal, match="at least one API scope") as refusal:
        api_scopes([])
    assert refusal.value.field == "scopes"


def test_an_unknown_api_scope_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refusal, match="“email”; choose from application, application-users, openid") as refusal:
        api_scopes(["openid", "email"])
    assert refusal.value.field == "scopes"


def test_each_api_scope_has_the_label_of_the_form_and_a_letter_of_its_own() -> None:
    assert [scope.label for scope in ApiScope] == ["Application", "Application Users", "OpenID"]
    assert [scope.letter for scope in ApiScope] == ["A", "U", "O"]


@given(st.lists(tokens, max_size=10))
def test_oauth_scopes_keep_their_order_and_lose_their_repeats(given_tokens: list[str]) -> None:
    assert list(oauth_scopes(given_tokens)) == list(dict.fromkeys(given_tokens))


@given(tokens, st.characters().filter(lambda character: character not in PRINTABLE), tokens)
def test_a_character_that_rfc_6749_does_not_allow_is_refused(before: str, character: str, after: str) -> None:
    with pytest.raises(Refusal) as refusal:
        oauth_scopes([before + character + after])
    assert refusal.value.field == "oauth_scopes"


@pytest.mark.parametrize("token", ["", " ", "two words", 'quo"te', "back\\slash", "naïve", "line\n"])
def test_what_is_no_scope_token_is_refused(token: str) -> None:
    with pytest.raises(Refusal, match="one word of printable ASCII"):
        oauth_scopes(["read", token])


def test_oauth_scopes_of_2000_characters_are_taken_and_of_2001_refused() -> None:
    assert oauth_scopes(["a" * 999, "b" * 1000]) == ("a" * 999, "b" * 1000)
    with pytest.raises(Refusal, match="2000 characters"):
        oauth_scopes(["a" * 1000, "b" * 1000])
