"""What must be true at this moment for a credential or a token to count: one fixed statement for each question."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Executable, String, bindparam, exists, func, literal_column, null, or_, select
from sqlmodel import col

from core.rules.methods import Basis
from store.tables import Application, Certificate, ClientSecret, DeletedCertificate, JwtTrust, RevokedToken

OF_SECRET: Executable = (
    select(
        col(ClientSecret.revoked_at),
        col(ClientSecret.expires_at),
        col(ClientSecret.retires_at),
        col(ClientSecret.last_used_at),
        col(ClientSecret.for_application),
        col(ClientSecret.for_application_users),
        col(ClientSecret.for_openid),
        col(Application.id).label("application_id"),
        col(Application.client_id),
        col(Application.enabled),
        col(Application.failed_logons),
        col(Application.locked_until),
        col(Application.scopes),
        col(Application.token_lifetime),
        col(Application.introspects),
    )
    .join(Application, col(Application.id) == col(ClientSecret.application_id))
    .where(col(ClientSecret.id) == bindparam("secret_id"))
)
"""A secret and its application; parameter `secret_id`."""

OF_CLIENT: Executable = select(
    col(Application.enabled),
    col(Application.failed_logons),
    col(Application.locked_until),
    col(Application.lock_boot),
    col(Application.lock_boot_end),
    col(Application.lock_boot_until),
).where(col(Application.client_id) == bindparam("client_id"))
"""An application by its client ID; parameter `client_id`."""


def _of_token(
    table: type[ClientSecret | Certificate | JwtTrust],
    revoked_reason: ColumnElement[Any],
    *ended: ColumnElement[bool],
) -> Executable:
    token_revoked = exists().where(col(RevokedToken.jti) == bindparam("jti"))
    return (
        select(
            col(Application.enabled),
            revoked_reason.label("revoked_reason"),
            or_(token_revoked, *ended).label("token_revoked"),
        )
        .select_from(table)
        .join(Application, col(Application.id) == col(table.application_id))
        .where(col(table.id) == bindparam("credential_id"))
    )


_BOUND_TO_A_DELETED_ONE = exists().where(
    col(DeletedCertificate.application_id) == col(Application.id),
    col(DeletedCertificate.thumbprint) == bindparam("thumbprint"),
)
OF_TOKEN: Mapping[Basis, Executable] = {
    Basis.SECRET: _of_token(ClientSecret, literal_column("client_secrets.revoked_reason")),
    Basis.CERTIFICATE: _of_token(Certificate, null(), _BOUND_TO_A_DELETED_ONE),
    Basis.TRUST: _of_token(JwtTrust, null()),
}
"""What a token stands on, by what obtained it: parameters `jti`, and `credential_id`, which is no more once deleted.

`thumbprint`, in hexadecimal digits, is that of the certificate to which a token is bound: it may be another one than
that whose subject has let it in.
"""

_for_audience = func.coalesce(col(JwtTrust.audience), bindparam("default", type_=String))
_of_client = bindparam("client_id", type_=String)
OF_SUBJECT: Executable = (
    select(col(Application.client_id))
    .join(JwtTrust, col(JwtTrust.application_id) == col(Application.id))
    .where(col(JwtTrust.issuer) == bindparam("issuer"), col(JwtTrust.subject) == bindparam("subject"))
    .where(_for_audience == bindparam("audience"))
    .where(col(Application.enabled), or_(_of_client.is_(None), col(Application.client_id) == _of_client))
)
"""An application that takes an issuer's word about a subject for an audience, and is enabled.

Parameters `issuer`, `subject` and `audience`; `default`, which is the audience of a trust without its own; and
`client_id`, of the one that is asked about, or None.
"""
