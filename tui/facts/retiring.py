"""What is said of a secret that retires: who still uses it, and what replaces it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.rules.expiry import SecretState
from core.rules.views.client_secrets import SecretView
from tui.drawing.moments import ago

_NOT_SINCE = "not used since it was rotated"
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def last_use(secret: SecretView, twin: SecretView | None, now: datetime) -> str:
    """Return whether a retiring secret was used since its twin is there, and when and from where.

    Where its twin is not known only the last use is told.
    """
    if secret.last_used_at is None:
        return "never used"
    source = f" from {secret.last_used_from}" if secret.last_used_from else ""
    if twin is None:  # who does not know since when there is one promises nothing
        return f"last used {ago(now, secret.last_used_at)}{source}"
    return f"still used {ago(now, secret.last_used_at)}{source}" if is_still_used(secret, twin) else _NOT_SINCE


def is_still_used(secret: SecretView, twin: SecretView | None) -> bool:
    """Tell whether somebody has used a retiring secret after its twin was made."""
    return secret.last_used_at is not None and twin is not None and secret.last_used_at >= twin.created_at


def twin_of(secret: SecretView, secrets: Sequence[SecretView]) -> SecretView | None:
    """Return the secret among *secrets* that replaces this one."""
    return next((other for other in secrets if other.id == secret.replaced_by), None)


def foremost(secrets: Sequence[SecretView], chosen: SecretView | None) -> SecretView | None:
    """Return the retiring secret that *chosen* is or replaces, or else the one that ends first."""
    retiring = [secret for secret in secrets if secret.state is SecretState.RETIRING]
    if chosen is not None:
        for secret in retiring:
            if chosen.id in (secret.id, secret.replaced_by):
                return secret
    return min(retiring, key=lambda secret: secret.retires_at or _END_OF_TIME, default=None)
