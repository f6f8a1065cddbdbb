"""The HTTP face as a whole: which path is answered by which endpoint."""

import asyncio
import os
from collections.abc import Awaitable, Iterable, Mapping, Sequence

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from core.rules.endpoints import (
    HEALTH_PATH,
    INTROSPECTION_PATH,
    JWKS_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
    VERIFY_PATH,
)
from core.rules.methods import Method
from core.tokens.authorization_server import AuthorizationServer
from web.answers import always
from web.certs import Certs
from web.client_certificate import NOT_FORWARDED, ClientCertificates, Forwarded
from web.direct import Directions
from web.errors import NOT_FOUND
from web.healthz import Health
from web.introspect import Introspection
from web.life import life_of
from web.logon import ClientLogon
from web.metadata import metadata, metadata_paths
from web.openapi import OPENAPI_PATH, openapi
from web.pool import PLACES, STRANGERS, LogonPool, Rest
from web.prepared import Direct
from web.request_log import RequestLog
from web.revoke import Revocation
from web.sample import sampled
from web.served import Served, ServedAtOnce, send_answer
from web.source import Network, Sources
from web.together import Together
from web.token import Token
from web.verify import Verify
from web.verify_api import PREFIX, VerifyApi

_GET = ("GET", "HEAD")


def application(
    server: AuthorizationServer,
    *,
    log: RequestLog | None = None,
    trusted: Iterable[Network] = (),
    forwarded: Forwarded = NOT_FORWARDED,
    places: int = PLACES,
    strangers: int = STRANGERS,
    rest: Rest = asyncio.sleep,
    sample: bool = False,
) -> "Face":
    """Return the HTTP face of *server*, which it closes at its end.

    Forwarded addresses and certificates are believed from the *trusted* networks, certificates if there is a
    form in which they are *forwarded*; *places* and *strangers* bound the logon pool, *rest* waits so many seconds.
    With the *sample* there are two APIs to try.
    """
    sources = Sources(trusted)
    pool = LogonPool(server.authentication, os.urandom, places=places, strangers=strangers, rest=rest)
    certificates = ClientCertificates(sources, forwarded)
    hot = _hot(server, ClientLogon(server, pool, sources, certificates), certificates)
    verify_api = VerifyApi(server, pool, sources, certificates)
    apis = ServedAtOnce(verify_api)
    rare = Router(
        _rare(server, server.mutual_tls.methods if certificates else ()) + (sampled(verify_api) if sample else []),
        redirect_slashes=False,
        default=_not_found,
        lifespan=life_of(server, pool),
    )

    async def face(scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette would cost the endpoints of every token a third of their rate (docs/decisions.md).
        if scope["type"] != "http" or _is_encoded(scope):
            served: ASGIApp | None = None
        elif scope["path"].startswith(PREFIX):
            served = apis
        else:
            served = hot.get(scope["path"])
        await (served or rare)(scope, receive, send)

    together = Together(server.share_looks)

    def directly(served: ServedAtOnce) -> Direct:
        found = together.around(served.prepared)
        return found if log is None else log.around_direct(found, sources)

    at_once = {path.encode(): directly(served) for path, served in hot.items() if isinstance(served, ServedAtOnce)}
    directions = Directions(at_once, {PREFIX.encode(): directly(apis)})
    return Face(face if log is None else log.around(face, sources), directions)


class Face:
    """The ASGI application, and what may answer before it is asked: see `web.direct`."""

    def __init__(self, app: ASGIApp, direct: Mapping[bytes, Direct]) -> None:
        self._app = app
        self.direct = direct

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request, or live."""
        return self._app(scope, receive, send)


def _is_encoded(scope: Scope) -> bool:
    """Tell whether a path is spelt with percent signs: a proxy that filters by path would not know it."""
    return b"%" in scope.get("raw_path", b"")


def _hot(server: AuthorizationServer, logon: ClientLogon, certificates: ClientCertificates) -> dict[str, Served]:
    return {
        TOKEN_PATH: ServedAtOnce(Token(server.tokens, logon), "POST"),
        INTROSPECTION_PATH: ServedAtOnce(Introspection(server.tokens, logon), "POST"),
        REVOCATION_PATH: Served(Revocation(server.tokens, logon), "POST"),
        VERIFY_PATH: ServedAtOnce(Verify(server.tokens, certificates), *_GET),
    }


def _rare(server: AuthorizationServer, by_certificate: Sequence[Method]) -> list[Route]:
    described = Served(always(metadata(server.issuer, by_certificate)), *_GET)
    return [
        *(Route(path, described) for path in metadata_paths(server.issuer)),
        Route(JWKS_PATH, Served(Certs(server.keys), *_GET)),
        Route(OPENAPI_PATH, Served(always(openapi(server.issuer)), *_GET)),
        Route(HEALTH_PATH, Served(Health(server), *_GET)),
    ]


async def _not_found(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send_answer(NOT_FOUND, send)
