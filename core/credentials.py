"""What every kind of credential of an application has in common: it is one of its own, and has one of its places."""

from collections.abc import Collection
from typing import TypeVar

from sqlmodel import Session

from core.applications.applications import held
from core.desk import Desk
from core.rules.errors import NotFound
from store.tables import Application, Certificate, ClientSecret, JwtTrust

Credential = TypeVar("Credential", ClientSecret, Certificate, JwtTrust)

_GONE: dict[type, str] = {
    ClientSecret: "This client secret is no longer there.",
    Certificate: "This certificate is no longer there.",
    JwtTrust: "This JWT trust is no longer there: somebody has deleted it.",
}


def held_credential(
    session: Session, desk: Desk, table: type[Credential], application_id: str, credential_id: str
) -> tuple[Application, Credential]:
    """Return the rows of an application, held as `held` does, and of a credential of its own."""
    return held(session, desk, application_id), own(session, table, application_id, credential_id)


def own(session: Session, table: type[Credential], application_id: str, credential_id: str) -> Credential:
    """Return the row of a credential; one of another application is no more there than one that was deleted."""
    row = session.get(table, credential_id)
    if row is None or row.application_id != application_id:
        raise NotFound(_GONE[table])
    return row


def free_place(taken: Collection[int | None], most: int) -> int | None:
    """Return the first of the places from 1 to *most* that is not taken, or None."""
    return next((place for place in range(1, most + 1) if place not in taken), None)
