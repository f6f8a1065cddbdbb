"""`keydesk activity`: what happened, whether the record of it still holds, and taking it elsewhere."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from core.rules.errors import NotFound
from core.rules.operator import Operator
from core.rules.views import ActivityRow
from core.services import Services
from keydesk.commands.export import changes, csv_lines, in_words, json_lines
from keydesk.commands.files import write_private_file
from keydesk.commands.invocation import AsJson, invocation_of, noun
from keydesk.commands.shapes import activity_shape, chain_shape, write_array, write_document
from keydesk.commands.tables import local, write_table
from keydesk.exits import REFUSED
from keydesk.streams import narrate, write

_PAGE = 500
_ALTERED = "The activity was altered, cut or reordered: row {} is the first that does not fit."
_CUT = "The rows fit each other, but that head is none of theirs: the end was cut off, or all was written anew."
_HEADINGS = ("Id", "When", "Who", "Action", "Object", "What")

app = noun("What happened, as a chain of hashes.")

SomeApp = Annotated[
    str | None,
    typer.Argument(
        metavar="APP", help="Of this application only, deleted or not: client ID, id or name.", show_default=False
    ),
]


class Format(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command("list")
def list_(context: typer.Context, app: SomeApp = None, as_json: AsJson = False) -> None:
    """List the activity, newest first."""
    with invocation_of(context).services() as services:
        pages = _newest_first(services, _id_of(services, app))
        if as_json:
            write_array(map(activity_shape, chain.from_iterable(pages)))
        elif not write_table(_HEADINGS, ([_row(row) for row in page] for page in pages)):
            narrate("Nothing has happened yet.")


@app.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[str | None, typer.Option(metavar="HASH", help="A head that was noted down earlier.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the chain: whether a row was altered, removed or reordered since it was written.

    Without a head that was noted down elsewhere it cannot show that somebody recomputed the whole chain.
    """
    noted = None if head is None else head.strip().lower()
    with invocation_of(context).services() as services:
        report = services.activity.verify(noted)
        # Without the noted head: is it that alone which does not fit?
        whole = report.ok or (noted is not None and services.activity.verify().ok)
    if as_json:
        write_document(chain_shape(report))
    elif report.ok:
        write(f"The chain holds: {report.rows} rows, head {report.head}\n")
    if not report.ok:
        narrate(_CUT if whole else _ALTERED.format(report.first_bad_id))
        raise typer.Exit(REFUSED)


@app.command("export")
def export(
    context: typer.Context,
    app: SomeApp = None,
    form: Annotated[Format, typer.Option("--format", help="JSON lines, or CSV for a spreadsheet.")] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A new file for you alone, instead of stdout.")
    ] = None,
) -> None:
    """Write the whole activity, oldest first."""
    with invocation_of(context).services() as services:
        rows = chain.from_iterable(_oldest_first(services, _id_of(services, app)))
        lines = csv_lines(rows) if form is Format.CSV else json_lines(rows)
        if output is not None:
            write_private_file(output, lines)
            return
        for line in lines:
            write(line)


def _id_of(services: Services, app: str | None) -> str | None:
    """Return the id of an application that is there, or else of one that has left its activity behind."""
    if app is None:
        return None
    try:
        return services.applications.resolve(app).id
    except NotFound:
        deleted = services.activity.of_deleted(app)
        if deleted is None:
            raise
        return deleted


def _newest_first(services: Services, application_id: str | None) -> Iterator[Sequence[ActivityRow]]:
    rows = services.activity.page(application_id, limit=_PAGE).rows
    while rows:
        yield rows
        rows = services.activity.page(application_id, before_id=rows[-1].id, limit=_PAGE).rows


def _oldest_first(services: Services, application_id: str | None) -> Iterator[Sequence[ActivityRow]]:
    rows = services.activity.page(application_id, after_id=0, limit=_PAGE).rows
    while rows:
        yield rows[::-1]  # each page comes newest first
        rows = services.activity.page(application_id, after_id=rows[0].id, limit=_PAGE).rows


def _row(row: ActivityRow) -> tuple[str | None, ...]:
    who = str(Operator(row.actor, row.claimed))
    return (str(row.id), local(row.at), who, row.action, row.object, in_words(changes(row)))
