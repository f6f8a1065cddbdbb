"""Where an issuer has its endpoints."""

import pytest

from core.rules.endpoints import METADATA_PATHS, is_loopback, urls


@pytest.mark.parametrize(
    ("issuer", "metadata"),
    [
        ("http://127.0.0.1:8400", f"http://127.0.0.1:8400{METADATA_PATHS[0]}"),
        ("https://login.example/keys/desk", f"https://login.example{METADATA_PATHS[0]}/keys/desk"),
    ],
)
def test_the_path_of_an_issuer_stands_before_its_endpoints_and_behind_the_well_known_one(
    issuer: str, metadata: str
) -> None:
    assert urls(issuer).metadata == metadata
    assert urls(issuer).verify == f"{issuer}/verify"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8400", True),
        ("http://127.9.9.9/path", True),
        ("http://[::1]:8400", True),
        ("http://LOCALHOST", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://10.0.0.7", False),
        ("http://[::1", False),
        ("nothing", False),
    ],
)
def test_loopback_is_this_machine_alone(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
