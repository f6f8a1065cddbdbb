"""The name of a token leads to the secret that obtained it, and its OAuth scopes are never more than allowed."""

import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.claims import JTI_LENGTH, Claims, granted, new_jti, secret_of


@given(st.uuids(), st.binary(min_size=16, max_size=16))
def test_a_jti_leads_to_the_secret_and_to_nothing_else(secret: UUID, random: bytes) -> None:
    jti = new_jti(str(secret), random)
    assert len(jti) == JTI_LENGTH
    assert secret_of(jti) == str(secret)
    assert str(secret) not in jti


def test_two_tokens_of_one_secret_have_two_names() -> None:
    secret = "7bd5d47e-446f-4ec2-a3d8-11736110e578"
    assert new_jti(secret, os.urandom(16)) != new_jti(secret, os.urandom(16))


def test_a_jti_of_another_kind_belongs_to_no_secret() -> None:
    assert secret_of("x" * JTI_LENGTH) is None


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
