"""`keydesk serve`: the HTTP face on an address, until a signal ends it."""

from dataclasses import replace
from typing import Annotated

import typer

from keydesk.commands.invocation import Invocation, invocation_of, must_be_there
from keydesk.listening import Door, checked_issuer, open_door

_KEY_FILE = "KEYDESK_KEY_FILE"


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on; beyond loopback it wants an https issuer.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 takes a free one.")] = 8400,
    issuer: Annotated[
        str | None,
        typer.Option(metavar="URL", help="What clients call this server.", show_default="http://HOST:PORT"),
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log requests as JSON, one document a line.")] = False,
) -> None:
    """Answer OAuth 2.0 clients: tokens, introspection, revocation and forward-auth.

    One line per request on standard output. Ends in order on SIGTERM.
    """
    if issuer is not None:
        checked_issuer(issuer)
    invocation = invocation_of(context)
    if not invocation.options.demo:
        must_be_there(invocation.settings().database)
    door = open_door(host, port, issuer)
    with door.socket:
        raise typer.Exit(_answer(invocation, door, issuer or door.url, as_json=log_json))


def _answer(invocation: Invocation, door: Door, issuer: str, *, as_json: bool) -> int:
    from keydesk import serving  # the HTTP libraries are for this command alone

    settings, environ = invocation.settings(), invocation.environ
    with invocation.services() as services:
        if invocation.options.demo:
            # The key file shall go with the demo's database, and stay away from the real one's.
            settings = replace(settings, database=serving.place_of(services))
            environ = {name: value for name, value in environ.items() if name != _KEY_FILE}
        return serving.serve(services, door, issuer, settings, environ, as_json=as_json)
