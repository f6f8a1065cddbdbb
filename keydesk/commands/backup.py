"""`keydesk backup`: a consistent copy of the database while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from keydesk.commands.documents import write_document
from keydesk.commands.invocation import AsJson, invocation_of
from keydesk.streams import narrate
from store.backup import back_up


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it is made for you alone.")],
    as_json: AsJson = False,
) -> None:
    """Copy the database to a new file."""
    with invocation_of(context).services() as services:
        back_up(services.desk.database.engine, file)
    size = file.stat().st_size
    if as_json:
        write_document({"file": str(file.absolute()), "bytes": size})
    narrate(f"{file}: {size} bytes, readable for you alone.")
