"""What revoking a secret will stop and leave: the facts that stand in the question."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.expiry import SecretState
from core.rules.views import ApplicationView, CertificateView, SecretView, TrustView
from tui.credential_facts import used
from tui.moments import ago
from tui.retiring import twin_of

NONE_REMAINS = "No other live secret remains: the application can no longer authenticate by secret."


def what_stops(
    application: ApplicationView, secret: SecretView, secrets: Sequence[SecretView], now: datetime
) -> list[str]:
    """Return the facts, a sentence or two each; *secrets* are those among which its rotation can be followed."""
    source = f" from {secret.last_used_from}" if secret.last_used_from else ""
    used = f"Last used {ago(now, secret.last_used_at)}{source}." if secret.last_used_at else "Never used."
    others = application.secrets.live - secret.state.works
    remains = {
        0: NONE_REMAINS,
        1: "One other live secret remains.",
    }.get(others, f"{others} other live secrets remain.")
    return [_what_ends(application, secret), used, remains, *_what_its_rotation_means(secret, secrets)]


def _what_ends(application: ApplicationView, secret: SecretView) -> str:
    if secret.state.works:
        return f"It stops working for {application.name} at once, and for good."
    if secret.revoked_reason == "rotated":
        return "It was rotated and has ended already. Tokens that it obtained end now, too."
    return "It has ended already and stays so."


def _what_its_rotation_means(secret: SecretView, secrets: Sequence[SecretView]) -> list[str]:
    retiring = [other for other in secrets if other.state is SecretState.RETIRING]
    twin = twin_of(secret, secrets) if secret.state is SecretState.RETIRING else None
    facts = [f"{twin.hint}, which replaces it, goes on working."] if twin and twin.state.works else []
    for old in retiring:
        if old.replaced_by == secret.id:
            keep = "" if secret.replaced_by else ": to keep that one, press r there afterwards"
            facts.append(f"It replaces {old.hint}, which retires all the same{keep}.")
    return facts


def what_stops_with(
    application: ApplicationView,
    credential: CertificateView | TrustView,
    works: bool,
    others: int,
    *,
    noun: str,
    now: datetime,
) -> list[str]:
    """Return the facts about a credential that is no secret, called *noun*; *others* of its kind work, too."""
    ends = (
        f"It stops working for {application.name} at once, and for good."
        if works
        else "It does not work as it is; it will be gone for good."
    )
    when = used(credential.last_used_at, credential.last_used_from, now)
    last = "Never used." if credential.last_used_at is None else f"Last used {when}."
    remain = {0: f"No other {noun} remains that works.", 1: f"One other {noun} remains that works."}
    return [ends, last, remain.get(others, f"{others} other {noun}s remain that work.")]
