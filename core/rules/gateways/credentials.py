"""What the configurations know of credentials: where an API takes them, and what nobody but a gateway may write."""

import re

from core.rules.apis import Located, Place, Security
from core.rules.errors import Refusal
from core.rules.gateways.parts import Gateway
from core.rules.views.apis import ApiView

UNDERSCORED = ("X_Client_Id", "X_Client-Id", "X-Client_Id", "X_Scope", "X_Denial")
"""What some upstreams take for the fields in which they find the caller."""


def credentials_of(api: ApiView) -> tuple[Located, ...]:
    """Return where an API takes a client ID or a secret; nowhere, where only tokens count."""
    if Security.PAIR in api.security:
        return (api.client_id_at, api.client_secret_at)
    return (api.client_id_at,) if Security.CLIENT_ID in api.security else ()


def header_names(api: ApiView) -> tuple[str, ...]:
    """Return the names of the header fields in which an API takes a client ID or a secret."""
    return tuple(where.name for where in credentials_of(api) if where.place is Place.HEADER)


def query_names(api: ApiView) -> tuple[str, ...]:
    """Return the names of the query parameters in which an API takes a client ID or a secret."""
    return tuple(where.name for where in credentials_of(api) if where.place is Place.QUERY)


def check_header_names(api: ApiView, allowed: str, gateway: Gateway) -> None:
    """Refuse an API whose credential stands in a header that the gateway would not pass on as it is."""
    for name in header_names(api):
        if not re.fullmatch(allowed, name):
            raise Refusal(
                f"{gateway.label} does not pass on a header named {name}: choose a name of letters, digits and dashes."
            )
