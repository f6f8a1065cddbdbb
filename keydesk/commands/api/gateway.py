"""`keydesk api gateway`: the configuration with which a gateway enforces what protected APIs declare."""

from collections.abc import Sequence
from typing import Annotated

import typer

from core.rules.gateways import Gateway
from core.rules.gateways.addresses import public_of
from core.rules.gateways.sites import listed
from core.rules.views.apis import ApiView
from core.services import Services
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import AsJson, invocation_of
from keydesk.streams import narrate, write

NAMES = "The name or the id of an API; several are for one gateway address."
Names = Annotated[list[str], typer.Argument(metavar="NAME", help=NAMES, show_default=False)]


def gateway(
    context: typer.Context,
    apis: Names,
    gateway: Annotated[Gateway, typer.Option("--for", help="Which gateway.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Print the configuration of a gateway in front of APIs; exit code 1 where it could not enforce it."""
    with invocation_of(context).services() as services:
        views = _each_once(services, apis)
        text = services.gateways.configuration(views[0], gateway, views[1:])
        beside = services.gateways.neighbours(views[0], gateway).joining
        server = next(iter(services.servers.list()), None)
    if as_json:
        names = [view.name for view in views]
        several = {"apis": names} if len(names) > 1 else {}
        write_document({"api": names[0], **several, "gateway": gateway, "configuration": text})
    else:
        write(text)
    if server is None:
        narrate("No keydesk serve runs on this database: the text assumes its default address. Print it again then.")
    _tell_of_others(views, [view for view in beside if view not in views], gateway)


def _each_once(services: Services, names: Sequence[str]) -> list[ApiView]:
    views = [services.apis.resolve(name) for name in names]
    return list({view.id: view for view in views}.values())


def _tell_of_others(views: Sequence[ApiView], others: Sequence[ApiView], gateway: Gateway) -> None:
    """Say on stderr which APIs stand at the same address and not in the text."""
    if others:
        names = " ".join(view.name for view in (*views, *others))
        narrate(
            f"{listed(others)} {'is' if len(others) == 1 else 'are'} at {public_of(views[0]).origin}, too. "
            f"One text for all of them: keydesk api gateway {names} --for {gateway}"
        )
