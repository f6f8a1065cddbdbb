"""What may go on behind keydesk's back: a gateway that verifies tokens by itself never hears that an API is gone."""

from core.rules.apis import Security
from core.rules.views.apis import ApiView

GOES_ON = "HAProxy, if it guards this API, never asks and is not counted: take the API out of its configuration."
NOT_FOLLOWING = "nginx and Caddy follow from the next call on; HAProxy wants its configuration anew."


def may_be_unasked(api: ApiView) -> bool:
    """Tell whether HAProxy could guard an API: by tokens alone, open to every application."""
    return api.security == {Security.BEARER} and not api.subscribed_only
