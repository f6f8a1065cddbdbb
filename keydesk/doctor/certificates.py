"""The certificates: whether each is still the one that was given, by its thumbprint."""

import hashlib
import ssl
from itertools import islice

from sqlmodel import col, select

from core.services import Services
from keydesk.doctor.finding import Finding, ok, problem
from store.tables import Certificate

_NAMED = 5
"""Certificates that the finding names; there may be more."""


def examine_certificates(services: Services) -> Finding:
    """Look at every certificate that is stored, and at what it is known by."""
    with services.desk.database.read() as session:
        stored = session.exec(
            select(Certificate.id, Certificate.thumbprint, Certificate.pem).order_by(col(Certificate.id))
        )
        found = list(islice((row for row, thumbprint, pem in stored if not _holds(thumbprint, pem)), _NAMED))
    if not found:
        return ok("certificates", "every certificate is the one that its thumbprint names")
    what = f"these certificates are not what their thumbprints say: {', '.join(found)}"
    return problem("certificates", what, "Somebody changed the database by hand; delete them, and add the right ones.")


def _holds(thumbprint: str, pem: str) -> bool:
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == thumbprint
    except (TypeError, ValueError):  # what stands there is no PEM, or no text at all
        return False
