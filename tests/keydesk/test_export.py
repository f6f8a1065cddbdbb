"""The lines of the activity that are taken elsewhere: which kind of thing each row is about."""

import ast
import csv
import os
import re
from collections import defaultdict

import pytest

from core.authentication.authentication import Authenticated
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from core.rules.rotation import Grace
from core.rules.views.applications import ApplicationView
from core.services import Services
from core.tokens.access_tokens import AccessTokens
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from keydesk.commands.export import csv_lines
from tests.certs import pem
from tests.core.issuer import issuing, jwk
from tests.processes import ROOT
from tests.staging import lock_out, log_on

TYPES = {
    "application.created": "Application",
    "application.changed": "Application",
    "application.deleted": "Application",
    "client_id.locked": "Application",
    "client_id.unlocked": "Application",
    "logon.refused": "Application",
    "token.revoked": "Application",
    "secret.added": "Client secret",
    "secret.edited": "Client secret",
    "secret.revoked": "Client secret",
    "secret.rotated": "Client secret",
    "secret.rotation_completed": "Client secret",
    "secret.rotation_undone": "Client secret",
    "certificate.added": "Certificate",
    "certificate.edited": "Certificate",
    "certificate.deleted": "Certificate",
    "jwt_trust.added": "JWT trust",
    "jwt_trust.edited": "JWT trust",
    "jwt_trust.fetched": "JWT trust",
    "jwt_trust.deleted": "JWT trust",
    "api.created": "API",
    "api.changed": "API",
    "api.deleted": "API",
    "api.subscribed": "API",
    "api.unsubscribed": "API",
    "signing_key.made": "Signing key",
    "signing_key.rotated": "Signing key",
}


@pytest.fixture
def lived(services: Services, application: ApplicationView) -> Services:
    """Everything has happened once that the activity tells of."""
    secrets, rotations = services.client_secrets, services.rotations
    issued = secrets.add(application.id, NewSecret())
    client = log_on(services, application.client_id, issued.value)
    assert isinstance(client, Authenticated)
    keys = SigningKeys(services.desk, Seal(b"k" * 32, os.urandom))
    tokens = AccessTokens(services.desk, keys, "http://127.0.0.1:8400")
    tokens.revoke(client, tokens.issue(client, None).value)
    keys.rotate()
    secrets.edit(application.id, issued.secret.id, SecretChanges(description="ci"))
    for settle in (rotations.undo, rotations.complete):
        rotations.rotate(application.id, issued.secret.id, Grace.DAY)
        settle(application.id, issued.secret.id)
    certificate = services.certificates.add(application.id, pem(), None)
    services.certificates.describe(application.id, certificate.id, "edge")
    services.certificates.delete(application.id, certificate.id)
    with issuing() as issuer:
        issuer.publish(jwk("P-256", "one"))
        issuer.describe()
        trust = services.jwt_trusts.add(application.id, NewTrust(issuer.url, subject="build"))
        services.jwt_trusts.edit(application.id, trust.id, TrustChanges(description="CI"))
        issuer.publish(jwk("P-256", "two"))
        services.jwt_trusts.fetch(application.id, trust.id)
    services.jwt_trusts.delete(application.id, trust.id)
    api = services.apis.create(NewApi("weather", "/weather"))
    services.apis.change(api.id, ApiChanges(title="Weather"))
    services.subscriptions.add(api.id, application.id)
    services.subscriptions.remove(api.id, application.id)
    services.apis.delete(api.id)
    lock_out(services, application)
    services.locks.unlock(application.id)
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    services.applications.delete(application.id, application.name)
    return services


def actions_in_the_source() -> set[str]:
    """Every action that the core can write down, as it is spelt there."""
    nodes = (node for file in (ROOT / "core").rglob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}


def test_the_csv_names_the_kind_of_thing_of_every_action(lived: Services) -> None:
    found = defaultdict(set)
    for row in csv.DictReader(csv_lines(lived.activity.page(None, limit=500).rows)):
        found[row["Action"]].add(row["Resource type"])
    assert found == {action: {kind} for action, kind in TYPES.items()}
    assert set(found) == actions_in_the_source()
