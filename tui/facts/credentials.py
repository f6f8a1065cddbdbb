"""Everything that is known of a certificate or a JWT trust, by the names that people read."""

from datetime import datetime

from core.rules.views.certificates import CertificateView
from core.rules.views.jwt_trusts import TrustKey, TrustView
from tui.drawing.moments import ago, days, stamp

Facts = list[tuple[str, str]]


def certificate_facts(row: CertificateView, now: datetime) -> Facts:
    """Return all but the thumbprint, which wants a line of its own."""
    return [
        ("Description", row.description or "–"),
        ("State", row.state.capitalize()),
        ("Subject", row.subject),
        ("Issuer", "itself (self-signed)" if row.issuer == row.subject else row.issuer),
        ("Valid from", stamp(row.not_before)),
        ("Valid to", f"{stamp(row.not_after)} · {_left(row, now)}"),
        ("Last used", used(row.last_used_at, row.last_used_from, now)),
        ("Uses", f"{row.use_count:,}"),
        ("Added", f"{stamp(row.created_at)} by {row.created_by}"),
        ("Serial", row.serial),
    ]


def trust_facts(row: TrustView, now: datetime) -> Facts:
    """Return everything, the keys that were found last of all."""
    issuer = [("Issuer", row.issuer)] if row.issuer else [("Issuer", "the client ID")]
    found = "not found yet" if row.jwks_uri is None else f"{row.jwks_uri} (by the issuer's metadata)"
    uri = found if row.discovered else row.jwks_uri or "–"
    return [
        ("Description", row.description or "–"),
        *issuer,
        ("Subject", row.subject or "the client ID"),
        *([("Audience", row.audience or "our own issuer")] if row.issuer else []),
        ("JWKS URI", uri),
        ("Refresh", f"every {row.refresh_hours} hours"),
        ("Fetched", f"{stamp(row.fetched_at)} · {ago(now, row.fetched_at)}" if row.fetched_at else "never"),
        *([("Last fetch", last_failure(row, now))] if row.failure else []),
        ("Last used", used(row.last_used_at, row.last_used_from, now)),
        ("Uses", f"{row.use_count:,}"),
        ("Added", f"{stamp(row.created_at)} by {row.created_by}"),
        *(_key(number, key) for number, key in enumerate(row.keys, 1)),
        *([] if row.keys else [("Keys", "none: no JWT is accepted")]),
    ]


def last_failure(row: TrustView, now: datetime) -> str:
    """Return when the last fetch failed and why; nothing where it was good."""
    return f"Failed {ago(now, row.failed_at)}: {row.failure}" if row.failure else ""


def _key(number: int, key: TrustKey) -> tuple[str, str]:
    kind = f"{key.kty} {key.alg}" if key.alg else key.kty
    return f"Key {number}", f"{kind} · kid {key.kid}" if key.kid is not None else f"{kind} · {key.thumbprint}"


def used(at: datetime | None, source: str | None, now: datetime) -> str:
    """Return when something was last used, and from where."""
    if at is None:
        return "never used"
    return f"{ago(now, at)} from {source}" if source else ago(now, at)


def _left(row: CertificateView, now: datetime) -> str:
    return ago(now, row.not_after) if row.not_after <= now else f"{days(row.days_left)} left"
