"""The calls of one API through nginx: who may pass, what is taken away and added, and where they go."""

from core.rules.apis import Security
from core.rules.gateways.addresses import Address, public_of, upstream_of
from core.rules.gateways.credentials import UNDERSCORED, header_names, query_names
from core.rules.gateways.parts import Surroundings, filled, parameter_pattern, word
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_BEHIND = """\
upstream <<word>>_upstream {
    server <<upstream>>;
    keepalive 32;
}

# A refusal without a body has no type.
map $<<word>>_denial $<<word>>_type {
    default application/json;
    "" "";
}

"""

_LOCATION = """\
<<heading>>
location <<location>> {
    auth_request /_keydesk/<<name>>;
    auth_request_set $<<word>>_client_id $upstream_http_x_client_id;
    auth_request_set $<<word>>_scope $upstream_http_x_scope;
    auth_request_set $<<word>>_denial $upstream_http_x_denial;
    auth_request_set $<<word>>_challenge $upstream_http_www_authenticate;
    <<logged>>

    # Answers of the upstream pass as they are, its own 401 included;
    # these are about auth_request alone.
    proxy_intercept_errors off;
    error_page 401 = @<<word>>_401;
    error_page 403 = @<<word>>_403;
    error_page 500 = @<<word>>_closed;

    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host <<host>>;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;

    # Who calls, as keydesk has found it. These replace what a caller
    # has written there, in any spelling.
    proxy_set_header X-Client-Id $<<word>>_client_id;
    proxy_set_header X-Scope $<<word>>_scope;
    proxy_set_header X-Denial "";
    <<underscored>>
    proxy_set_header X-Original-URI "";
    proxy_set_header X-Forwarded-Uri "";
    proxy_set_header Forwarded "";
    proxy_set_header <<client_cert>> "";
    <<stripped>>
    <<tls>>

    <<passing>>
}
"""

_LOGGED = """\
# For the log, which all APIs here share.
auth_request_set $<<site>>_client_id $upstream_http_x_client_id;"""

_UPSTREAM_TLS = """\
# The upstream's certificate is checked, by name.
proxy_ssl_server_name on;
proxy_ssl_name <<host>>;
proxy_ssl_verify on;
proxy_ssl_verify_depth 4;
proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;"""

_MAP = """\
# The query without <<name>>, which may have its letters percent-encoded.
map <<source>> <<target>> {
    default <<source>>;
    "~^((?:.*&)?)<<pattern>>(?:=[^&]*)?(?:&(.*))?$" $1$2;
}

"""

_BELOW = """\
<<set_args>>
location = "<<path>>" {
    <<set_args>>
    proxy_pass "<<target>>";
}

location ^~ "<<path>>/" {
    <<set_args>>
    proxy_pass "<<target_below>>";
}

# Another path that only begins alike.
return 404;"""


def behind(api: ApiView) -> str:
    """Return what stands before the server: upstream, type of refusals, and its query without credentials."""
    return filled(_BEHIND, word=word(api.name), upstream=upstream_of(api).netloc) + _maps(api)


def location(api: ApiView, site: Site, around: Surroundings) -> str:
    """Return the location that its callers reach."""
    upstream, public = upstream_of(api), public_of(api)
    return filled(
        _LOCATION,
        heading=f"# The API {api.name}." if site.is_shared else "",
        location=f'^~ "{public.path}"' if public.path else "/",
        name=api.name,
        word=word(api.name),
        logged=filled(_LOGGED, site=site.word) if site.is_shared else "",
        host=upstream.host_header,
        underscored="\n".join(f'proxy_set_header {spelling} "";' for spelling in UNDERSCORED),
        client_cert=around.client_cert,
        stripped=_stripped(api),
        tls=filled(_UPSTREAM_TLS, host=upstream.host) if upstream.is_tls else "",
        passing=_passing(api, upstream, public),
    )


def _maps(api: ApiView) -> str:
    """Return what takes the credentials out of the query: one map after the other."""
    maps, source = "", "$args"
    for number, name in enumerate(query_names(api), 1):
        target = f"${word(api.name)}_args_{number}"
        maps += filled(_MAP, name=name, source=source, target=target, pattern=parameter_pattern(name))
        source = target
    return maps


def _stripped(api: ApiView) -> str:
    names = header_names(api)
    if not names:
        return ""
    kept = "" if Security.BEARER not in api.security else "\n# A token stays, for upstreams that read it themselves."
    lines = "\n".join(f'proxy_set_header {name} "";' for name in names)
    return f"# The upstream needs no credential of a caller.{kept}\n{lines}"


def _passing(api: ApiView, upstream: Address, public: Address) -> str:
    """Return where a call goes: what stands under the public path stands under the upstream's."""
    names = query_names(api)
    set_args = f"set $args ${word(api.name)}_args_{len(names)};" if names else ""
    target = f"{upstream.scheme}://{word(api.name)}_upstream{upstream.path}"
    if not public.path:
        return f'{set_args}\nproxy_pass "{target}/";'.strip()
    return filled(
        _BELOW,
        path=public.path,
        set_args=set_args,
        target=target if upstream.path else f"{target}/",
        target_below=f"{target}/",
    )
