"""What must be true at this moment for a credential or a token to count: one fixed statement for each question."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, exists, literal_column, null, select
from sqlmodel import col

from core.rules.methods import Basis
from store.tables import Application, Certificate, ClientSecret, JwtTrust, RevokedToken

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


def _of_token(table: type[ClientSecret | Certificate | JwtTrust], revoked_reason: ColumnElement[Any]) -> Executable:
    return (
        select(
            col(Application.enabled),
            revoked_reason.label("revoked_reason"),
            exists().where(col(RevokedToken.jti) == bindparam("jti")).label("token_revoked"),
        )
        .select_from(table)
        .join(Application, col(Application.id) == col(table.application_id))
        .where(col(table.id) == bindparam("credential_id"))
    )


OF_TOKEN: Mapping[Basis, Executable] = {
    Basis.SECRET: _of_token(ClientSecret, literal_column("client_secrets.revoked_reason")),
    Basis.CERTIFICATE: _of_token(Certificate, null()),
    Basis.TRUST: _of_token(JwtTrust, null()),
}
"""What a token stands on, by what obtained it: parameters `jti`, and `credential_id`, which is no more once deleted."""

OF_SUBJECT: Executable = select(col(JwtTrust.id)).where(
    col(JwtTrust.issuer) == bindparam("issuer"), col(JwtTrust.subject) == bindparam("subject")
)
"""A JWT trust by whose word about whom it takes: parameters `issuer` and `subject`."""
