"""Configurations for gateways that enforce what a protected API declares: a complete, commented text for each.

A gateway that asks keydesk about every call enforces all of it; one that checks tokens by itself enforces what it
can, and the text names the rest. Where too much would be left, there is no text and a sentence says why.
"""

from core.rules.gateways import caddy, haproxy, nginx
from core.rules.gateways.parts import Gateway, PublicKey, Surroundings
from core.rules.views.apis import ApiView

__all__ = ["Gateway", "PublicKey", "Surroundings", "configuration"]

_TEXTS = {Gateway.NGINX: nginx.text, Gateway.CADDY: caddy.text, Gateway.HAPROXY: haproxy.text}


def configuration(gateway: Gateway, api: ApiView, around: Surroundings) -> str:
    """Return the configuration of a gateway in front of an API; raises `Refusal` where it could not enforce it."""
    return _TEXTS[gateway](api, around)
