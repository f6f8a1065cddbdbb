"""What revoking a secret will stop and leave: the facts that stand in the question."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.rules.expiry import SecretState
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import SecretView
from core.rules.views.jwt_trusts import TrustView
from tui.drawing.moments import ago
from tui.facts.credentials import used
from tui.facts.retiring import twin_of

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


def what_stops_with_certificate(
    application: ApplicationView, row: CertificateView, every: Sequence[CertificateView], now: datetime
) -> list[str]:
    """Return the facts about a certificate among *every* one of the application's."""
    others = [other for other in every if other.id != row.id and other.state.works]
    beside = {"live client secret": application.secrets.live, "JWT trust": application.trusts}
    namesakes = any(row.issuer != row.subject == other.subject != other.issuer for other in others)
    by_subject = "Another one with its subject remains: where [mtls] ca has issued both, that lets this one in, too."
    facts = _what_stops(application, row, row.state.works, _remains("certificate", len(others), beside), now)
    return [*facts, by_subject] if namesakes else facts


def what_stops_with_trust(
    application: ApplicationView, row: TrustView, every: Sequence[TrustView], now: datetime
) -> list[str]:
    """Return the facts about a JWT trust among *every* one of the application's."""
    others = sum(bool(other.keys) for other in every if other.id != row.id)
    beside = {"live client secret": application.secrets.live, "certificate": application.certificates}
    return _what_stops(application, row, bool(row.keys), _remains("JWT trust", others, beside), now)


def _what_stops(
    application: ApplicationView, row: CertificateView | TrustView, works: bool, remains: str, now: datetime
) -> list[str]:
    ends = (
        f"It stops working for {application.name} at once, and for good."
        if works
        else "It does not work as it is; it will be gone for good."
    )
    last = f"Last used {used(row.last_used_at, row.last_used_from, now)}." if row.last_used_at else "Never used."
    return [f"{ends} Tokens that it obtained become inactive at once.", last, remains]


def _remains(noun: str, others: int, beside: Mapping[str, int]) -> str:
    """Return what the application still authenticates by: *others* of this kind that work, and other kinds *beside*."""
    others_said = {0: f"No other {noun} remains that works", 1: f"One other {noun} remains that works"}
    said = others_said.get(others, f"{others} other {noun}s remain that work")
    there = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in beside.items() if count]
    if there:
        known = "" if all(kind.startswith("live") for kind, count in beside.items() if count) else ", working or not"
        return f"{said}; of other kinds: {' and '.join(there)}{known}."
    return f"{said}; there is no {' and no '.join(beside)}{'' if others else ': nothing else authenticates it'}."
