"""The sample's upstream is told who calls by verify, never by the caller."""

from core.rules.requests.apis import NewApi
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer
from tests.web.client import Client
from web.app import application as http_face


async def test_what_a_caller_makes_up_is_taken_away_however_it_is_spelt(
    server: AuthorizationServer, services: Services, issued: IssuedSecret
) -> None:
    services.apis.create(NewApi("echo", "/echo"))
    client = Client(http_face(server, sample=True))
    made_up = [(name, "root") for name in ("x-client-id", "x_client_id", "x_client-id", "x-client_id", "x_scope")]
    pair = [("x-ibm-client-id", issued.client_id), ("x-ibm-client-secret", issued.value)]
    answer = await client.get("/echo", *made_up, *pair, ("x_ibm-client_secret", "geheim"))
    told = answer.document["headers"]
    assert told["X-Client-Id"] == issued.client_id
    assert not {"root", "geheim", issued.value} & set(told.values())
