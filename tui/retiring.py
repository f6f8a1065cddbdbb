"""What is said of a secret that retires: who still uses it, and what replaces it."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.expiry import SecretState
from core.rules.views import SecretView
from tui.moments import ago


def last_use(secret: SecretView, twin: SecretView | None, now: datetime) -> str:
    """Return whether a retiring secret was used since its twin is there, and when and from where."""
    if secret.last_used_at is None:
        return "never used"
    if not is_still_used(secret, twin):
        return "not used since it was rotated"
    source = f" from {secret.last_used_from}" if secret.last_used_from else ""
    return f"still used {ago(now, secret.last_used_at)}{source}"


def is_still_used(secret: SecretView, twin: SecretView | None) -> bool:
    """Tell whether somebody has used a retiring secret after its twin was made."""
    return secret.last_used_at is not None and (twin is None or secret.last_used_at >= twin.created_at)


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
    return min(retiring, key=lambda secret: str(secret.retires_at), default=None)
