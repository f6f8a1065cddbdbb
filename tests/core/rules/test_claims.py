"""The name of a token leads to the secret that obtained it, and its OAuth scopes are never more than allowed."""

import json
import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.claims import JTI_LENGTH, Claims, Mould, credential_of, granted, new_jti
from core.rules.methods import Basis


@given(st.uuids(), st.binary(min_size=16, max_size=16), st.sampled_from(Basis))
def test_a_jti_leads_to_the_credential_and_to_nothing_else(credential: UUID, random: bytes, basis: Basis) -> None:
    jti = new_jti(str(credential), random, basis)
    assert len(jti) == JTI_LENGTH
    assert credential_of(jti) == (basis, str(credential))
    assert str(credential) not in jti


def test_two_tokens_of_one_secret_have_two_names() -> None:
    secret = "7bd5d47e-446f-4ec2-a3d8-11736110e578"
    assert new_jti(secret, os.urandom(16)) != new_jti(secret, os.urandom(16))


def test_a_jti_of_another_kind_belongs_to_no_credential() -> None:
    assert credential_of("x" * JTI_LENGTH) is None


@pytest.mark.parametrize(
    ("asked", "scopes"),
    [
        (None, ("read", "write")),
        ("read", ("read",)),
        ("write read", ("write", "read")),
        ("read read", ("read",)),
        ("admin", None),
        ("read admin", None),
        ("READ", None),
        ("read  write", None),
        (" read", None),
        ('"', None),
        ("r\u00e9ad", None),
        ("x" * 60_000, None),
    ],
)
def test_a_token_gets_what_was_asked_or_everything_allowed_or_nothing(
    asked: str | None, scopes: tuple[str, ...] | None
) -> None:
    assert granted(asked, ("read", "write")) == scopes


def test_an_application_without_oauth_scopes_gets_tokens_without() -> None:
    assert granted(None, ()) == ()
    assert granted("read", ()) is None


def test_an_absent_scope_has_no_claim() -> None:
    claims = Claims("i", "s", "c", "i", 2, 1, "j")
    assert "scope" not in claims.as_dict()
    assert Claims(**claims.as_dict()) == claims


def test_a_bound_token_says_to_which_certificate() -> None:
    plain, bound = (json.loads(Mould("i", "c", "read").claims(2, 1, "j", bind)) for bind in (None, "abc"))
    assert "cnf" not in plain
    assert bound == plain | {"cnf": {"x5t#S256": "abc"}}
    claims = Claims(**bound)
    assert claims.thumbprint == "abc"
    assert claims.as_dict() == bound
