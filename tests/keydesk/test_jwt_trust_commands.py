"""`keydesk jwt-trust`: what a script reads, and what a person is told."""

from collections.abc import Iterator

import pytest

from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.core.issuer import JWKS, Issuer, issuing, jwk
from tests.keydesk.conftest import Keydesk

KEYS = [
    "id", "kind", "issuer", "jwks_uri", "discovered", "subject", "audience", "refresh_hours", "description", "keys",
    "fetched_at", "failed_at", "failure", "created_at", "created_by", "last_used_at", "last_used_from", "use_count",
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "one", alg="ES256"))
        issuer.describe()
        yield issuer


def test_json_of_a_trust_by_issuer(keydesk: Keydesk, issuer: Issuer) -> None:
    ran = keydesk(
        "jwt-trust", "add", "billing-api", "--issuer", issuer.url, "--subject", "build", "--audience", "us",
        "--refresh", "12h", "--description", "CI", "--json",
    )  # fmt: skip
    made = ran.document
    assert (ran.code, list(made)) == (0, KEYS)
    assert (made["kind"], made["issuer"], made["jwks_uri"]) == ("issuer", issuer.url, issuer.jwks_uri)
    assert (made["discovered"], made["subject"], made["audience"]) == (True, "build", "us")
    assert (made["refresh_hours"], made["description"], made["failure"]) == (12, "CI", None)
    (key,) = made["keys"]
    assert (key["kid"], key["kty"], key["alg"], len(key["thumbprint"])) == ("one", "EC", "ES256", 43)
    assert made["fetched_at"].endswith("Z")
    assert keydesk("jwt-trust", "list", "billing-api", "--json").document == [made]
    assert f"JWT trust {made['id']} for “billing-api” is added. It has 1 key." in ran.err


def test_json_of_a_trust_by_jwks_uri_alone(keydesk: Keydesk, issuer: Issuer) -> None:
    made = keydesk("jwt-trust", "add", "billing-api", "--jwks-uri", issuer.jwks_uri, "--json").document
    assert (made["kind"], made["issuer"], made["subject"], made["discovered"]) == ("jwks_uri", None, None, False)
    assert made["refresh_hours"] == 24


def test_a_trust_is_added_though_nobody_answers_and_it_says_so(keydesk: Keydesk) -> None:
    ran = keydesk("jwt-trust", "add", "billing-api", "--jwks-uri", "http://127.0.0.1:9/keys")
    assert ran.code == 0
    assert "Fetching the keys failed, and it has no key. Nothing listens at http://127.0.0.1:9." in ran.err
    assert "Nothing listens" in keydesk("jwt-trust", "list", "billing-api").out


def test_fetch_shows_the_keys_and_by_exit_code_whether_it_failed(keydesk: Keydesk, issuer: Issuer) -> None:
    trust = keydesk("jwt-trust", "add", "billing-api", "--jwks-uri", issuer.jwks_uri, "--json").document["id"]
    issuer.publish(jwk("P-256", "one"), jwk("P-384", "two"))
    ran = keydesk("jwt-trust", "fetch", "billing-api", trust[:8])
    assert (ran.code, ran.err) == (0, "It has 2 keys.\n")
    assert "two, EC, thumbprint" in ran.out
    issuer.says[JWKS] = 503, b""
    failed = keydesk("jwt-trust", "fetch", "billing-api", trust, "--json")
    assert (failed.code, len(failed.document["keys"])) == (1, 2)
    sentence = f"The server has a fault (status 503): try again later, at {issuer.jwks_uri}."
    assert failed.document["failure"] == sentence
    assert failed.err == f"Fetching the keys failed; it keeps 2 keys. {sentence}\n"


def test_edit_changes_what_is_given_and_no_more(keydesk: Keydesk, issuer: Issuer) -> None:
    made = keydesk(
        "jwt-trust", "add", "billing-api", "--issuer", issuer.url, "--subject", "a", "--audience", "b", "--json"
    ).document
    edited = keydesk(
        "jwt-trust", "edit", "billing-api", made["id"], "--audience", "", "--refresh", "12h", "--json"
    ).document
    assert edited == {**made, "audience": None, "refresh_hours": 12}
    assert keydesk("jwt-trust", "edit", "billing-api", made["id"]).code == 2


def test_delete_takes_it_away(keydesk: Keydesk, services: Services, application: ApplicationView) -> None:
    trust = keydesk("jwt-trust", "add", "billing-api", "--jwks-uri", "http://127.0.0.1:9/", "--json").document["id"]
    ran = keydesk("jwt-trust", "delete", "billing-api", trust)
    assert (ran.code, ran.err) == (0, f"JWT trust {trust} of “billing-api” is deleted.\n")
    assert services.jwt_trusts.list(application.id) == ()
    assert (
        f'"JWT trust","{trust}","billing-api http://127.0.0.1:9/","jwt_trust.deleted"'
        in keydesk("activity", "export", "billing-api", "--format", "csv").out
    )
    again = keydesk("jwt-trust", "delete", "billing-api", trust)
    assert (again.code, "no JWT trust with this id" in again.err) == (1, True)
    assert keydesk("jwt-trust", "list", "billing-api", "--json").document == []


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ([], 2, "Whom to trust? Give --issuer or --jwks-uri."),
        (["--issuer", "https://login.example"], 1, "Give the subject"),
        (["--jwks-uri", "https://login.example/keys", "--subject", "x"], 1, "issuer and subject are the client ID"),
        (["--jwks-uri", "http://login.example/keys"], 1, "The JWKS URI begins with https://"),
        (["--jwks-uri", "https://login.example/keys", "--refresh", "6h"], 2, "24h"),
    ],
)
def test_what_makes_no_trust_is_refused(keydesk: Keydesk, options: list[str], code: int, sentence: str) -> None:
    ran = keydesk("jwt-trust", "add", "billing-api", *options)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
