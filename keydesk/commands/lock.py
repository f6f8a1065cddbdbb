"""`keydesk lock`: the lock of a client ID."""

import typer

from core.rules.views.locks import LockView
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import App, AsJson, noun, on_application
from keydesk.commands.shapes.locks import lock_shape
from keydesk.commands.tables import local, write_fields, write_table
from keydesk.streams import narrate, write

app = noun("The lock of a client ID.")


@app.command("show")
def show(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """Show the lock, the count, and the latest refused logons."""
    with on_application(context, app) as (services, application):
        _write(services.locks.show(application.id), as_json=as_json)


@app.command("unlock")
def unlock(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """Open a locked client ID; one that is open is refused."""
    with on_application(context, app) as (services, application):
        opened = services.locks.unlock(application.id)
    if as_json:
        write_document(lock_shape(opened))
    narrate(f"The client ID of “{application.name}” is open again.")


def _write(view: LockView, *, as_json: bool) -> None:
    if as_json:
        write_document(lock_shape(view))
        return
    write_fields(
        (
            ("Client ID", "locked" if view.locked else "open"),
            ("Locked until", local(view.locked_until)),
            ("Failed logons", f"{view.failed_logons} of {view.limit}"),
            ("Locking", "on" if view.locking_enabled else "off"),
        )
    )
    if view.failures:
        write("\n")
        rows = [(local(each.at), each.reason, each.source, str(each.count)) for each in view.failures]
        write_table(("Refused", "Reason", "From", "Times"), [rows])
