"""From rows to views: the one place where what is stored becomes what is shown."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from core.rules.clocks import Clocks, Uptime
from core.rules.expiry import CredentialKind, SecretState, certificate_state, days_left, secret_state
from core.rules.key_sets import keys_in, trust_key
from core.rules.limits import SECRETS_PER_APPLICATION
from core.rules.lockout import LockCount
from core.rules.scopes import ApiScope
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationState, ApplicationView, SecretCount
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import SecretView
from core.rules.views.expiring import ExpiringView
from core.rules.views.jwt_trusts import TrustKind, TrustView
from store.tables import Application, AuditEvent, Certificate, ClientSecret, JwtTrust

_SCOPE_COLUMNS = {
    ApiScope.APPLICATION: "for_application",
    ApiScope.APPLICATION_USERS: "for_application_users",
    ApiScope.OPENID: "for_openid",
}


def application_view(row: Row[Any], clocks: Clocks) -> ApplicationView:
    """Return the view of one row of `store.queries.applications`."""
    application: Application = row.Application
    lock = lock_of(application).at(clocks)
    return ApplicationView(
        id=application.id,
        name=application.name,
        description=application.description,
        client_id=application.client_id,
        enabled=application.enabled,
        state=ApplicationState(row.state),
        locking_enabled=application.locking_enabled,
        locked_until=lock.locked_until,
        failed_logons=lock.failed_logons,
        introspects=application.introspects,
        token_lifetime=application.token_lifetime,
        scopes=tuple(application.scopes.split()),
        secrets=SecretCount(live=row.live, counted=row.counted, limit=SECRETS_PER_APPLICATION),
        next_expiry=row.next_expiry,
        last_used_at=row.last_used_at,
        created_at=application.created_at,
        certificates=row.certificates,
        trusts=row.trusts,
        position=(row.sort_key, application.name_key),
    )


def secret_view(row: ClientSecret, now: datetime) -> SecretView:
    """Return the view of a client secret as it stands at *now*, whether or not somebody has written that down."""
    state = secret_state(now, revoked_at=row.revoked_at, expires_at=row.expires_at, retires_at=row.retires_at)
    retired = state is SecretState.REVOKED and row.revoked_at is None
    return SecretView(
        id=row.id,
        hint=row.hint,
        description=row.description,
        scopes=scopes_of(row),
        state=state,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        retires_at=row.retires_at,
        replaced_by=row.replaced_by,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        use_count=row.use_count,
        revoked_at=row.retires_at if retired else row.revoked_at,
        revoked_reason="rotated" if retired else row.revoked_reason,
    )


def certificate_view(row: Certificate, now: datetime) -> CertificateView:
    """Return the view of a certificate as it stands at *now*."""
    return CertificateView(
        id=row.id,
        description=row.description,
        subject=row.subject,
        issuer=row.issuer,
        serial=row.serial,
        thumbprint=row.thumbprint,
        not_before=row.not_before,
        not_after=row.not_after,
        days_left=days_left(now, row.not_after),
        state=certificate_state(now, row.not_before, row.not_after),
        created_at=row.created_at,
        created_by=row.created_by,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        use_count=row.use_count,
    )


def trust_view(row: JwtTrust) -> TrustView:
    """Return the view of a JWT trust."""
    return TrustView(
        id=row.id,
        kind=TrustKind(row.kind),
        issuer=row.issuer,
        jwks_uri=row.jwks_uri or row.discovered_uri,
        discovered=row.jwks_uri is None,
        subject=row.subject,
        audience=row.audience,
        refresh_hours=row.refresh_hours,
        description=row.description,
        keys=tuple(map(trust_key, keys_in(row.keys))),
        fetched_at=row.fetched_at,
        failed_at=row.failed_at,
        failure=row.failure,
        created_at=row.created_at,
        created_by=row.created_by,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        use_count=row.use_count,
    )


def expiring_view(row: Row[Any], now: datetime) -> ExpiringView:
    """Return the view of one row of `store.queries.expiring`."""
    return ExpiringView(
        kind=CredentialKind(row.kind),
        id=row.id,
        application=row.name,
        application_id=row.application_id,
        client_id=row.client_id,
        enabled=row.enabled,
        hint=row.hint,
        description=row.description,
        state=secret_state(now, revoked_at=None, expires_at=row.expires_at, retires_at=row.retires_at),
        expires_at=row.ends_at,
        days_left=days_left(now, row.ends_at),
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        subject=row.subject,
        position=(row.sort_key, row.ends_at, row.id),
    )


def activity_row(event: AuditEvent) -> ActivityRow:
    """Return the view of one row of the activity; `ValueError` for one that we cannot have written."""
    if not isinstance(event.count, int):
        raise ValueError("the count of an activity row is no number")
    return ActivityRow(
        id=event.id,
        at=event.at,
        actor=event.actor,
        claimed=event.claimed,
        action=event.action,
        object=event.object,
        object_id=event.object_id,
        application_id=event.application_id,
        before=_differing(event.before),
        after=_differing(event.after),
        reason=event.reason,
        source=event.source,
        count=event.count,
        hash=event.hash,
    )


def _differing(text: str | None) -> dict[str, Any] | None:
    """Return what *before* or *after* holds."""
    if not text:
        return None
    try:
        values = json.loads(text)
    except RecursionError:
        raise ValueError("an activity row is nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError("an activity row holds no attributes")
    return values


def lock_of(row: Application | Row[Any]) -> LockCount:
    """Return the stored lock of a client ID, from an application or a look at one."""
    measured = None
    # An end that plain SQL has set is measured by nothing.
    if row.lock_boot and isinstance(row.lock_boot_end, int) and row.lock_boot_until == row.locked_until:
        measured = Uptime(row.lock_boot, row.lock_boot_end)
    return LockCount(row.failed_logons, row.locked_until, measured)


def lock_columns(lock: LockCount) -> dict[str, Any]:
    """Return the column values that stand for *lock*."""
    return {
        "failed_logons": lock.failed_logons,
        "locked_until": lock.locked_until,
        "lock_boot": lock.measured.boot if lock.measured else None,
        "lock_boot_end": lock.measured.passed if lock.measured else None,
        "lock_boot_until": lock.locked_until if lock.measured else None,
    }


def scopes_of(row: ClientSecret | Row[Any]) -> frozenset[ApiScope]:
    """Return the API scopes that a secret, or a look at one, opens."""
    return frozenset(scope for scope, column in _SCOPE_COLUMNS.items() if getattr(row, column))


def scope_columns(scopes: frozenset[ApiScope]) -> dict[str, Any]:
    """Return the column values that stand for *scopes*."""
    return {column: scope in scopes for scope, column in _SCOPE_COLUMNS.items()}
