"""What a caller presents: what stands where it was declared, once, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.apis import Located, Place, Security
from core.rules.denials import Denial
from core.rules.presented import Declaration, Headers, Presented, original_query, presented

ID, SECRET = b"7b6f4a6e", b"kd_secret"
BY_ID, BY_SECRET = (b"x-ibm-client-id", ID), (b"x-ibm-client-secret", SECRET)
BY_TOKEN = (b"authorization", b"Bearer a.b.c")
PAIR = Declaration(frozenset({Security.PAIR}))
CLIENT_ID = Declaration(frozenset({Security.CLIENT_ID}))
BEARER = Declaration(frozenset({Security.BEARER}))
CHOICE = Declaration(frozenset({Security.PAIR, Security.BEARER}))
ID_OR_TOKEN = Declaration(frozenset({Security.CLIENT_ID, Security.BEARER}))
IN_QUERY = Declaration(
    frozenset({Security.PAIR}), Located(Place.QUERY, "client_id"), Located(Place.QUERY, "client_secret")
)
THE_PAIR = Presented(Security.PAIR, ID.decode(), SECRET.decode())
THE_ID = Presented(Security.CLIENT_ID, ID.decode())
THE_TOKEN = Presented(Security.BEARER, value="a.b.c")
TWO_WAYS_TO_READ = [
    *(b"Bearer\tforged", b"Bearer \tforged", b"Bearer\x0bforged", b"bearer\xa0forged", b"Bearer,forged"),
    *(b"Basic a, Bearer forged", b"Basic a,BEARER\tforged", b"Bearer a.b.c, Bearer forged", b"Bearer a.b.c,x"),
]


@pytest.mark.parametrize(
    ("declared", "headers", "query", "expected"),
    [
        (PAIR, [BY_ID, BY_SECRET], b"", THE_PAIR),
        (PAIR, [BY_ID], b"", Presented(Security.PAIR, ID.decode())),
        (PAIR, [BY_ID, BY_SECRET, BY_TOKEN], b"", THE_PAIR),  # which is the upstream's business
        (PAIR, [BY_ID, BY_SECRET, (b"x_ibm_client_id", b"other")], b"a=1", THE_PAIR),
        (PAIR, [(b"x-ibm-client-id", b" " + ID + b"\t"), BY_SECRET], b"", THE_PAIR),
        (CLIENT_ID, [BY_ID, BY_SECRET], b"", THE_ID),
        (BEARER, [BY_TOKEN, BY_ID], b"", THE_TOKEN),
        (BEARER, [(b"authorization", b"bEARER  a.b.c ")], b"", THE_TOKEN),
        (CHOICE, [BY_TOKEN], b"", THE_TOKEN),
        (CHOICE, [BY_ID, BY_SECRET, (b"authorization", b"Basic YTpi")], b"", THE_PAIR),
        (ID_OR_TOKEN, [BY_ID, (b"authorization", b"Digest a=1, bearers=2")], b"", THE_ID),
        (CLIENT_ID, [BY_ID, BY_TOKEN], b"access_token=x", THE_ID),
        (IN_QUERY, [], b"x&client_id=" + ID + b"&client_secret=" + SECRET, THE_PAIR),
        (IN_QUERY, [], b"%63lient_id=7b6f%34a6e&client_secret=kd%5Fsecret", THE_PAIR),
    ],
)
def test_what_is_declared_counts(declared: Declaration, headers: Headers, query: bytes, expected: Presented) -> None:
    assert presented(declared, headers, query) == expected


@pytest.mark.parametrize(
    ("declared", "headers", "query", "denial"),
    [
        (PAIR, [], b"", Denial.NO_CREDENTIAL),
        (PAIR, [BY_TOKEN], b"", Denial.NO_CREDENTIAL),
        (PAIR, [(b"x-ibm-client-id", b" ")], b"", Denial.NO_CREDENTIAL),
        (PAIR, [(b"x_ibm_client_id", ID), (b"x_ibm_client_secret", SECRET)], b"", Denial.NO_CREDENTIAL),
        (PAIR, [], b"client_id=a&client_secret=b", Denial.NO_CREDENTIAL),
        (PAIR, [BY_SECRET], b"", Denial.NO_CLIENT_ID),
        (IN_QUERY, [BY_ID, BY_SECRET], b"", Denial.NO_CREDENTIAL),
        (IN_QUERY, [], b"Client_ID=a&CLIENT_SECRET=b", Denial.NO_CREDENTIAL),
        (CHOICE, [(b"authorization", b"Basic YTpi")], b"", Denial.NO_CREDENTIAL),
        (BEARER, [], b"", Denial.NO_TOKEN),
        (BEARER, [(b"authorization", b"Basic YTpi")], b"", Denial.NO_TOKEN),
        (BEARER, [(b"authorization", b"Bearerx")], b"", Denial.NO_TOKEN),
        (BEARER, [], b"access_token=a.b.c", Denial.NO_TOKEN),
        (BEARER, [(b"authorization", b"Bearer")], b"", Denial.EMPTY_TOKEN),
        (BEARER, [(b"authorization", b"Bearer  ")], b"", Denial.EMPTY_TOKEN),
    ],
)
def test_what_is_missing_is_named(declared: Declaration, headers: Headers, query: bytes, denial: Denial) -> None:
    assert presented(declared, headers, query) is denial


@pytest.mark.parametrize(
    ("declared", "headers", "query"),
    [
        (PAIR, [BY_ID, BY_ID, BY_SECRET], b""),
        (PAIR, [BY_ID, BY_SECRET, BY_SECRET], b""),
        (PAIR, [BY_ID, (b"x-ibm-client-id", b""), BY_SECRET], b""),
        (PAIR, [BY_ID, BY_SECRET], b"X-IBM-Client-Id=other"),
        (PAIR, [BY_ID, BY_SECRET], b"a=1&X%2DIBM-Client-Secret="),
        (IN_QUERY, [], b"client_id=a&client_secret=b&client_id=a"),
        (IN_QUERY, [], b"client_id=a&client_secret=b&%63lient_secret=c"),
        (IN_QUERY, [(b"client_id", b"a")], b"client_id=a&client_secret=b"),
        (BEARER, [BY_TOKEN, BY_TOKEN], b""),
        (BEARER, [BY_TOKEN, (b"authorization", b"Basic YTpi")], b""),
        (BEARER, [BY_TOKEN], b"access_token=a.b.c"),
        (CHOICE, [BY_ID, BY_SECRET, BY_TOKEN], b""),
        (CHOICE, [BY_ID, BY_TOKEN], b""),
        (CHOICE, [BY_SECRET, (b"authorization", b"Bearer ")], b""),
        (CHOICE, [BY_SECRET], b"access_token=forged"),
        (ID_OR_TOKEN, [BY_ID], b"a=1&access%5Ftoken=forged"),
        *((ID_OR_TOKEN, [BY_ID, (b"authorization", value)], b"") for value in TWO_WAYS_TO_READ),
        *((BEARER, [(b"authorization", value)], b"") for value in TWO_WAYS_TO_READ),
    ],
)
def test_of_two_credentials_none_is_chosen(declared: Declaration, headers: Headers, query: bytes) -> None:
    assert presented(declared, headers, query) is Denial.UNCLEAR


@given(st.binary(), st.lists(st.tuples(st.sampled_from([BY_ID[0], BY_SECRET[0], BY_TOKEN[0]]), st.binary())))
def test_whatever_is_sent_has_an_answer_and_can_be_looked_up(query: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    for declared in (PAIR, CLIENT_ID, BEARER, CHOICE, IN_QUERY):
        shown = presented(declared, headers, query)
        if isinstance(shown, Presented):
            assert "\0" not in shown.client_id
            assert len(shown.client_id) <= 100
            (shown.client_id + shown.value).encode()


def test_a_secret_is_in_no_repr() -> None:
    assert SECRET.decode() not in repr(presented(PAIR, [BY_ID, BY_SECRET], b""))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], b"own=1"),
        ([(b"x-original-uri", b"/weather?a=1&b=2")], b"a=1&b=2"),
        ([(b"x-forwarded-uri", b"/weather?a=1?b")], b"a=1?b"),
        ([(b"x-original-uri", b"https://api.example/weather?a=1")], b"a=1"),
        ([(b"x-forwarded-uri", b"/weather?a=1#b=2")], None),
        ([(b"x-original-uri", b"/weather#?a=1")], None),
        ([(b"x-original-uri", b"/weather")], b""),
        ([(b"x-original-uri", b"")], b""),
        ([(b"x-original-uri", b"/a"), (b"x-forwarded-uri", b"/a")], None),
        ([(b"x-original-uri", b"/a"), (b"x-original-uri", b"/a")], None),
    ],
)
def test_the_query_is_the_callers_own(headers: Headers, expected: bytes | None) -> None:
    assert original_query(headers, b"own=1") == expected
