"""A JWT trust stands once, and an issuer's word about a subject means one application.

An assertion need not name its client: where two applications trust the same issuer about the same subject, nobody
could tell which one is meant, and it would be refused for both.
"""

from sqlmodel import Session, col, select

from core.rules.errors import Refusal
from core.rules.text import shown
from store.tables import Application, JwtTrust

_SAME = ("issuer", "jwks_uri", "subject", "audience")


def refuse_twin(session: Session, owner: Application, row: JwtTrust) -> None:
    """Refuse a trust that its application has already."""
    alike = (col(getattr(JwtTrust, name)).is_not_distinct_from(getattr(row, name)) for name in _SAME)
    others = select(JwtTrust.id).where(JwtTrust.application_id == owner.id, JwtTrust.id != row.id, *alike)
    found = session.exec(others).first()
    if found is not None:
        field = "issuer" if row.issuer else "jwks_uri"
        raise Refusal(f"“{shown(owner.name)}” has this JWT trust already: {found}.", field=field)


def refuse_subject_of_another(session: Session, row: JwtTrust) -> None:
    """Refuse an issuer's word about a subject that means another application."""
    others = (
        select(Application.name)
        .join(JwtTrust, col(JwtTrust.application_id) == col(Application.id))
        .where(JwtTrust.issuer == row.issuer, JwtTrust.subject == row.subject)
        .where(JwtTrust.application_id != row.application_id)
    )
    name = session.exec(others).first() if row.issuer else None
    if name is not None:
        raise Refusal(
            f"“{shown(name)}” trusts this issuer about this subject already, and a JWT means one application: "
            "give another subject, or delete that trust.",
            field="subject",
        )
