"""The JSON of the interface (INTERFACE.md section 2): each object's keys, and how it is written.

Lists are bare arrays, states are lower-case, what is absent is null, times are ISO 8601 in UTC to the second.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from core.rules.scopes import ApiScope
from core.rules.views.activity import ActivityRow, ChainReport
from core.rules.views.applications import ApplicationView
from core.rules.views.authorization_server import SigningKeyView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import IssuedSecret, SecretView, Verification
from core.rules.views.expiring import ExpiringView
from core.rules.views.jwt_trusts import TrustView
from core.rules.views.locks import LockView
from keydesk.streams import write

Shape = dict[str, Any]


def write_document(value: Any) -> None:
    """Write one JSON document."""
    write(f"{as_json(value, indent=2)}\n")


def write_array(values: Iterable[Any]) -> None:
    """Write one JSON array, an element a line, without ever holding more than one of them."""
    separator = "[\n"
    for value in values:
        write(f"{separator}{as_json(value)}")
        separator = ",\n"
    write("[]\n" if separator == "[\n" else "\n]\n")


def as_json(value: Any, indent: int | None = None) -> str:
    """Return the JSON of *value* in printable ASCII, so that no terminal obeys what was stored."""
    # DEL is the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=True, indent=indent).replace("\x7f", "\\u007f")


def moment(at: datetime | None) -> str | None:
    """Return a moment as `2026-05-02T12:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def application_shape(view: ApplicationView) -> Shape:
    """Return the object *application*."""
    return {
        "id": view.id,
        "name": view.name,
        "description": view.description,
        "client_id": view.client_id,
        "enabled": view.enabled,
        "state": view.state,
        "locking_enabled": view.locking_enabled,
        "locked_until": moment(view.locked_until),
        "failed_logons": view.failed_logons,
        "introspects": view.introspects,
        "token_lifetime": view.token_lifetime,
        "scopes": list(view.scopes),
        "secrets": {"live": view.secrets.live, "counted": view.secrets.counted, "limit": view.secrets.limit},
        "next_expiry": moment(view.next_expiry),
        "last_used_at": moment(view.last_used_at),
        "created_at": moment(view.created_at),
    }


def secret_shape(view: SecretView) -> Shape:
    """Return the object *secret*, which has no value any more."""
    return {
        "id": view.id,
        "hint": view.hint,
        "description": view.description,
        "scopes": scope_words(view.scopes),
        "state": view.state,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "expires_at": moment(view.expires_at),
        "retires_at": moment(view.retires_at),
        "replaced_by": view.replaced_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
        "revoked_at": moment(view.revoked_at),
        "revoked_reason": view.revoked_reason,
    }


def issued_shape(issued: IssuedSecret) -> Shape:
    """Return the object *secret* with its value: the answer to *add* alone."""
    return {**secret_shape(issued.secret), "client_id": issued.client_id, "client_secret": issued.value}


def verification_shape(found: Verification) -> Shape:
    """Return the object of *secret verify* and *find*."""
    return {
        "matches": found.matches,
        "works": found.works,
        "state": found.state,
        "hint": found.hint,
        "scopes": scope_words(found.scopes) if found.matches else None,
        "application": found.application,
        "client_id": found.client_id,
        "reason": found.reason,
    }


def lock_shape(view: LockView) -> Shape:
    """Return the object of *lock show*."""
    failures = [
        {"at": moment(failure.at), "reason": failure.reason, "source": failure.source, "count": failure.count}
        for failure in view.failures
    ]
    return {
        "locked": view.locked,
        "locked_until": moment(view.locked_until),
        "failed_logons": view.failed_logons,
        "limit": view.limit,
        "failures": failures,
    }


def certificate_shape(view: CertificateView) -> Shape:
    """Return the object *certificate*."""
    return {
        "id": view.id,
        "description": view.description,
        "subject": view.subject,
        "issuer": view.issuer,
        "serial": view.serial,
        "thumbprint": view.thumbprint,
        "not_before": moment(view.not_before),
        "not_after": moment(view.not_after),
        "days_left": view.days_left,
        "state": view.state,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
    }


def expiring_shape(view: ExpiringView) -> Shape:
    """Return the object *expiring row*; `application` is its name."""
    return {
        "application": view.application,
        "kind": view.kind,
        "id": view.id,
        "hint": view.hint,
        "expires_at": moment(view.expires_at),
        "days_left": view.days_left,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "description": view.description,
        "state": view.state,
        "application_id": view.application_id,
        "client_id": view.client_id,
        "subject": view.subject,
    }


def activity_shape(row: ActivityRow) -> Shape:
    """Return the object *activity row*."""
    return {
        "id": row.id,
        "at": moment(row.at),
        "actor": row.actor,
        "claimed": row.claimed,
        "action": row.action,
        "object": row.object,
        "object_id": row.object_id,
        "application_id": row.application_id,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "source": row.source,
        "count": row.count,
        "hash": row.hash,
    }


def chain_shape(report: ChainReport) -> Shape:
    """Return the object of *activity verify*."""
    return {"ok": report.ok, "rows": report.rows, "head": report.head, "first_bad_id": report.first_bad_id}


def signing_key_shape(view: SigningKeyView) -> Shape:
    """Return the object of *keys*."""
    return {
        "kid": view.kid,
        "algorithm": view.algorithm,
        "state": view.state,
        "created_at": moment(view.created_at),
        "published_until": moment(view.published_until),
    }


def trust_shape(view: TrustView) -> Shape:
    """Return the object of *jwt-trust*."""
    return {
        "id": view.id,
        "kind": view.kind,
        "issuer": view.issuer,
        "jwks_uri": view.jwks_uri,
        "discovered": view.discovered,
        "subject": view.subject,
        "audience": view.audience,
        "refresh_hours": view.refresh_hours,
        "description": view.description,
        "keys": [{"kid": key.kid, "kty": key.kty, "alg": key.alg, "thumbprint": key.thumbprint} for key in view.keys],
        "fetched_at": moment(view.fetched_at),
        "failed_at": moment(view.failed_at),
        "failure": view.failure,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
    }


def scope_words(scopes: frozenset[ApiScope]) -> list[str]:
    """Return API scopes in the order of the form."""
    return [scope.value for scope in ApiScope if scope in scopes]
