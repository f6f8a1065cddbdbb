"""`keydesk backup`: a consistent copy of the database while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from core.rules.errors import UnfitPlace
from keydesk.commands.invocation import AsJson, Invocation, invocation_of
from keydesk.commands.shapes import write_document
from keydesk.streams import narrate
from store.backup import back_up
from store.place import is_file, path_of


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it is made for you alone.")],
    as_json: AsJson = False,
) -> None:
    """Copy the database to a new file."""
    invocation = invocation_of(context)
    _check_there(invocation)
    with invocation.services() as services:
        back_up(services.desk.database.engine, file)
    size = file.stat().st_size
    if as_json:
        write_document({"file": str(file.absolute()), "bytes": size})
    narrate(f"{file}: {size} bytes, readable for you alone.")


def _check_there(invocation: Invocation) -> None:
    """Refuse a database that is missing: what would be made, and copied, is an empty one."""
    if invocation.options.demo:
        return
    location = invocation.settings().database
    if is_file(location) and not path_of(location).exists():
        raise UnfitPlace(f"There is no database at {path_of(location)}.")
