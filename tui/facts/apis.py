"""How an API is protected, by the names that people read: only what its security asks for."""

from core.rules.apis import Security
from core.rules.endpoints import VERIFY_PATH
from core.rules.views.apis import ApiView, UpstreamStatus
from tui.columns.apis import securities_in_words, status_in_words
from tui.drawing.moments import stamp

Facts = list[tuple[str, str]]
NO_GATEWAY = "no gateway is named: e names it"


def api_facts(api: ApiView, status: UpstreamStatus | None = None) -> Facts:
    """Return everything, what callers want to know first, and of its upstream whether it is up where it was asked."""
    stands = f" · {status_in_words(status)}" if status and api.upstream else ""
    gives_away = f" · {api.profile.gives_away}" if api.profile.gives_away else ""
    title = [("Title", api.title)] if api.title else []
    return [
        *title,
        ("Public URL", api.public_url or f"{api.path} · {NO_GATEWAY}"),
        ("Upstream", (api.upstream or "none: its gateway knows where it goes") + stands),
        ("Security", securities_in_words(api.security)),
        *_places(api),
        *_wanted(api),
        ("Open to", "subscribed applications only" if api.subscribed_only else "every application"),
        ("Refuses as", f"{api.profile}{gives_away}"),
        ("Verify", f"{VERIFY_PATH}/{api.name}"),
        ("Protected", f"{stamp(api.created_at)} by {api.created_by}"),
    ]


def _places(api: ApiView) -> Facts:
    by_secret = Security.PAIR in api.security
    client_id = [("Client ID", f"in the {_of(str(api.client_id_at))}")]
    secret = [("Client secret", f"in the {_of(str(api.client_secret_at))}")]
    if by_secret:
        return client_id + secret
    return client_id if Security.CLIENT_ID in api.security else []


def _of(located: str) -> str:
    return located.replace("query ", "query parameter ", 1)


def _wanted(api: ApiView) -> Facts:
    opens = [("API scope", api.api_scope.label if api.api_scope else "any")] if Security.PAIR in api.security else []
    if Security.BEARER not in api.security:
        return opens
    how = "" if len(api.scopes) < 2 else " · one is enough" if api.any_scope else " · all are needed"
    return [*opens, ("OAuth scopes", " ".join(api.scopes) + how if api.scopes else "none")]
