"""Why would a call be refused? The same checks as for a real one, asked by an operator: no logon, and no trace."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from core.apis.apis import found
from core.apis.guarded import Guarded
from core.authentication.objections import objection
from core.authentication.secretless import application_of
from core.desk import Desk
from core.present import lock_of
from core.rules.apis import Security
from core.rules.claims import Claims
from core.rules.denials import Denial, Verdict
from core.rules.presented import Presented, presented
from core.rules.profiles import response
from core.rules.scopes import ApiScope
from core.rules.secret_format import hint_of
from store.tables import Application, ClientSecret, Server

if TYPE_CHECKING:
    from core.apis.gatekeeper import Gatekeeper

_PASSES = 200


class Why:
    """Decides about a call without being asked by a gateway. It needs no running server."""

    def __init__(self, desk: Desk, gatekeeper: "Gatekeeper") -> None:
        self._desk = desk
        self._gatekeeper = gatekeeper

    def of(self, api_id: str, headers: Sequence[tuple[str, str]], query: str) -> Verdict:
        """See `Gatekeeper.why`."""
        with self._desk.database.read() as session:
            api = Guarded.of(found(session, api_id))
        fields = [(_bytes(name).lower(), _bytes(value)) for name, value in headers]
        shown = presented(api.takes, fields, query.encode(errors="replace"))
        denial = shown if isinstance(shown, Denial) else self._denial(api, shown)
        if denial is None:
            return Verdict(None, "The call passes.", _PASSES)
        return Verdict(denial, _sentence(api, denial), response(api.profile, denial).status)

    def no_token(self, client_id: str, value: str) -> str | None:
        """See `Gatekeeper.why_no_token`."""
        denial = self._of_secret(client_id, value, ApiScope.OPENID)
        return denial and _with(denial, ApiScope.OPENID.label if denial is Denial.NO_API_SCOPE else "")

    def _denial(self, api: Guarded, shown: Presented) -> Denial | None:
        if shown.kind is Security.BEARER:
            claims = self._claims(shown.value)
            if claims is None:
                return Denial.INVALID_TOKEN
            return self._decided(api, claims.client_id, claims)
        if shown.kind is Security.PAIR:
            if not shown.value:
                return self._gatekeeper.without_secret(api, shown.client_id)
            denial = self._of_secret(shown.client_id, shown.value, api.api_scope)
            if denial is not None:
                return denial
        return self._decided(api, shown.client_id)

    def _decided(self, api: Guarded, client_id: str, claims: Claims | None = None) -> Denial | None:
        """Decide as a server does. Whether a bound token comes with its certificate, only that one can tell."""
        decided = self._gatekeeper.decide(api, client_id, claims, owned=claims is None or claims.cnf is None)
        return decided if isinstance(decided, Denial) else None

    def _of_secret(self, client_id: str, value: str, scope: ApiScope | None) -> Denial | None:
        with self._desk.database.read() as session:
            application = application_of(session, client_id)
            if application is None:
                return Denial.UNKNOWN_CLIENT_ID
            secret = self._proved(session, application, value)
            clocks = self._desk.clocks()
            locked = lock_of(application).is_locked(clocks)
            against = objection(application, secret, scope, clocks, locked=locked)
        return against.denial if against else None

    def _proved(self, session: Session, application: Application, value: str) -> ClientSecret | None:
        """Return the application's secret that *value* is."""
        hint, own = hint_of(value), col(ClientSecret.application_id) == application.id
        row = session.exec(select(ClientSecret).where(ClientSecret.hint == hint, own)).first() if hint else None
        return row if row is not None and self._desk.hasher.verify(row.hash, value) else None

    def _claims(self, token: str) -> Claims | None:
        """Return the claims of a token that a server on this database has made."""
        from core.tokens import jws  # cryptography is for those who have a token at hand
        from core.tokens.signing_keys import SigningKeys

        verifiers = {jws.header(kid): key for kid, key in SigningKeys(self._desk, None).verifiers().items()}
        read = jws.claims_of(token, verifiers)
        if read is None:
            return None
        claims = Claims(**read)
        with self._desk.database.read() as session:
            issuers = set(session.exec(select(Server.issuer)).all())
        return claims if not issuers or claims.iss in issuers else None


def _sentence(api: Guarded, denial: Denial) -> str:
    """Return the sentence of a denial, with what the API wants where that is what was lacking."""
    if denial is Denial.INSUFFICIENT_SCOPE:
        return _with(denial, (" or " if api.any_scope else " and ").join(api.scopes))
    if denial is Denial.NO_API_SCOPE and api.api_scope is not None:
        return _with(denial, api.api_scope.label)
    return denial.sentence


def _with(denial: Denial, wanted: str) -> str:
    return f"{denial.sentence.removesuffix('.')}: {wanted}." if wanted else denial.sentence


def _bytes(text: str) -> bytes:
    """Return a field as it goes over the line."""
    return text.encode("latin-1", errors="replace")
