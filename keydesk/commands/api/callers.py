"""`keydesk api` subscribe, unsubscribe, callers: which applications may call a protected API, and which do."""

import typer

from core.rules.views.apis import ApiView, CallerView
from core.rules.views.applications import ApplicationView
from keydesk.commands.api.declaring import on_api
from keydesk.commands.api.options import Api
from keydesk.commands.documents import write_array, write_document
from keydesk.commands.invocation import App, AsJson
from keydesk.commands.shapes.apis import caller_shape
from keydesk.commands.tables import local, write_table, yes_or_no
from keydesk.streams import narrate

_HEADINGS = ("Application", "Client ID", "Enabled", "Subscribed", "By", "Last called", "Calls")


def subscribe(context: typer.Context, api: Api, app: App, as_json: AsJson = False) -> None:
    """Let an application call a protected API, from the next call on."""
    with on_api(context, api) as (services, view):
        application = services.applications.resolve(app)
        is_new = services.subscriptions.add(view.id, application.id)
    _write(view, application, subscribed=True, changed=is_new, as_json=as_json)
    already = "" if is_new else " already"
    narrate(f"“{application.name}” is subscribed to “{view.name}”{already}.")
    if not view.subscribed_only:
        narrate(f"“{view.name}” is open to every application; keydesk api set {view.name} --subscribed-only ends that.")


def unsubscribe(context: typer.Context, api: Api, app: App, as_json: AsJson = False) -> None:
    """Take a subscription away, from the next call on."""
    with on_api(context, api) as (services, view):
        application = services.applications.resolve(app)
        was_there = services.subscriptions.remove(view.id, application.id)
    _write(view, application, subscribed=False, changed=was_there, as_json=as_json)
    narrate(f"“{application.name}” {'is no longer' if was_there else 'was not'} subscribed to “{view.name}”.")
    if was_there and not view.subscribed_only:
        narrate(f"“{view.name}” is open to every application all the same.")


def callers(context: typer.Context, api: Api, as_json: AsJson = False) -> None:
    """List which applications have subscribed to a protected API or called it, by name."""
    with on_api(context, api) as (services, view):
        views = services.subscriptions.of_api(view.id)
    if as_json:
        write_array(map(caller_shape, views))
    elif not write_table(_HEADINGS, [[_row(each) for each in views]]):
        narrate(f"Nobody has subscribed to “{view.name}” or called it.")


def _write(api: ApiView, application: ApplicationView, *, subscribed: bool, changed: bool, as_json: bool) -> None:
    if not as_json:
        return
    document = {
        "api": api.name,
        "application": application.name,
        "client_id": application.client_id,
        "subscribed": subscribed,
        "changed": changed,
    }
    write_document(document)


def _row(view: CallerView) -> tuple[str | None, ...]:
    return (
        view.application,
        view.client_id,
        yes_or_no(view.enabled),
        local(view.subscribed_at) or "no",
        view.subscribed_by,
        local(view.last_called_at) or "never",
        str(view.calls),
    )
