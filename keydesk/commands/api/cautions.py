"""What is said of an API that was just made or changed: what was given and has no effect, or gives something away."""

from collections.abc import Mapping

from core.rules.apis import Security
from core.rules.views.apis import ApiView
from keydesk.streams import narrate


def caution(view: ApiView, given: Mapping[str, object]) -> None:
    """Say on stderr what follows from the options that were given, by the names of their parameters."""
    if given["profile"] and view.profile.gives_away:
        narrate(f"{view.profile}: {view.profile.gives_away}")
    if given["scope"] and Security.BEARER not in view.security:
        narrate(f"No call is asked for an OAuth scope: that needs --security {Security.BEARER}.")
    if (given["client_id_in"] or given["client_id_name"]) and view.security == {Security.BEARER}:
        narrate(f"No call is asked for a client ID: that needs --security {Security.CLIENT_ID} or {Security.PAIR}.")
    if (given["client_secret_in"] or given["client_secret_name"]) and Security.PAIR not in view.security:
        narrate(f"No call is asked for a client secret: that needs --security {Security.PAIR}.")
    if given["api_scope"] and view.api_scope and view.security != {Security.PAIR}:
        narrate("The API scope is asked of a client secret that is presented: not of tokens, nor of a client ID alone.")
