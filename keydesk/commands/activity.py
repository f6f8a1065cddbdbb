"""`keydesk activity`: what happened, whether the record of it still holds, and taking it elsewhere."""

import re
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from core.rules.activity_filter import EVERYTHING
from core.rules.errors import NotFound
from core.rules.operator import Operator
from core.rules.views.activity import ActivityRow
from core.services import Services
from keydesk.commands import activity_filter as filters
from keydesk.commands.documents import write_array, write_document
from keydesk.commands.export import changes, csv_lines, in_words, json_lines
from keydesk.commands.files import write_private_file
from keydesk.commands.invocation import AsJson, invocation_of, noun
from keydesk.commands.shapes.activity import activity_shape, chain_shape
from keydesk.commands.tables import local, write_table
from keydesk.exits import REFUSED, WrongUsage
from keydesk.streams import narrate, write

_HASH = re.compile("[0-9a-f]{64}")
_EMPTY = "0" * 64
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
def list_(
    context: typer.Context,
    app: SomeApp = None,
    *,
    actor: filters.Actor = "",
    action: filters.Action = "",
    object_: filters.Object = "",
    since: filters.Since = "",
    until: filters.Until = "",
    result: filters.Result = "",
    reason: filters.Reason = "",
    search: filters.Search = "",
    as_json: AsJson = False,
) -> None:
    """List the activity, newest first; with options, the rows for which all of them hold."""
    terms = {"actor": actor, "action": action, "object": object_, "result": result, "reason": reason}
    terms |= {"since": since, "until": until}
    with invocation_of(context).services() as services:
        found = filters.wanted(services.desk.now(), search, terms)
        application_id = _id_of(services, app)
        pages = services.activity.newest_first(application_id, found)
        if as_json:
            write_array(map(activity_shape, chain.from_iterable(pages)))
        elif not write_table(_HEADINGS, ([_row(row) for row in page] for page in pages)):
            instead = services.activity.known_instead(application_id, found)
            narrate("Nothing has happened yet." if found == EVERYTHING else instead or "Nothing matches.")


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
    if noted is not None and not _HASH.fullmatch(noted):
        raise WrongUsage("A head is 64 hexadecimal digits, as `keydesk activity verify` writes it.")
    with invocation_of(context).services() as services:
        report = services.activity.verify(noted)
    if as_json:
        write_document(chain_shape(report))
    elif report.ok:
        write(f"{report.sentence}\n")
    if noted == _EMPTY and report.rows:
        narrate("That is the head of an empty chain: it shows nothing about these rows.")
    if not report.ok:
        narrate(report.sentence)
        raise typer.Exit(REFUSED)


@app.command("export")
def export(
    context: typer.Context,
    app: SomeApp = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="JSON lines, or CSV for a spreadsheet.")] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A new file for you alone, instead of stdout.")
    ] = None,
    actor: filters.Actor = "",
    action: filters.Action = "",
    object_: filters.Object = "",
    since: filters.Since = "",
    until: filters.Until = "",
    result: filters.Result = "",
    reason: filters.Reason = "",
    search: filters.Search = "",
) -> None:
    """Write the activity, oldest first: all of it, or with options the rows for which all of them hold."""
    terms = {"actor": actor, "action": action, "object": object_, "result": result, "reason": reason}
    terms |= {"since": since, "until": until}
    with invocation_of(context).services() as services:
        found = filters.wanted(services.desk.now(), search, terms)
        rows = chain.from_iterable(services.activity.oldest_first(_id_of(services, app), found))
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


def _row(row: ActivityRow) -> tuple[str | None, ...]:
    who = str(Operator(row.actor, row.claimed))
    return (str(row.id), local(row.at), who, row.action, row.object, in_words(changes(row)))
