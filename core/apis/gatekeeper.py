"""May this call pass? One decision for every protected API, by what the database says when it is asked.

Who the caller is was proved before: a secret in `core.authentication`, a token by its signature. Here it is decided
what that is good for at one API. A refused call of a known application is a row of the activity.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.apis.callers import Caller, Callers
from core.apis.guarded import Guarded
from core.apis.refused_calls import RefusedCalls
from core.apis.why import Why
from core.authentication.authentication import ClientAuthentication
from core.authentication.proofs import Proof, Standing, as_stored
from core.desk import Desk
from core.rules import limits
from core.rules.claims import Claims
from core.rules.denials import Denial, Verdict
from core.rules.profiles import response
from core.tokens.standing import token_objection
from store.queries.calls import OF_API, OF_CALLER


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may pass: what the upstream is told, and by which rows it is counted."""

    client_id: str
    scope: str
    """The OAuth scopes of the token, with a space between; empty without a token, and where it has none."""
    caller: Caller


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things are for one caller of one API, until something is committed."""

    api: Guarded | None
    caller: Any
    token: Denial | None
    secret: Standing | None


class Gatekeeper:
    """Decides about calls. What it lets in is counted in `callers`, and what not in `refused`."""

    def __init__(self, desk: Desk, authentication: ClientAuthentication) -> None:
        self._desk = desk
        self.now = desk.now
        self._authentication = authentication
        self._why = Why(desk, self)
        self.callers = Callers(desk)
        self.refused = RefusedCalls(desk)

    def api(self, name: str) -> Guarded | None:
        """Return what is declared of the API with this name, which no name in a URL is too long for."""
        if len(name) > limits.API_NAME_LENGTH:
            return None
        return self._desk.database.fresh(("api", name), lambda: self._api(name))

    def decide(
        self, api: Guarded, client_id: str, claims: Claims | None = None, *, owned: bool = True
    ) -> Admitted | Denial | None:
        """Decide about a client that has proved what *api* wants; None where that has been changed since it was read.

        With the *claims* of its token; *owned* tells that it came with the certificate that it is bound to, if any.
        Changes nothing: see `count` and `refuse`. What it reads is said at `question`.
        """
        return self.question(api, client_id, claims, owned=owned)(self.now())

    def question(
        self,
        api: Guarded,
        client_id: str,
        claims: Claims | None = None,
        *,
        owned: bool = True,
        proof: Proof | None = None,
    ) -> Callable[[datetime], Admitted | Denial | None]:
        """Return `decide` for a call that may come again: each time it is decided by what is committed then.

        Then: at the look that it shares with what arrived together, where there is one. It reads by a statement each
        for the API, the caller, the token and the secret, which is no snapshot: what is committed between them, the
        later ones see. It is told what time it is. With the *proof* of its secret the client is authenticated as well,
        where it may pass; None where it is not.
        """
        client_id = as_stored(client_id)
        jti, secret_id = claims.jti if claims else None, proof.secret_id if proof else None
        key = ("call", api.name, client_id, jti, secret_id)
        fresh, by_standing = self._desk.database.fresh, self._authentication.proofs.by_standing
        ends = datetime.fromtimestamp(claims.exp, UTC) if claims else None
        known: _Standing | None = None
        decided: Admitted | Denial | None = None

        def look() -> _Standing:
            return self._standing(api.name, client_id, claims, secret_id)

        def asked(at: datetime) -> Admitted | Denial | None:
            nonlocal known, decided
            standing = fresh(key, look)
            if standing is not known:
                known, decided = standing, _decided(standing, api, claims, owned=owned)
            if ends is not None and ends <= at:
                return Denial.TOKEN_EXPIRED
            if proof and isinstance(decided, Admitted) and by_standing(proof, standing.secret, at) is None:
                return None
            return decided

        return asked

    def count(self, admitted: Admitted, at: datetime) -> None:
        """Note a call that was let in."""
        self.callers.note(admitted.caller, at)

    def refuse(self, api: Guarded, client_id: str, denial: Denial, source: str | None) -> None:
        """Note a refused call, if the client ID is known; `source` is the caller's address.

        What `by_secret` has refused is on record already.
        """
        if denial is not Denial.UNKNOWN_CLIENT_ID:
            self.refused.note(client_id, api.name, denial, source)

    def is_veiled(self, api: Guarded, denial: Denial) -> bool:
        """Tell whether whoever guesses client IDs must not tell this denial from that of one that is unknown."""
        return response(api.profile, denial) == response(api.profile, Denial.UNKNOWN_CLIENT_ID)

    def without_secret(self, api: Guarded, client_id: str) -> Denial:
        """Return why a client ID alone is refused where a secret is wanted: it may be unknown, if callers may know."""
        if response(api.profile, Denial.UNKNOWN_CLIENT_ID) == response(api.profile, Denial.NO_SECRET):
            return Denial.NO_SECRET
        caller = self._desk.database.look(OF_CALLER, client_id=as_stored(client_id), api_id=api.id)
        return Denial.UNKNOWN_CLIENT_ID if caller is None else Denial.NO_SECRET

    def keep_pace(self) -> None:
        """Take as long as a refused secret. Slow: it sleeps."""
        pace = self._authentication.pace
        pace.keep(pace.timer())

    def why(self, api_id: str, headers: Sequence[tuple[str, str]], query: str) -> Verdict:
        """Tell what would become of a call and why, by the same checks; counts as no logon and changes nothing.

        *headers* and *query* are the caller's own, in clear. Slow: it may verify a secret. Raises `NotFound`.
        """
        return self._why.of(api_id, headers, query)

    def why_no_token(self, client_id: str, value: str) -> str | None:
        """Tell in a sentence why the token endpoint refuses a client; None where it lets it in. Slow, as `why` is."""
        return self._why.no_token(client_id, value)

    def _api(self, name: str) -> Guarded | None:
        row = self._desk.database.look(OF_API, name=name)
        return None if row is None else Guarded.of(row)

    def _standing(self, name: str, client_id: str, claims: Claims | None, secret_id: str | None) -> _Standing:
        api = self._api(name)
        if api is None:
            return _Standing(None, None, None, None)
        database = self._desk.database
        caller = database.look(OF_CALLER, client_id=client_id, api_id=api.id)
        token = token_objection(database, claims) if claims else None
        return _Standing(api, caller, token, self._authentication.proofs.standing(secret_id) if secret_id else None)


def _decided(now: _Standing, asked: Guarded, claims: Claims | None, *, owned: bool) -> Admitted | Denial | None:
    """Decide by *now* about a call of *asked*, but for the time."""
    api = now.api
    if api is None or (api.takes, api.api_scope) != (asked.takes, asked.api_scope):
        return None
    denial = _denial(now, api, claims, owned=owned)
    if denial is not None:
        return denial
    return Admitted(now.caller.client_id, (claims.scope or "") if claims else "", (api.id, now.caller.id))


def _denial(now: _Standing, api: Guarded, claims: Claims | None, *, owned: bool) -> Denial | None:
    if not owned:
        return Denial.TOKEN_OF_ANOTHER
    if now.token is not None:
        return now.token
    if now.caller is None:
        return Denial.UNKNOWN_CLIENT_ID
    if not now.caller.enabled:
        return Denial.DISABLED
    if api.subscribed_only and not now.caller.subscribed:
        return Denial.NOT_SUBSCRIBED
    return None if claims is None or api.opens_to(claims.scope) else Denial.INSUFFICIENT_SCOPE
