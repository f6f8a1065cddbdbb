"""JWT trusts as people read them."""

from collections.abc import Sequence

from core.rules.views.jwt_trusts import TrustKey, TrustView
from keydesk.commands.documents import write_document
from keydesk.commands.lists import write_list
from keydesk.commands.shapes.jwt_trusts import trust_shape
from keydesk.commands.tables import local, write_fields

_HEADINGS = (
    "ID",
    "Issuer",
    "JWKS URI",
    "Subject",
    "Keys",
    "Fetched",
    "Last failure",
    "Last used",
    "From",
    "Description",
)


def write_trusts(views: Sequence[TrustView], *, as_json: bool) -> None:
    """Write the JWT trusts of an application, for a person or as JSON."""
    count = f"{len(views)} JWT trust{'' if len(views) == 1 else 's'}."
    write_list(views, trust_shape, _HEADINGS, _row, count, as_json=as_json)


def write_trust(view: TrustView, *, as_json: bool) -> None:
    """Write one JWT trust, for a person or as JSON."""
    if as_json:
        write_document(trust_shape(view))
        return
    found = " (discovered)" if view.discovered and view.jwks_uri else ""
    write_fields(
        (
            ("ID", view.id),
            ("Issuer", view.issuer or "the client ID"),
            ("JWKS URI", view.jwks_uri and f"{view.jwks_uri}{found}"),
            ("Subject", view.subject or "the client ID"),
            ("Audience", view.audience or "the issuer of keydesk serve"),
            ("Description", view.description),
            ("Refresh", f"every {view.refresh_hours} hours"),
            ("Fetched", local(view.fetched_at) or "never"),
            ("Last failure", _failure(view)),
            *(("Key", _key(key)) for key in view.keys),
        )
    )


def outcome(view: TrustView) -> str:
    """Return in a sentence what the last fetch has left it with."""
    found = f"{len(view.keys)} key{'' if len(view.keys) == 1 else 's'}"
    if not view.failure:
        return f"It has {found}."
    kept = f"; it keeps {found}" if view.keys else ", and it has no key"
    return f"Fetching the keys failed{kept}. {view.failure}"


def _row(view: TrustView) -> tuple[str | None, ...]:
    return (
        view.id,
        view.issuer,
        view.jwks_uri,
        view.subject,
        str(len(view.keys)),
        local(view.fetched_at) or "never",
        _failure(view),
        local(view.last_used_at),
        view.last_used_from,
        view.description,
    )


def _key(key: TrustKey) -> str:
    return f"{key.kid or 'without a kid'}, {key.alg or key.kty}, thumbprint {key.thumbprint}"


def _failure(view: TrustView) -> str | None:
    return f"{local(view.failed_at)}: {view.failure}" if view.failure else None
