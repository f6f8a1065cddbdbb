"""Protected APIs as people read them."""

from collections.abc import Iterator, Sequence

from core.rules.apis import Security
from core.rules.views.apis import ApiView, CallerView
from keydesk.commands.documents import write_document
from keydesk.commands.shapes.apis import api_shape
from keydesk.commands.tables import local, write_fields, write_table, yes_or_no

_HEADINGS = ("Name", "Path", "Security", "Access", "Profile", "Upstream", "Subscribed", "Last called")
_MOST_NAMED = 5
"""Users of an API that is deleted who are told by name."""


def write_apis(views: Sequence[ApiView]) -> int:
    """Write a line for each API and return how many there were."""
    return write_table(_HEADINGS, [[_row(view) for view in views]])


def used_by(users: Sequence[CallerView]) -> str:
    """Return in a sentence who has subscribed to an API or called it, the last caller first."""
    if not users:
        return "Nobody had subscribed to it or called it."
    callers = sorted((user for user in users if user.last_called_at), key=_last_call, reverse=True)
    waiting = [user for user in users if not user.last_called_at]
    named = [f"“{user.application}” (last called {local(user.last_called_at)})" for user in callers]
    named += [f"“{user.application}” (subscribed, never called)" for user in waiting]
    more = len(named) - _MOST_NAMED
    return f"It was for: {', '.join(named[:_MOST_NAMED])}{f' and {more} more' if more > 0 else ''}."


def _last_call(user: CallerView) -> float:
    return user.last_called_at.timestamp() if user.last_called_at else 0.0


def _row(view: ApiView) -> tuple[str | None, ...]:
    return (
        view.name,
        view.path,
        _labels(view),
        _access(view),
        view.profile,
        view.upstream,
        str(view.subscriptions),
        local(view.last_called_at) or "never",
    )


def _labels(view: ApiView) -> str:
    return " or ".join(each.label for each in Security if each in view.security)


def _access(view: ApiView) -> str:
    return "subscribed only" if view.subscribed_only else "everyone"


def _scopes(view: ApiView) -> str | None:
    if len(view.scopes) < 2:
        return " ".join(view.scopes) or None
    return f"{'one' if view.any_scope else 'all'} of {' '.join(view.scopes)}"


def write_api(view: ApiView, *, as_json: bool) -> None:
    """Write one API, for a person or as JSON."""
    if as_json:
        write_document(api_shape(view))
        return
    write_fields(
        (
            ("Name", view.name),
            ("Title", view.title),
            ("Path", view.path),
            ("Upstream", view.upstream),
            ("Gateway", view.gateway),
            ("Public URL", view.public_url),
            ("Security", _labels(view)),
            *_wanted(view),
            ("Subscribed only", yes_or_no(view.subscribed_only)),
            ("Profile", view.profile),
            ("Subscriptions", str(view.subscriptions)),
            ("Last called", local(view.last_called_at) or "never"),
            ("Created", local(view.created_at)),
            ("Id", view.id),
        )
    )


def _wanted(view: ApiView) -> Iterator[tuple[str, str | None]]:
    """Give what callers are asked for: what its security has no use for would look like a protection."""
    if view.security != {Security.BEARER}:
        yield "Client ID in", str(view.client_id_at)
    if Security.PAIR in view.security:
        yield "Client secret in", str(view.client_secret_at)
        yield "API scope", view.api_scope.label if view.api_scope else "any"
    if Security.BEARER in view.security:
        yield "OAuth scopes", _scopes(view)
