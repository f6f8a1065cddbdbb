"""What a token stands on: its application, the credential that obtained it, and that nobody has ended the token."""

from core.rules.claims import Claims, credential_of
from core.rules.denials import Denial
from core.rules.methods import Basis
from store.database import Database
from store.queries.standing import OF_TOKEN


def token_objection(database: Database, claims: Claims) -> Denial | None:
    """Return why the token of these claims counts no more, its time aside; None where it does."""
    credential = credential_of(claims.jti)
    if credential is None:
        return Denial.INVALID_TOKEN
    basis, credential_id = credential
    named = {"jti": claims.jti, "credential_id": credential_id}
    if basis is Basis.CERTIFICATE:
        named["thumbprint"] = claims.thumbprint_digits
    found = database.look(OF_TOKEN[basis], **named)
    if found is None or found.token_revoked or found.revoked_reason == "revoked":
        return Denial.TOKEN_REVOKED
    return None if found.enabled else Denial.DISABLED
