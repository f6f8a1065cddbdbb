"""A request with a bad value cannot be built: it names the field and what would be right (PRODUCT.md 2, 3, 8)."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.certificates import NewCertificate
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.requests.fields import UNCHANGED
from core.rules.scopes import ApiScope

HOSTILE = [
    "a\x1b[2Jb",
    "a\x1b]52;c;aGk=\x07b",
    "a\x9b31mb",
    "a\u202eb",
    "a\u200bb",
    "a\nb",
    "a\tb",
    "a\x00b",
    "a\ud800b",
]
A_UUID = "3f2b8c1e-9a4d-4e6f-8b7a-1c2d3e4f5a6b"


def refusal_of(build: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        build()
    sentence = refusal.value.sentence
    assert sentence[0].isupper() or sentence[0] == "“"
    assert sentence.endswith(".")
    return refusal.value


@pytest.mark.parametrize("length", [1, 100])
def test_a_name_of_1_to_100_characters_is_taken(length: int) -> None:
    assert NewApplication("é" * length).name == "é" * length


@pytest.mark.parametrize("length", [101, 5000])
def test_a_longer_name_is_refused_with_its_length(length: int) -> None:
    refusal = refusal_of(lambda: NewApplication("n" * length))
    assert (refusal.field, refusal.sentence) == ("name", f"A name has at most 100 characters; this has {length}.")


@pytest.mark.parametrize("name", ["", " ", "\u3000\u00a0", "\t\n"])
def test_an_empty_name_is_refused(name: str) -> None:
    refusal = refusal_of(lambda: NewApplication(name))
    assert (refusal.field, refusal.sentence) == ("name", "Give the application a name of 1 to 100 characters.")


@pytest.mark.parametrize(
    "name", ["\ufe0f", "\u0301", "\U0001f3fb", "\u2800", "\u2065", "\ufff0", "\U000e0080", "\ue000"]
)
def test_a_name_that_shows_nothing_is_refused(name: str) -> None:
    assert refusal_of(lambda: NewApplication(name)).field == "name"
    assert refusal_of(lambda: ApplicationChanges(name=name)).field == "name"


def test_a_name_is_trimmed_and_composed_before_it_is_measured() -> None:
    assert NewApplication("  " + "e\u0301" * 100 + "  ").name == "é" * 100


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "description"])
def test_control_format_and_bidirectional_characters_are_refused_in_each_field(field: str, text: str) -> None:
    given_values = {"name": "billing", field: text}
    assert refusal_of(lambda: NewApplication(**given_values)).field == field
    assert refusal_of(lambda: ApplicationChanges(**{field: text})).field == field


@pytest.mark.parametrize("text", HOSTILE)
def test_they_are_refused_in_the_description_of_a_secret_too(text: str) -> None:
    assert refusal_of(lambda: NewSecret(text)).field == "description"
    assert refusal_of(lambda: SecretChanges(description=text)).field == "description"


@pytest.mark.parametrize(
    "name",
    [
        A_UUID,
        A_UUID.upper(),
        A_UUID.replace("-", ""),
        f"{{{A_UUID}}}",
        f"({A_UUID})",
        f"urn:uuid:{A_UUID}",
        f"URN:UUID:{A_UUID.upper()}",
        f"uuid:{A_UUID}",
        f"  {A_UUID}  ",
        A_UUID.replace("-", "\u2010"),
        A_UUID.replace("-", "_"),
        A_UUID.replace("-", " "),
        "3f2b-8c1e-9a4d-4e6f-8b7a-1c2d-3e4f-5a6b",
        A_UUID.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
    ],
)
def test_a_name_that_looks_like_a_uuid_is_refused_in_every_spelling(name: str) -> None:
    refusal = refusal_of(lambda: NewApplication(name))
    assert (refusal.field, "looks like a client ID" in refusal.sentence) == ("name", True)
    assert refusal_of(lambda: ApplicationChanges(name=name)).field == "name"


@given(st.uuids())
def test_no_uuid_at_all_is_taken_as_a_name(value: uuid.UUID) -> None:
    for name in (str(value), value.hex, value.urn, str(value).upper()):
        refusal_of(lambda name=name: NewApplication(name))


@pytest.mark.parametrize("name", ["3f2b8c1e", A_UUID[:-1], A_UUID + "0", f"api {A_UUID}", "deadbeef cafe", "x" * 32])
def test_a_name_that_only_holds_hexadecimal_words_is_taken(name: str) -> None:
    assert NewApplication(name).name == name


@pytest.mark.parametrize(
    ("build", "limit"),
    [
        (lambda text: NewApplication("billing", text), 500),
        (lambda text: ApplicationChanges(description=text), 500),
        (NewSecret, 200),
        (lambda text: SecretChanges(description=text), 200),
    ],
)
def test_a_description_may_be_so_long_and_not_one_character_longer(build: Callable[[str], object], limit: int) -> None:
    assert build("ü" * limit)
    refusal = refusal_of(lambda: build("ü" * (limit + 1)))
    sentence = f"A description has at most {limit} characters; this has {limit + 1}."
    assert (refusal.field, refusal.sentence) == ("description", sentence)


@pytest.mark.parametrize("text", [None, "", "   "])
def test_no_description_is_none(text: str | None) -> None:
    assert NewApplication("billing", text).description is None
    assert ApplicationChanges(description=text).description is None
    assert NewSecret(text).description is None
    assert SecretChanges(description=text).description is None


@pytest.mark.parametrize("minutes", [1, 60, 720])
def test_a_token_lifetime_of_1_to_720_minutes_is_taken(minutes: int) -> None:
    assert ApplicationChanges(token_lifetime=minutes).token_lifetime == minutes


@pytest.mark.parametrize("minutes", [0, 721, -1, 10**9])
def test_any_other_token_lifetime_is_refused(minutes: int) -> None:
    refusal = refusal_of(lambda: ApplicationChanges(token_lifetime=minutes))
    assert (refusal.field, refusal.sentence) == ("token_lifetime", "The token lifetime is 1 to 720 minutes.")


def test_oauth_scopes_are_checked_and_lose_their_repeats() -> None:
    assert ApplicationChanges(scopes=["read", "write", "read"]).scopes == ("read", "write")
    assert refusal_of(lambda: ApplicationChanges(scopes=["two words"])).field == "oauth_scopes"


def test_a_new_secret_has_a_year_and_all_api_scopes_unless_told_otherwise() -> None:
    secret = NewSecret()
    assert (secret.description, secret.lifetime, secret.scopes) == (None, Lifetime.ONE_YEAR, set(ApiScope))


def test_a_secret_without_an_api_scope_is_refused() -> None:
    assert refusal_of(lambda: NewSecret(scopes=[])).field == "scopes"
    assert refusal_of(lambda: SecretChanges(scopes=[])).field == "scopes"


@pytest.mark.parametrize("word", ["3y", "", "forever"])
def test_any_other_lifetime_is_refused_with_the_choices(word: str) -> None:
    for refusal in (
        refusal_of(lambda: NewSecret(lifetime=word)),  # type: ignore[arg-type]
        refusal_of(lambda: SecretChanges(lifetime=word)),  # type: ignore[arg-type]
    ):
        assert refusal.field == "lifetime"
        assert "1y, 2y, never" in refusal.sentence


def test_the_words_of_the_command_line_are_lifetimes() -> None:
    assert NewSecret(lifetime="2y").lifetime is Lifetime.TWO_YEARS  # type: ignore[arg-type]


def test_what_is_not_given_is_unchanged() -> None:
    changes = ApplicationChanges()
    fields = ("name", "description", "enabled", "locking_enabled", "introspects", "token_lifetime", "scopes")
    assert all(getattr(changes, field) is UNCHANGED for field in fields)
    assert repr(UNCHANGED) == "UNCHANGED"


def test_a_certificate_to_be_made_is_taken_in_normal_form() -> None:
    asked = NewCertificate(" nightly job ", "correct horse", " ")
    assert (asked.common_name, asked.description) == ("nightly job", None)
    assert "horse" not in repr(asked)
    assert NewCertificate("ü" * 32, "x" * 128).common_name == "ü" * 32


@pytest.mark.parametrize(
    ("common_name", "password", "field", "said"),
    [
        ("", "correct horse", "common_name", "1 to 64 characters"),
        ("a\x1b", "correct horse", "common_name", "control character"),
        ("a\u202eb", "correct horse", "common_name", "direction-changing"),
        ("\u0301", "correct horse", "common_name", "shows nothing"),
        ("x" * 65, "correct horse", "common_name", "this has 65."),
        ("ü" * 33, "correct horse", "common_name", "this has 66, for letters beyond ASCII count as several"),
        ("job", "", "password", "8 to 128 characters"),
        ("job", "1234567", "password", "8 to 128 characters"),
        ("job", "x" * 129, "password", "8 to 128 characters"),
        ("job", "1234567\x00", "password", "invisible"),
    ],
)
def test_a_certificate_that_cannot_be_made_is_refused(common_name: str, password: str, field: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as caught:
        NewCertificate(common_name, password)
    assert caught.value.field == field
