"""`keydesk serve --sample`: two protected APIs in a throw-away database, a credential, and what to type."""

from dataclasses import fields

from core.rules.api_urls import overlap
from core.rules.apis import Profile, Security
from core.rules.endpoints import urls
from core.rules.expiry import Lifetime
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.services import Services
from web.sample import ECHO, UUID

_CUT_OUT = r"""sed 's/.*"access_token":"\([^"]*\)".*/\1/'"""


def prepare(services: Services, url: str) -> tuple[str, ...]:
    """Protect the APIs of a server at *url*, and return the lines to be shown.

    The secret stands in them in clear: it works nowhere else, and no longer than the server.
    """
    for wanted in (
        NewApi(ECHO, f"/{ECHO}", title="Echo", gateway=url, security=[Security.BEARER], profile=Profile.GRAVITEE_2016),
        NewApi(UUID, f"/{UUID}", title="UUID", gateway=url, security=[Security.PAIR], profile=Profile.IBM_V5),
    ):
        _protect(services, wanted)
    application = services.applications.create(NewApplication("sample-client", "Calls the APIs of the sample"))
    issued = services.client_secrets.add(application.id, NewSecret(lifetime=Lifetime.NEVER))
    token = f"curl -s -u $CLIENT_ID:$CLIENT_SECRET -d grant_type=client_credentials {urls(url).token}"
    return (
        f"A sample, gone when this ends: /{ECHO} wants a token, /{UUID} a client ID and its secret. To try in a shell:",
        f"  CLIENT_ID={issued.client_id}",
        f"  CLIENT_SECRET={issued.value}",
        f"  curl -i {url}/{ECHO}",
        f"  TOKEN=$({token} | {_CUT_OUT})",
        f'  curl -i {url}/{ECHO} -H "Authorization: Bearer $TOKEN"',
        f"  curl -i {url}/{UUID} -H X-IBM-Client-Id:$CLIENT_ID -H X-IBM-Client-Secret:$CLIENT_SECRET",
    )


def _protect(services: Services, wanted: NewApi) -> None:
    """Make an API, or make it of the one that the demo's story has at its place."""
    there = [api for api in services.apis.list() if api.name == wanted.name or overlap(api.path, wanted.path)]
    if there:
        settings = {each.name: getattr(wanted, each.name) for each in fields(wanted)}
        services.apis.change(there[0].id, ApiChanges(**settings))
    else:
        services.apis.create(wanted)
