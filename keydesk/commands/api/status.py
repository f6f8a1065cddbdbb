"""`keydesk api status`: whether the upstreams of protected APIs answer; the words are those of `gwa status`."""

from typing import Annotated

import typer

from core.rules.views.apis import ApiView, UpstreamStatus
from keydesk.commands.documents import Shape, write_array
from keydesk.commands.invocation import AsJson, invocation_of
from keydesk.commands.tables import write_table
from keydesk.exits import REFUSED
from keydesk.streams import narrate

_HEADINGS = ("Status", "Name", "Reason", "Upstream", "Time")


def status(
    context: typer.Context,
    api: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One API; else all.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the upstreams of protected APIs whether they are up; exit code 1 where one is down."""
    with invocation_of(context).services() as services:
        views = services.apis.list() if api is None else (services.apis.resolve(api),)
        found = list(zip(views, services.api_status.of_all(views), strict=True))
    if as_json:
        write_array(_shape(view, state) for view, state in found)
    elif not write_table(_HEADINGS, [[_row(view, state) for view, state in found]]):
        narrate("There are no protected APIs yet; keydesk api create NAME --path /PATH makes one.")
    down = sum(state.word == "DOWN" for _, state in found)
    if down:
        asked = sum(state.milliseconds is not None for _, state in found)
        narrate(f"{down} of {asked} upstreams {'is' if down == 1 else 'are'} down.")
        raise typer.Exit(REFUSED)


def _row(view: ApiView, state: UpstreamStatus) -> tuple[str | None, ...]:
    time = None if state.milliseconds is None else f"{state.milliseconds:.0f} ms"
    return (state.word, view.name, state.reason, view.upstream, time)


def _shape(view: ApiView, state: UpstreamStatus) -> Shape:
    return {
        "status": None if state.milliseconds is None else state.word,
        "name": view.name,
        "reason": state.reason,
        "upstream": view.upstream,
        "milliseconds": None if state.milliseconds is None else round(state.milliseconds, 1),
    }
