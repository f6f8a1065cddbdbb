"""Whose address is recorded: nobody is believed but the proxies that the operator trusts."""

import tracemalloc
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.source import Sources

PROXY = "10.0.0.7"
TRUSTING = Sources([ip_network("10.0.0.0/8"), ip_network("2001:db8:7::/48")])


def source(peer: str | None, *forwarded: str, sources: Sources = TRUSTING) -> str | None:
    headers = [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)]
    return sources.of({"client": (peer, 1) if peer else None, "headers": headers})


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("testclient", None),
        (None, None),
    ],
)
def test_a_peer_is_told_in_canonical_text(peer: str | None, told: str | None) -> None:
    assert source(peer) == source(peer, sources=Sources()) == told


def test_nobody_is_believed_where_nobody_is_trusted() -> None:
    assert source(PROXY, "203.0.113.9", sources=Sources()) == PROXY


def test_a_caller_is_not_believed_about_itself() -> None:
    assert source("203.0.113.9", "192.0.2.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "told"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1, 203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1,203.0.113.9 ,\t10.1.1.1"], "203.0.113.9"),
        (["192.0.2.1", "203.0.113.9", "10.1.1.1"], "203.0.113.9"),
        (["203.0.113.9, 2001:db8:7::1"], "203.0.113.9"),
        (["::ffff:203.0.113.9, ::ffff:10.1.1.1"], "203.0.113.9"),
        (["2001:DB8::9"], "2001:db8::9"),
        (["garbage, 203.0.113.9"], "203.0.113.9"),
    ],
)
def test_a_trusted_proxy_is_believed_as_far_as_proxies_are_trusted(forwarded: list[str], told: str) -> None:
    assert source(PROXY, *forwarded) == told


@pytest.mark.parametrize(
    "forwarded",
    [
        "",
        "garbage",
        "203.0.113.9, garbage",
        "203.0.113.9,",
        "203.0.113.9, unknown, 10.1.1.1",
        "010.010.010.010",
        "203.0.113.9:80",
        "1" * 5000,
        "2001:db8::9%" + "x" * 5000,
        "\xff\x1b[2J",
        "10.1.1.1, 10.1.1.2",
        ", ".join(["203.0.113.9"] + ["10.1.1.1"] * 40),
    ],
)
def test_what_tells_no_caller_leaves_the_proxy(forwarded: str) -> None:
    assert source(PROXY, forwarded) == PROXY


def test_a_proxy_in_the_clothes_of_ipv6_is_the_same_proxy() -> None:
    assert source(f"::ffff:{PROXY}", "203.0.113.9") == "203.0.113.9"


@given(st.text(st.characters(max_codepoint=255)))
def test_what_is_told_is_always_a_short_address(forwarded: str) -> None:
    told = source(PROXY, forwarded)
    assert told is not None
    assert len(told) <= 45
    assert set(told) <= set("0123456789abcdef.:")


def test_long_lists_of_strangers_are_not_remembered() -> None:
    sources = Sources([ip_network("10.0.0.0/8")])
    tracemalloc.start()
    try:
        for number in range(200):
            told = source(PROXY, f"{number:030000}, 192.0.2.1", sources=sources)
            assert told == "192.0.2.1"
        held, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1_000_000
