"""What is said of an API that was just made or changed: what was given and has no effect, or gives something away."""

from core.rules.apis import Security
from core.rules.views.apis import ApiView
from keydesk.streams import narrate


def caution(
    view: ApiView, profile: object, scopes: object, api_scope: object, *, client_id: object, client_secret: object
) -> None:
    """Say on stderr what follows from the settings of an API, about those that were given and are not empty."""
    if profile and view.profile.gives_away:
        narrate(f"{view.profile}: {view.profile.gives_away}")
    if scopes and Security.BEARER not in view.security:
        narrate(f"No call is asked for an OAuth scope: that needs --security {Security.BEARER}.")
    if client_id and view.security == {Security.BEARER}:
        narrate(f"No call is asked for a client ID: that needs --security {Security.CLIENT_ID} or {Security.PAIR}.")
    if client_secret and Security.PAIR not in view.security:
        narrate(f"No call is asked for a client secret: that needs --security {Security.PAIR}.")
    if api_scope and view.api_scope and view.security != {Security.PAIR}:
        narrate("The API scope is asked of a client secret that is presented: not of tokens, nor of a client ID alone.")
