"""What must be true at this moment for a credential or a token to count: one fixed statement for each question."""

from sqlalchemy import Executable, bindparam, exists, select
from sqlmodel import col

from store.tables import Application, ClientSecret, RevokedToken

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

OF_TOKEN: Executable = (
    select(
        col(Application.enabled),
        col(ClientSecret.revoked_reason),
        exists().where(col(RevokedToken.jti) == bindparam("jti")).label("token_revoked"),
    )
    .join(Application, col(Application.id) == col(ClientSecret.application_id))
    .where(col(ClientSecret.id) == bindparam("secret_id"))
)
"""What a token stands on: parameters `jti`, and `secret_id`, the secret that obtained it."""
