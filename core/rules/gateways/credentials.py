"""What the configurations know of credentials: where an API takes them, and what nobody but a gateway may write."""

import re
from itertools import product

from core.rules.apis import Located, Place, Security
from core.rules.errors import Refusal
from core.rules.gateways.parts import Gateway
from core.rules.views.apis import ApiView

UNDERSCORED = ("X_Client_Id", "X_Client-Id", "X-Client_Id", "X_Scope", "X_Denial")
"""What some upstreams take for the fields in which they find the caller."""
_MOST_DASHES = 5
"""Beyond it there were more spellings than anybody would read."""


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


def underscored(name: str) -> list[str]:
    """Return the spellings of a field's name with an underscore for a dash, which some upstreams take for it."""
    first, *words = name.split("-")
    if len(words) > _MOST_DASHES:
        return [name.replace("-", "_")]
    signs = [signs for signs in product("_-", repeat=len(words)) if "_" in signs]
    return [first + "".join(map("".join, zip(each, words, strict=True))) for each in signs]


def check_header_names(api: ApiView, allowed: str, gateway: Gateway) -> None:
    """Refuse an API whose credential stands in a header that the gateway would not pass on as it is."""
    for name in header_names(api):
        if not re.fullmatch(allowed, name):
            raise Refusal(
                f"{gateway.label} does not pass on a header named {name}: choose a name of letters, digits and dashes."
            )
