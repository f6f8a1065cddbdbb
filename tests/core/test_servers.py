"""Which servers work on this database."""

import pytest

from core.services import Services
from tests.staging import Clock

ADDRESS, ISSUER = "http://127.0.0.1:8400", "https://auth.example"


def test_a_server_is_known_while_it_works(services: Services, clock: Clock) -> None:
    assert services.servers.list() == ()
    with services.servers.announced(ADDRESS, ISSUER):
        (server,) = services.servers.list()
        assert (server.address, server.issuer, server.started_at) == (ADDRESS, ISSUER, clock())
    assert services.servers.list() == ()


def test_one_that_failed_is_forgotten_too(services: Services) -> None:
    with pytest.raises(RuntimeError), services.servers.announced(ADDRESS, ISSUER):
        raise RuntimeError
    assert services.servers.list() == ()


def test_one_that_was_killed_is_replaced_by_the_next_at_its_address(services: Services) -> None:
    killed = services.servers.announced(ADDRESS, "http://before")
    killed.__enter__()  # and never leaves
    with services.servers.announced(ADDRESS, ISSUER):
        assert [server.issuer for server in services.servers.list()] == [ISSUER]
    del killed
