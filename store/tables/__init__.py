"""The tables. What must never be false stands here as a constraint and has a test of its name.

Rows stay inside `core`; nothing that a screen, a command or a client sees is one of these.
"""

from store.tables.activity import AuditEvent, AuditHead, LogonRepeat
from store.tables.apis import Api, ApiCaller, Subscription
from store.tables.applications import Application, ClientSecret
from store.tables.base import NAMING, Table
from store.tables.server import RevokedToken, Server, SigningKey
from store.tables.trust import Certificate, DeletedCertificate, JwtTrust, UsedAssertion

__all__ = [
    "NAMING",
    "Api",
    "ApiCaller",
    "Application",
    "AuditEvent",
    "AuditHead",
    "Certificate",
    "ClientSecret",
    "DeletedCertificate",
    "JwtTrust",
    "LogonRepeat",
    "RevokedToken",
    "Server",
    "SigningKey",
    "Subscription",
    "Table",
    "UsedAssertion",
]
