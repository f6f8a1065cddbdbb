"""What nginx asks keydesk about the calls of one API, and what a caller sees who may not pass."""

from core.rules.endpoints import VERIFY_PATH
from core.rules.gateways.addresses import address
from core.rules.gateways.parts import Surroundings, filled, word
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_LOCATIONS = """\
<<heading>>
location = /_keydesk/<<name>> {
    internal;
    proxy_pass http://<<site>>_keydesk<<verify>>;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host <<server>>;
    proxy_connect_timeout 2s;
    proxy_read_timeout 15s;

    # The fields of the call are passed on as they came, its body is
    # not. Of two with one name keydesk takes none.
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header Cookie "";

    # What keydesk believes of a gateway; none of it is the caller's.
    proxy_set_header X-Original-URI $request_uri;
    proxy_set_header X-Forwarded-Uri "";
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Forwarded "";
    proxy_set_header <<client_cert>> $ssl_client_escaped_cert;
}

# The refusal that the API's profile has; its WWW-Authenticate comes
# along by itself with a 401.
location @<<word>>_401 {
    default_type "";
    add_header Content-Type $<<word>>_type always;
    return 401 $<<word>>_denial;
}

location @<<word>>_403 {
    default_type "";
    add_header Content-Type $<<word>>_type always;
    add_header WWW-Authenticate $<<word>>_challenge always;
    return 403 $<<word>>_denial;
}

# keydesk is away, overloaded, or does not know the API.
location @<<word>>_closed {
    add_header Retry-After 1 always;
    return 503;
}
"""


def locations(api: ApiView, site: Site, around: Surroundings) -> str:
    """Return the locations that no caller reaches, but nginx by itself."""
    return filled(
        _LOCATIONS,
        heading=f"# The API {api.name}: what keydesk is asked, and the refusals." if site.is_shared else "",
        name=api.name,
        word=word(api.name),
        site=site.word,
        server=address(around.server, "keydesk serve").netloc,
        verify=f"{VERIFY_PATH}/{api.name}",
        client_cert=around.client_cert,
    )
