"""Forward-auth for one protected API: may the call that a gateway asks about pass?

200 says who calls; 401 and 403 are what the API's profile shows, the body also in `X-Denial`, for nginx throws the
body of a denial away; 404 for a name that no API has, and 503 where no decision can be made. Gateways let nobody in
by anything but 2xx. The query of the call stands in `X-Original-URI` or `X-Forwarded-Uri`, else in the URL itself.
"""

from functools import lru_cache

from starlette.types import Receive, Scope

from core.apis.gatekeeper import Admitted
from core.apis.guarded import Guarded
from core.authentication.proofs import Authenticated, Proof, as_stored
from core.rules.apis import Profile, Security
from core.rules.claims import Claims
from core.rules.denials import Denial
from core.rules.endpoints import API_VERIFY_PATH
from core.rules.errors import LogonRefused
from core.rules.presented import Presented, original_query, presented
from core.rules.profiles import response
from core.tokens.authorization_server import AuthorizationServer
from web.answers import JSON, NO_STORE, Answer, Header, empty
from web.client_certificate import ClientCertificates
from web.errors import NOT_FOUND, Overloaded, wrong_method
from web.pool import LogonPool
from web.prepared import Prepared
from web.request_log import NOTES
from web.source import Sources

_MOST_KNOWN = 10_000
PREFIX = API_VERIFY_PATH.removesuffix("{api}")
_METHODS = ("GET", "HEAD")
_WRONG_METHOD = wrong_method(_METHODS)


class VerifyApi:
    """Answers for every protected API. What has to be hashed, or paced, takes a place in the pool."""

    def __init__(
        self, server: AuthorizationServer, pool: LogonPool, sources: Sources, certificates: ClientCertificates
    ) -> None:
        self._gate = server.gatekeeper
        self._proofs = server.authentication.proofs
        self._tokens = server.tokens
        self._pool = pool
        self._sources = sources
        self._certificates = certificates
        self._known: dict[str, Guarded] = {}
        """APIs as they were when last looked up: calls are read by these, and each decision sees whether they hold."""

    async def __call__(self, scope: Scope, _receive: Receive) -> Answer:
        """Answer 200 with who it is, or 401, 403 with what the profile shows; raises `Overloaded`.

        404 where no API has this name, which is no caller's fault: the gateway asks for something else.
        """
        api = self._as_it_is(_name(scope))
        if api is None:
            _note(scope, None, Denial.UNKNOWN_API)
            return NOT_FOUND
        if scope["method"] not in _METHODS:
            return _WRONG_METHOD
        shown = _presented(scope, api)
        if isinstance(shown, Presented) and shown.kind is Security.PAIR and not shown.value:
            shown = self._gate.without_secret(api, shown.client_id)
        if isinstance(shown, Denial):
            _note(scope, None, shown)
            return _denied(api, shown)
        try:
            decided = await self._decided(scope, api, shown)
        except Overloaded:
            _note(scope, None, Denial.UNAVAILABLE)
            raise
        if decided is None:
            raise Overloaded  # the API was changed while it was asked for: the next time it is read as it is then
        if isinstance(decided, Denial):
            return _denied(api, decided)
        self._gate.count(decided, self._gate.now())
        _note(scope, decided.client_id, None)
        return _admitted(decided)

    def prepared(self, scope: Scope, _body: bytes) -> Prepared | None:
        """Read a call that passes by what this process has verified before; every other goes the long way."""
        name = _name(scope)
        api = self._known.get(name) or self._as_it_is(name)
        shown = _presented(scope, api) if api is not None else None
        if api is None or not isinstance(shown, Presented):
            return None
        if shown.kind is Security.PAIR:
            proof = self._proofs.claimed(shown.client_id, shown.value, api.api_scope, self._sources.of(scope))
            return self._again(api, proof.client_id, proof=proof) if proof else None
        if shown.kind is Security.CLIENT_ID:
            return self._again(api, as_stored(shown.client_id))
        claims = self._tokens.read(shown.value)
        # The certificate is part of the bytes that are remembered, so that it need not be looked at again.
        owned = claims is not None and self._certificates.prove(claims, scope)
        return self._again(api, claims.client_id, claims) if claims and owned else None

    def _again(
        self, api: Guarded, client_id: str, claims: Claims | None = None, proof: Proof | None = None
    ) -> Prepared:
        gate, question = self._gate, self._gate.question(api, client_id, claims, proof=proof)
        now, count = gate.now, gate.count
        known: tuple[Admitted, Answer] | None = None

        def again() -> Answer | None:
            nonlocal known
            at = now()
            decided = question(at)
            if not isinstance(decided, Admitted):
                return None
            count(decided, at)
            if known is None or known[0] is not decided:
                known = decided, _admitted(decided)
            return known[1]

        return Prepared(client_id, again)

    def _as_it_is(self, name: str) -> Guarded | None:
        api = self._gate.api(name)
        if api is None or len(self._known) >= _MOST_KNOWN:
            self._known.pop(name, None)
        else:
            self._known[name] = api
        return api

    async def _decided(self, scope: Scope, api: Guarded, shown: Presented) -> Admitted | Denial | None:
        """Find out who it is, and decide; a refusal that the secret is not to blame for is noted here."""
        source, client_id = self._sources.of(scope), shown.client_id
        claims, owned = None, True
        if shown.kind is Security.PAIR:
            try:
                client_id = (await self._by_secret(api, shown, source)).client_id
            except LogonRefused as refused:
                denial = refused.denial or Denial.WRONG_SECRET
                _note(scope, None if denial is Denial.UNKNOWN_CLIENT_ID else as_stored(client_id), denial)
                return denial
        elif shown.kind is Security.BEARER:
            claims = self._tokens.read(shown.value)
            if claims is None:
                _note(scope, None, Denial.INVALID_TOKEN)
                return Denial.INVALID_TOKEN
            client_id, owned = claims.client_id, self._certificates.prove(claims, scope)
        decided = self._gate.decide(api, client_id, claims, owned=owned)
        if isinstance(decided, Denial):
            _note(scope, None if decided is Denial.UNKNOWN_CLIENT_ID else client_id, decided)
            if shown.kind is Security.CLIENT_ID and self._gate.is_veiled(api, decided):
                await self._pool.run(self._gate.keep_pace, stranger=True)
            self._gate.refuse(api, client_id, decided, source)
        return decided

    async def _by_secret(self, api: Guarded, shown: Presented, source: str | None) -> Authenticated:
        proof = self._proofs.of(shown.client_id, shown.value, api.api_scope, source)
        client = self._proofs.client(proof) if proof else None
        return client or await self._pool.by_secret(shown.client_id, shown.value, api.api_scope, source, api.name)


