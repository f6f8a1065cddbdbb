"""`keydesk api gateway`: the configuration with which a gateway enforces what a protected API declares."""

from typing import Annotated

import typer

from core.rules.gateways import Gateway
from keydesk.commands.api import on_api
from keydesk.commands.api_options import Api
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import AsJson
from keydesk.streams import narrate, write


def gateway(
    context: typer.Context,
    api: Api,
    gateway: Annotated[Gateway, typer.Option("--for", help="Which gateway.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Print the configuration of a gateway in front of an API; exit code 1 where it could not enforce it."""
    with on_api(context, api) as (services, view):
        text = services.gateways.configuration(view, gateway)
        server = next(iter(services.servers.list()), None)
    if as_json:
        write_document({"api": view.name, "gateway": gateway, "configuration": text})
    else:
        write(text)
    if server is None:
        narrate("No keydesk serve runs on this database: the text assumes its default address. Print it again then.")
