"""The HTTP face as a whole: which path is answered by which endpoint."""

import os
from collections.abc import Iterable

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from core.authorization_server import AuthorizationServer
from core.rules.endpoints import (
    HEALTH_PATH,
    INTROSPECTION_PATH,
    JWKS_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
    VERIFY_PATH,
)
from web.answers import always
from web.certs import Certs
from web.errors import NOT_FOUND
from web.healthz import Health
from web.introspect import Introspection
from web.life import life_of
from web.logon import ClientLogon
from web.metadata import metadata, metadata_paths
from web.openapi import OPENAPI_PATH, openapi
from web.pool import PLACES, STRANGERS, LogonPool
from web.request_log import RequestLog
from web.revoke import Revocation
from web.served import Served, send_answer
from web.source import Network, Sources
from web.token import Token
from web.verify import Verify

_GET = ("GET", "HEAD")


def application(
    server: AuthorizationServer,
    *,
    log: RequestLog | None = None,
    trusted: Iterable[Network] = (),
    places: int = PLACES,
    strangers: int = STRANGERS,
) -> ASGIApp:
    """Return the ASGI application of *server*, which it closes at its end.

    Forwarded addresses are believed from the *trusted* networks; *places* and *strangers* bound the logon pool.
    """
    sources = Sources(trusted)
    pool = LogonPool(server.authentication, os.urandom, places=places, strangers=strangers)
    hot = _hot(server, ClientLogon(server.authentication, pool, sources))
    rare = Router(_rare(server), redirect_slashes=False, default=_not_found, lifespan=life_of(server, pool))

    async def face(scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette would cost the endpoints of every token a third of their rate (docs/decisions.md).
        served = hot.get(scope["path"]) if scope["type"] == "http" and not _is_encoded(scope) else None
        await (served or rare)(scope, receive, send)

    return log.around(face, sources) if log else face


def _is_encoded(scope: Scope) -> bool:
    """Tell whether a path is spelt with percent signs: a proxy that filters by path would not know it."""
    return b"%" in scope.get("raw_path", b"")


def _hot(server: AuthorizationServer, logon: ClientLogon) -> dict[str, Served]:
    return {
        TOKEN_PATH: Served(Token(server.tokens, logon), "POST"),
        INTROSPECTION_PATH: Served(Introspection(server.tokens, logon), "POST"),
        REVOCATION_PATH: Served(Revocation(server.tokens, logon), "POST"),
        VERIFY_PATH: Served(Verify(server.tokens), *_GET),
    }


def _rare(server: AuthorizationServer) -> list[Route]:
    described = Served(always(metadata(server.issuer)), *_GET)
    return [
        *(Route(path, described) for path in metadata_paths(server.issuer)),
        Route(JWKS_PATH, Served(Certs(server.keys), *_GET)),
        Route(OPENAPI_PATH, Served(always(openapi(server.issuer)), *_GET)),
        Route(HEALTH_PATH, Served(Health(server), *_GET)),
    ]


async def _not_found(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send_answer(NOT_FOUND, send)
