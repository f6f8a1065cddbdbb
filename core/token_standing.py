"""What a token stands on: its application, the credential that obtained it, and that nobody has ended the token."""

from core.rules.claims import credential_of
from core.rules.denials import Denial
from store.database import Database
from store.queries.standing import OF_TOKEN


def token_objection(database: Database, jti: str) -> Denial | None:
    """Return why the token of this name counts no more, its time aside; None where it does."""
    credential = credential_of(jti)
    if credential is None:
        return Denial.INVALID_TOKEN
    basis, credential_id = credential
    found = database.look(OF_TOKEN[basis], jti=jti, credential_id=credential_id)
    if found is None or found.token_revoked or found.revoked_reason == "revoked":
        return Denial.TOKEN_REVOKED
    return None if found.enabled else Denial.DISABLED