def _name(scope: Scope) -> str:
    name: str = scope["path"][len(PREFIX) :]
    return name


def _presented(scope: Scope, api: Guarded) -> Presented | Denial:
    query = original_query(scope["headers"], scope["query_string"])
    return Denial.UNCLEAR if query is None else presented(api.takes, scope["headers"], query)


def _admitted(who: Admitted) -> Answer:
    return empty(200, (b"x-client-id", who.client_id.encode()), (b"x-scope", who.scope.encode()))


def _denied(api: Guarded, denial: Denial) -> Answer:
    return _shown(api.profile, denial, api.name, api.scopes)


@lru_cache(1000)
def _shown(profile: Profile, denial: Denial, realm: str, scopes: tuple[str, ...]) -> Answer:
    shown = response(profile, denial).filled(realm, scopes)
    challenge = [] if shown.challenge is None else [(b"www-authenticate", shown.challenge.encode())]
    return _told(shown.status, shown.body.encode(), *challenge)


def _told(status: int, body: bytes, *more: Header) -> Answer:
    if not body:
        return empty(status, *more)
    length = (b"content-length", b"%d" % len(body))
    return Answer(status, [JSON, NO_STORE, length, (b"x-denial", body), *more], body)


def _note(scope: Scope, client_id: str | None, why: Denial | None) -> None:
    """Tell the request log, and nobody else."""
    notes = scope.get(NOTES)
    if notes is not None:
        notes.update(client_id=client_id, why=None if why is None else str(why))
