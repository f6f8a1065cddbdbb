"""JWT trusts: add, edit, list, delete, under a limit of 20 of each kind (PRODUCT.md section 5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.requests.applications import NewApplication
from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.jwt_trusts import TrustKind, TrustView
from core.services import Services
from store.database import Database
from tests.core.issuer import JWKS, Issuer, issuing, jwk
from tests.processes import at_once
from tests.staging import Clock, block_the_activity, compose, everything, plain_sql, services_at

NOBODY = "http://127.0.0.1:9/keys"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "one"))
        issuer.describe()
        yield issuer


@pytest.fixture
def trust(services: Services, application: ApplicationView, issuer: Issuer) -> TrustView:
    """A trust by issuer, whose keys are discovered."""
    return services.jwt_trusts.add(application.id, NewTrust(issuer.url, subject="build", description="CI"))


def by_uri(number: int) -> NewTrust:
    return NewTrust(jwks_uri=f"{NOBODY}{number}")


def test_a_trust_by_issuer_has_what_was_asked_for_and_its_keys(trust: TrustView, issuer: Issuer, clock: Clock) -> None:
    assert (trust.kind, trust.issuer, trust.subject, trust.audience) == (TrustKind.ISSUER, issuer.url, "build", None)
    assert (trust.jwks_uri, trust.discovered, trust.refresh_hours) == (issuer.jwks_uri, True, 24)
    assert [key.kid for key in trust.keys] == ["one"]
    assert (trust.fetched_at, trust.failure, trust.created_at) == (clock(), None, clock())
    assert (trust.created_by, trust.use_count, trust.last_used_at) == ("operator", 0, None)
    assert issuer.asked[JWKS] == 1


def test_a_jwks_uri_by_hand_is_asked_without_discovery(
    services: Services, application: ApplicationView, issuer: Issuer
) -> None:
    asked = NewTrust("https://login.example", issuer.jwks_uri, "build")
    view = services.jwt_trusts.add(application.id, asked)
    assert (view.discovered, len(view.keys), list(issuer.asked)) == (False, 1, [JWKS])


@pytest.mark.parametrize("kind", [by_uri, lambda n: NewTrust("https://login.example", f"{NOBODY}{n}", "build")])
def test_the_21st_of_a_kind_is_refused_and_one_of_the_other_kind_is_not(
    services: Services, application: ApplicationView, kind: object
) -> None:
    assert callable(kind)
    made = [services.jwt_trusts.add(application.id, kind(n)) for n in range(20)]
    with pytest.raises(LimitReached, match="has 20 of 20 JWT trusts by"):
        services.jwt_trusts.add(application.id, kind(20))
    services.jwt_trusts.add(application.id, by_uri(0) if made[0].issuer else NewTrust("http://[::1]:9", NOBODY, "x"))
    services.jwt_trusts.delete(application.id, made[7].id)
    services.jwt_trusts.add(application.id, kind(20))


def add_one(_number: int, path: str, application_id: str) -> str:
    services = services_at(path)
    return services.jwt_trusts.add(application_id, NewTrust(jwks_uri=NOBODY)).id


@pytest.mark.slow
def test_writers_that_race_for_the_last_place_get_it_once(
    services: Services, application: ApplicationView, path: Path
) -> None:
    for number in range(19):
        services.jwt_trusts.add(application.id, by_uri(number))
    answers = at_once(4, add_one, str(path), application.id)
    assert sum(answer.startswith("LimitReached: ") for answer in answers) == 3
    assert len(services.jwt_trusts.list(application.id)) == 20


def test_the_same_trust_twice_in_an_application_is_refused_by_the_id_of_the_first(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    by_issuer = NewTrust(issuer.url, subject="build", description="another word, the same trust")
    alone = services.jwt_trusts.add(application.id, by_uri(1))
    for asked, first, field in ((by_issuer, trust, "issuer"), (by_uri(1), alone, "jwks_uri")):
        with pytest.raises(Refusal) as refused:
            services.jwt_trusts.add(application.id, asked)
        assert refused.value.sentence == f"“billing-api” has this JWT trust already: {first.id}."
        assert refused.value.field == field
    for differing in (
        NewTrust(issuer.url, subject="build", audience="us"),
        NewTrust(issuer.url, NOBODY, "build"),
        NewTrust(issuer.url, subject="deploy"),
    ):
        other = services.jwt_trusts.add(application.id, differing)
    with pytest.raises(Refusal, match="has this JWT trust already"):
        services.jwt_trusts.edit(application.id, other.id, TrustChanges(subject="build"))
    assert services.jwt_trusts.resolve(application.id, other.id) == other
    second = services.applications.create(NewApplication("second"))
    services.jwt_trusts.add(second.id, by_uri(1))


def test_an_issuer_s_subject_of_another_application_is_refused_by_that_application_s_name(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    second = services.applications.create(NewApplication("second"))
    with pytest.raises(Refusal, match="“billing-api” trusts this issuer about this subject already") as refused:
        services.jwt_trusts.add(second.id, NewTrust(issuer.url, NOBODY, "build", "another audience"))
    assert refused.value.field == "subject"
    another = services.jwt_trusts.add(second.id, NewTrust(issuer.url, subject="deploy"))
    with pytest.raises(Refusal, match="“billing-api” trusts this issuer"):
        services.jwt_trusts.edit(second.id, another.id, TrustChanges(subject="build"))
    assert services.jwt_trusts.list(second.id) == (another,)
    plain_sql(services.desk.database, "UPDATE jwt_trusts SET subject = 'build'")  # as an older version allowed
    left = services.jwt_trusts.edit(second.id, another.id, TrustChanges(description="left as it was"))
    assert left.subject == "build"


def test_changes_of_the_activity_are_what_an_operator_set(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    services.jwt_trusts.edit(application.id, trust.id, TrustChanges(audience="us", refresh_hours=12))
    services.jwt_trusts.edit(application.id, trust.id, TrustChanges(audience="us"))  # as it is: no row
    services.jwt_trusts.fetch(application.id, trust.id)  # the same keys: no row
    issuer.publish(jwk("P-384", "two"))
    (two,) = services.jwt_trusts.fetch(application.id, trust.id).keys
    services.jwt_trusts.delete(application.id, trust.id)
    deleted, fetched, edited, added = services.activity.page(application.id).rows[:4]
    assert (added.action, added.object, added.object_id) == ("jwt_trust.added", f"billing-api {issuer.url}", trust.id)
    assert added.after == {"issuer": issuer.url, "subject": "build", "description": "CI", "refresh_hours": 24}
    assert edited.action == "jwt_trust.edited"
    assert edited.before == {"audience": None, "refresh_hours": 24}
    assert edited.after == {"audience": "us", "refresh_hours": 12}
    assert fetched.action == "jwt_trust.fetched"
    assert fetched.before == {"keys": [trust.keys[0].thumbprint]}
    assert fetched.after == {"keys": [two.thumbprint]}
    assert (deleted.action, deleted.after) == ("jwt_trust.deleted", None)
    changed = {"audience": "us", "refresh_hours": 12, "jwks_uri": issuer.jwks_uri}
    assert deleted.before == added.after | changed


def test_without_its_row_of_the_activity_nothing_changes(
    services: Services, application: ApplicationView, trust: TrustView, database: Database
) -> None:
    block_the_activity(database)
    before = everything(database)
    with pytest.raises(Refusal):
        services.jwt_trusts.add(application.id, by_uri(1))
    with pytest.raises(Refusal):
        services.jwt_trusts.edit(application.id, trust.id, TrustChanges(subject="other"))
    with pytest.raises(Refusal):
        services.jwt_trusts.delete(application.id, trust.id)
    assert everything(database) == before


def test_with_another_issuer_the_keys_of_the_old_one_are_gone(
    services: Services, application: ApplicationView, trust: TrustView
) -> None:
    moved = services.jwt_trusts.edit(application.id, trust.id, TrustChanges(issuer="http://127.0.0.1:9"))
    assert (moved.keys, moved.fetched_at, moved.jwks_uri) == ((), None, None)
    assert "Nothing listens" in (moved.failure or "")


def test_a_uri_by_hand_may_be_taken_away_again(
    services: Services, application: ApplicationView, trust: TrustView, issuer: Issuer
) -> None:
    by_hand = services.jwt_trusts.edit(application.id, trust.id, TrustChanges(jwks_uri=issuer.jwks_uri))
    assert (by_hand.discovered, len(by_hand.keys)) == (False, 1)
    again = services.jwt_trusts.edit(application.id, trust.id, TrustChanges(jwks_uri=None))
    assert (again.discovered, again.jwks_uri, len(again.keys)) == (True, issuer.jwks_uri, 1)


def test_a_trust_keeps_its_kind(services: Services, application: ApplicationView, trust: TrustView) -> None:
    alone = services.jwt_trusts.add(application.id, by_uri(1))
    for trust_id, changes, field in (
        (alone.id, TrustChanges(issuer="https://login.example"), "issuer"),
        (alone.id, TrustChanges(jwks_uri=None), "jwks_uri"),
        (alone.id, TrustChanges(subject="x"), "subject"),
        (alone.id, TrustChanges(audience="x"), "audience"),
        (trust.id, TrustChanges(subject=""), "subject"),
    ):
        with pytest.raises(Refusal) as refused:
            services.jwt_trusts.edit(application.id, trust_id, changes)
        assert refused.value.field == field
    assert {view.id: view for view in services.jwt_trusts.list(application.id)} == {
        alone.id: alone,
        trust.id: trust,
    }


def test_an_id_or_its_beginning_names_a_trust_of_this_application_alone(
    services: Services, application: ApplicationView, trust: TrustView
) -> None:
    for named in (trust.id, f" {trust.id.upper()} ", trust.id[:8]):
        assert services.jwt_trusts.resolve(application.id, named) == trust
    other = services.applications.create(NewApplication("other"))
    for owner, named in ((application.id, ""), (application.id, trust.id[:7]), (other.id, trust.id)):
        with pytest.raises(NotFound):
            services.jwt_trusts.resolve(owner, named)
    for act in (services.jwt_trusts.delete, services.jwt_trusts.fetch):
        with pytest.raises(NotFound):
            act(other.id, trust.id)
    with pytest.raises(NotFound):
        services.jwt_trusts.edit(other.id, trust.id, TrustChanges(subject="x"))


def test_they_stand_newest_first(services: Services, application: ApplicationView, clock: Clock) -> None:
    made = []
    for number in range(3):
        clock.advance(minutes=1)
        made.append(services.jwt_trusts.add(application.id, by_uri(number)).id)
    assert [view.id for view in services.jwt_trusts.list(application.id)] == made[::-1]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://login.example/", "begins with https://; http is for this machine"),
        ("http://127.0.0.1.nip.example/", "begins with https://"),
        ("ftp://login.example/", "begins with https://"),
        ("file:///etc/hostname", "is no URL with a host"),
        ("login.example", "is no URL with a host"),
        ("https://", "is no URL with a host"),
        ("https://[::1", "is no URL with a host"),
        ("https://login.example:99999/", "is no URL with a host"),
        ("https://u:p@login.example/", "holds a user or a password"),
        ("https://login.example/#x", "has a fragment"),
        ("https://login.example/#", "has a fragment"),
        ("https://login.example/a b", "holds characters that no URL has"),
        ("https://login.example\\@evil.example/", "holds characters that no URL has"),
        ("https://löwe.example/", "holds characters that no URL has"),
        ("https://login.example/\x1b[2J", "holds a control character (U+001B)"),
        ("https://login.example/\u202e", "holds an invisible or direction-changing character"),
        ("https://login.example/" + "a" * 480, "has at most 500 characters; this has 502"),
        ("  ", "is missing"),
    ],
)
@pytest.mark.parametrize(("field", "named"), [("issuer", "The issuer "), ("jwks_uri", "The JWKS URI ")])
def test_a_url_that_is_none_to_trust_is_refused_with_field_and_reason(
    url: str, words: str, field: str, named: str
) -> None:
    with pytest.raises(Refusal) as refused:
        NewTrust(**{"subject": "x" if field == "issuer" else None, field: url})
    assert refused.value.field == field
    assert refused.value.sentence.startswith(named + words)
    assert "u:p" not in refused.value.sentence


def test_urls_that_may_be_trusted_stay_as_they_are() -> None:
    for url in ("https://login.example", "https://login.example:8443/a/", "http://localhost:80", "http://[::1]:9/x"):
        assert NewTrust(f" {url} ", subject="x").issuer == url
    assert NewTrust(jwks_uri="https://login.example/keys?tenant=1").jwks_uri == "https://login.example/keys?tenant=1"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "issuer"),
        ({"issuer": "https://login.example"}, "subject"),
        ({"issuer": "https://login.example/?a=b", "subject": "x"}, "issuer"),
        ({"jwks_uri": "https://login.example/keys", "subject": "x"}, "subject"),
        ({"jwks_uri": "https://login.example/keys", "audience": "x"}, "audience"),
        ({"issuer": "https://login.example", "subject": "x" * 256}, "subject"),
        ({"issuer": "https://login.example", "subject": "x", "audience": "a\nb"}, "audience"),
        ({"jwks_uri": "https://login.example/keys", "refresh_hours": 6}, "refresh_hours"),
        ({"jwks_uri": "https://login.example/keys", "description": "d" * 201}, "description"),
    ],
)
def test_what_makes_no_trust_names_the_field(asked: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        NewTrust(**asked)  # type: ignore[arg-type]  # the point of the test
    assert refused.value.field == field


def test_created_by_is_the_operator_of_the_desk(
    database: Database, clock: Clock, application: ApplicationView, trust: TrustView
) -> None:
    assert compose(database, clock).jwt_trusts.list(application.id) == (trust,)
