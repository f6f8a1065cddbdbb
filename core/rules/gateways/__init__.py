"""Configurations for gateways that enforce what protected APIs declare: a complete, commented text for an address.

A gateway that asks keydesk about every call enforces all of it; one that checks tokens by itself enforces what it
can, and the text names the rest. Where too much would be left, there is no text and a sentence says why.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from core.rules.errors import Refusal
from core.rules.gateways import caddy, haproxy, nginx
from core.rules.gateways.parts import Gateway, PublicKey, Surroundings
from core.rules.gateways.sites import Neighbours, Site, address_of, overlapping, site_of, wants_new_text
from core.rules.views.apis import ApiView

__all__ = ["Gateway", "Neighbours", "PublicKey", "Surroundings", "configuration", "neighbours", "wants_new_text"]


class _Writer(NamedTuple):
    """What refuses an API that a gateway could not guard, and what writes the text for those that it can."""

    check: Callable[[ApiView], None]
    text: Callable[[Site, Surroundings], str]


_WRITERS = {
    Gateway.NGINX: _Writer(nginx.check, nginx.text),
    Gateway.CADDY: _Writer(caddy.check, caddy.text),
    Gateway.HAPROXY: _Writer(haproxy.check, haproxy.text),
}


def configuration(gateway: Gateway, api: ApiView, around: Surroundings, beside: Sequence[ApiView] = ()) -> str:
    """Return the configuration of a gateway in front of an API, and of those *beside* it at the same address.

    Raises `Refusal` where it could not enforce what one of them declares, or they are not at one address.
    """
    site = site_of((api, *beside))
    for each in site.apis:
        _check(gateway, each, site)
    return _WRITERS[gateway].text(site, around)


def neighbours(gateway: Gateway, api: ApiView, others: Iterable[ApiView]) -> Neighbours:
    """Tell the APIs at the address of one from all *others*, and which of them go into one text with it.

    None does where the gateway cannot guard that one: there is no text.
    """
    address, guarded = address_of(api), _fits(gateway, api)
    joining: list[ApiView] = []
    left_out: list[ApiView] = []
    for other in others:
        if other.id != api.id and address is not None and address_of(other) == address:
            fits = guarded and _fits(gateway, other) and not any(overlapping(other, each) for each in (api, *joining))
            (joining if fits else left_out).append(other)
    return Neighbours(tuple(joining), tuple(left_out))


def _check(gateway: Gateway, api: ApiView, site: Site) -> None:
    try:
        _WRITERS[gateway].check(api)
    except Refusal as refusal:
        if not site.is_shared:
            raise
        raise Refusal(f"“{api.name}” cannot be in this text. {refusal.sentence}") from None


def _fits(gateway: Gateway, api: ApiView) -> bool:
    try:
        _WRITERS[gateway].check(api)
    except Refusal:
        return False
    return True
