"""JWT trusts: add, list, edit, fetch now, delete. Whose JWTs authenticate an application (RFC 7523)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from core.activity.audit import About, differences, record, stated
from core.applications.applications import held
from core.credentials import free_place, held_credential, own
from core.desk import Desk
from core.jwt_trusts.sole import refuse_subject_of_another, refuse_twin
from core.jwt_trusts.trusted_keys import TrustedKeys
from core.present import trust_view
from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.key_sets import keys_in, thumbprint
from core.rules.limits import TRUSTS_PER_KIND
from core.rules.requests.fields import given
from core.rules.requests.jwt_trusts import NewTrust, TrustChanges, check_trust
from core.rules.views.jwt_trusts import TrustKind, TrustView
from store.tables import Application, JwtTrust

_SHORTEST_BEGINNING = 8
_BY = {TrustKind.ISSUER: "by issuer", TrustKind.JWKS_URI: "by JWKS URI"}


class JwtTrusts:
    """What an operator does with the JWT trusts of an application."""

    def __init__(self, desk: Desk, keys: TrustedKeys) -> None:
        self._desk = desk
        self._keys = keys

    def add(self, application_id: str, asked: NewTrust) -> TrustView:
        """Make a trust and fetch its keys once; where that fails the trust is there all the same, and says why.

        Raises `LimitReached` at 20 of its kind, `Refusal` for one that stands already. It takes a fetch's time.
        """
        with self._desk.database.transaction() as session:
            owner = held(session, self._desk, application_id)
            kind = TrustKind.ISSUER if asked.issuer else TrustKind.JWKS_URI
            row = self._row(asked, owner, kind, _free_slot(session, owner, kind))
            refuse_twin(session, owner, row)
            refuse_subject_of_another(session, row)
            session.add(row)
            session.flush()
            record(session, self._desk, "jwt_trust.added", About.trust(row, owner), after=stated(_settings(row)))
        self._keys.fetch(row.id)
        return self._view(application_id, row.id)

    def list(self, application_id: str) -> tuple[TrustView, ...]:
        """Return the trusts of an application, newest first."""
        with self._desk.database.read() as session:
            return tuple(map(trust_view, rows_of(session, application_id)))

    def resolve(self, application_id: str, text: str) -> TrustView:
        """Return the trust of this application that *text* names: its id, or a beginning of it that no other has."""
        named = text.strip().lower()
        found = [view for view in self.list(application_id) if view.id.startswith(named)]
        if len(found) != 1 or len(named) < _SHORTEST_BEGINNING:
            raise NotFound("This application has no JWT trust with this id; see: keydesk jwt-trust list.")
        return found[0]

    def edit(self, application_id: str, trust_id: str, changes: TrustChanges) -> TrustView:
        """Change a trust; its kind stays. With another issuer or JWKS URI the keys are gone, and fetched once."""
        with self._desk.database.transaction() as session:
            owner, row = held_credential(session, self._desk, JwtTrust, application_id, trust_id)
            old = _settings(row)
            _refuse_another_kind(row, changes)
            for name, value in given(changes).items():
                setattr(row, name, value)
            check_trust(row.issuer, row.jwks_uri, row.subject, row.audience)
            before, after = differences(old, _settings(row))
            elsewhere = not {"issuer", "jwks_uri"}.isdisjoint(after)
            if elsewhere or not {"subject", "audience"}.isdisjoint(after):
                refuse_twin(session, owner, row)
            if not {"issuer", "subject"}.isdisjoint(after):
                refuse_subject_of_another(session, row)
            if elsewhere:
                row.keys = row.fetched_at = row.failure = row.failed_at = row.discovered_uri = row.attempted_at = None
            if after:
                record(session, self._desk, "jwt_trust.edited", About.trust(row, owner), before=before, after=after)
        if elsewhere:
            self._keys.fetch(trust_id)
        return self._view(application_id, trust_id)

    def fetch(self, application_id: str, trust_id: str) -> TrustView:
        """Fetch the keys now, whatever is due; the view's `failure` says what went wrong.

        Other keys than before are a row of the activity: this once it was an operator who let them in.
        """
        self._view(application_id, trust_id)

        def told(session: Session, owner: Application, row: JwtTrust, before: str | None) -> None:
            was, now_has = ({"keys": [thumbprint(jwk) for jwk in keys_in(text)]} for text in (before, row.keys))
            record(session, self._desk, "jwt_trust.fetched", About.trust(row, owner), before=was, after=now_has)

        self._keys.fetch(trust_id, told)
        return self._view(application_id, trust_id)

    def delete(self, application_id: str, trust_id: str) -> None:
        """Delete a trust at once and for good; its place under the limit is free again."""
        with self._desk.database.transaction() as session:
            owner, row = held_credential(session, self._desk, JwtTrust, application_id, trust_id)
            before = stated(_settings(row) | {"jwks_uri": row.jwks_uri or row.discovered_uri})
            record(session, self._desk, "jwt_trust.deleted", About.trust(row, owner), before=before)
            session.delete(row)

    def _row(self, asked: NewTrust, owner: Application, kind: TrustKind, slot: int) -> JwtTrust:
        return JwtTrust(
            id=self._desk.new_id(),
            application_id=owner.id,
            slot=slot,
            kind=kind,
            issuer=asked.issuer,
            jwks_uri=asked.jwks_uri,
            subject=asked.subject,
            audience=asked.audience,
            refresh_hours=asked.refresh_hours,
            description=asked.description,
            created_at=self._desk.now(),
            created_by=str(self._desk.operator),
        )

    def _view(self, application_id: str, trust_id: str) -> TrustView:
        with self._desk.database.read() as session:
            return trust_view(own(session, JwtTrust, application_id, trust_id))


def rows_of(session: Session, application_id: str) -> Sequence[JwtTrust]:
    """Return the trusts of an application, newest first."""
    order = (col(JwtTrust.created_at).desc(), JwtTrust.id)
    return session.exec(select(JwtTrust).where(JwtTrust.application_id == application_id).order_by(*order)).all()


def _free_slot(session: Session, owner: Application, kind: TrustKind) -> int:
    statement = select(JwtTrust.slot).where(JwtTrust.application_id == owner.id, JwtTrust.kind == kind)
    slot = free_place(session.exec(statement).all(), TRUSTS_PER_KIND)
    if slot is not None:
        return slot
    full = f"{TRUSTS_PER_KIND} of {TRUSTS_PER_KIND} JWT trusts {_BY[kind]}"
    raise LimitReached(f"“{owner.name}” has {full}: delete one first.")


def _refuse_another_kind(row: JwtTrust, changes: TrustChanges) -> None:
    asked = given(changes)
    if row.kind == TrustKind.JWKS_URI and asked.get("issuer"):
        raise Refusal("This trust is by JWKS URI alone; for an issuer, add another.", field="issuer")
    if row.kind == TrustKind.JWKS_URI and "jwks_uri" in asked and asked["jwks_uri"] is None:
        raise Refusal("This trust is by JWKS URI alone, so it needs one.", field="jwks_uri")


def _settings(row: JwtTrust) -> dict[str, object]:
    """Return what an operator can set, by its names in the interface."""
    return {
        "issuer": row.issuer,
        "jwks_uri": row.jwks_uri,
        "subject": row.subject,
        "audience": row.audience,
        "refresh_hours": row.refresh_hours,
        "description": row.description,
    }
