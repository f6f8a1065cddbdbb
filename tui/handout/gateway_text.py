"""What the gateway screen shows of an API: one text for all APIs at its address, and a line that says so."""

from dataclasses import dataclass

from core.rules.gateways import Gateway, Neighbours
from core.rules.gateways.sites import site_of
from core.services import Services


@dataclass(frozen=True, slots=True)
class GatewayText:
    """A configuration, the name of a file for it, and for whom it is; `about` is empty where that is plain."""

    text: str
    file: str
    about: str


def gateway_text(services: Services, api_id: str, gateway: Gateway) -> GatewayText:
    """Return the text for the gateway of an API; raises `Refusal` where there is none, `NotFound` without the API."""
    api = services.apis.get(api_id)
    beside = services.gateways.neighbours(api, gateway)
    text = services.gateways.configuration(api, gateway, beside.joining)
    file = f"keydesk-{site_of((api, *beside.joining)).file}.{gateway.value}.conf"
    return GatewayText(text, file, _about(beside, gateway))


def _about(beside: Neighbours, gateway: Gateway) -> str:
    held = 1 + len(beside.joining)
    every = held + len(beside.left_out)
    if every == 1:
        return ""
    if held == every:
        return f"For all {every} APIs at this address, which share one server."
    who = "this one" if held == 1 else str(held)
    return f"For {who} of the {every} APIs at this address; {gateway.label} cannot guard the others."
