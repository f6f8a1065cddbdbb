"""The sample: whatever stands at its paths becomes what it says."""

from core.rules.apis import Profile, Security
from core.rules.requests.apis import NewApi
from core.services import Services
from keydesk.sample import prepare

URL = "http://127.0.0.1:8400"


def test_it_takes_the_place_of_what_the_demo_has_there(services: Services) -> None:
    demo = services.apis.create(
        NewApi("echo", "/echo", "http://10.0.6.9:8080", security=["client-id"], scopes=["read"], subscribed_only=True)
    )
    said = "\n".join(prepare(services, URL))
    echo, uuid = services.apis.list()
    assert (echo.id, echo.name, echo.path, echo.public_url) == (demo.id, "echo", "/echo", f"{URL}/echo")
    assert (echo.security, echo.scopes, echo.subscribed_only) == ({Security.BEARER}, (), False)
    assert (echo.profile, echo.upstream) == (Profile.GRAVITEE_2016, None)
    assert (uuid.name, uuid.security, uuid.profile) == ("uuid", {Security.PAIR}, Profile.IBM_V5)
    client = services.applications.resolve("sample-client")
    assert f"CLIENT_ID={client.client_id}" in said
