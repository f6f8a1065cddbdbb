"""A server on a real database, and a client with a secret that works."""

import os
from pathlib import Path

import pytest

from core.rules.requests.applications import ApplicationChanges
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.web.client import Client, basic
from web.app import application as http_face

ISSUER = "https://keys.example"


def server_of(services: Services, issuer: str = ISSUER) -> AuthorizationServer:
    """Put a server on *services*."""
    return AuthorizationServer(services, SigningKeys(services.desk, Seal(b"k" * 32, os.urandom)), issuer)


def remove(database: Database, path: Path) -> None:
    """Take the database's file away from a server that is running."""
    database.close()
    path.unlink()


@pytest.fixture
def server(services: Services) -> AuthorizationServer:
    return server_of(services)


@pytest.fixture
def client(server: AuthorizationServer) -> Client:
    return Client(http_face(server))


@pytest.fixture
def application(services: Services, application: ApplicationView) -> ApplicationView:
    """An application whose tokens may carry two OAuth scopes."""
    services.applications.change(application.id, ApplicationChanges(scopes=["read", "write"]))
    return services.applications.get(application.id)


@pytest.fixture
def credentials(issued: IssuedSecret) -> tuple[str, str]:
    """The header field that authenticates that application."""
    return basic(issued.client_id, issued.value)
