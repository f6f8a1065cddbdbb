"""`keydesk serve` as typer reads it: with help, and with a word for each line that makes no sense."""

from typing import Annotated

import typer

from keydesk import server
from keydesk.commands.invocation import invocation_of
from keydesk.options import MOST_PORT, ServeOptions

_USUAL = ServeOptions()


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="The address to listen on; beyond loopback it wants an https issuer.")] = (
        _USUAL.host
    ),
    port: Annotated[int, typer.Option(min=0, max=MOST_PORT, help="Its port; 0 takes a free one.")] = _USUAL.port,
    issuer: Annotated[
        str | None,
        typer.Option(metavar="URL", help="What clients call this server.", show_default="http://HOST:PORT"),
    ] = _USUAL.issuer,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log requests as JSON, one document a line.")] = (
        _USUAL.log_json
    ),
    sample: Annotated[
        bool, typer.Option("--sample", help="Serve two protected APIs to try, on a throw-away database.")
    ] = _USUAL.sample,
) -> None:
    """Answer OAuth 2.0 clients: tokens, introspection, revocation and forward-auth.

    One line per request on standard output. Ends in order on SIGTERM.
    """
    raise typer.Exit(server.run(invocation_of(context), ServeOptions(host, port, issuer, log_json, sample)))
