"""nginx in front of a protected API: `auth_request` asks keydesk about every call.

The body of a refusal is thrown away by nginx, so keydesk sends it in `X-Denial` as well; it is answered from there
and nobody is asked a second time, which would count a second failed logon.
"""

from core.rules.apis import Security
from core.rules.endpoints import VERIFY_PATH
from core.rules.errors import Refusal
from core.rules.gateways.parts import (
    CLIMBING,
    UNDERSCORED,
    Address,
    Gateway,
    Surroundings,
    address,
    check_header_names,
    filled,
    header_names,
    parameter_pattern,
    public_of,
    query_names,
    upstream_of,
    word,
)
from core.rules.views.apis import ApiView

_TEMPLATE = """\
# The API <<name>> behind nginx, which asks keydesk about every call and lets it through on a 200 alone.
# Whatever else happens, keydesk being away included, nobody gets in.
#
# Printed by: keydesk api gateway <<name>> --for nginx
# Put it into /etc/nginx/conf.d/<<name>>.conf, then: nginx -t && systemctl reload nginx
# Print it again when path, upstream, gateway or the names of headers and parameters change. Everything else about
# the API holds from the next call on. Name this gateway's address in [proxy] trusted of keydesk's configuration, or
# keydesk takes the gateway for the caller.

upstream <<word>>_keydesk {
    # keydesk serve. Connections stay open: a question costs no handshake.
    server <<server>>;
    keepalive 32;
}

upstream <<word>>_upstream {
    server <<upstream>>;
    keepalive 32;
}

<<maps>>
# No query: sooner or later somebody puts a credential into one.
log_format <<word>> '$remote_addr [$time_iso8601] "$request_method $uri $server_protocol" '
                    '$status $body_bytes_sent $<<word>>_client_id';

server {
<<listen>>

    # Fields with an underscore are dropped: some upstreams take X_Client_Id for X-Client-Id. That is nginx's default;
    # on a port with several servers the setting of its default server counts.
    underscores_in_headers off;
    ignore_invalid_headers on;

    access_log /var/log/nginx/<<name>>.log <<word>>;
    # Lines below crit quote the request with its query.
    error_log /var/log/nginx/<<name>>.error.log crit;

    # nginx resolves what climbs by slashes; some upstreams resolve this, too.
    if ($uri ~ "<<climbs>>") {
        return 400;
    }

    location <<location>> {
        auth_request /_keydesk/<<name>>;
        auth_request_set $<<word>>_client_id $upstream_http_x_client_id;
        auth_request_set $<<word>>_scope $upstream_http_x_scope;
        auth_request_set $<<word>>_denial $upstream_http_x_denial;
        auth_request_set $<<word>>_challenge $upstream_http_www_authenticate;

        # Answers of the upstream pass as they are, its own 401 included; these are about auth_request alone.
        proxy_intercept_errors off;
        error_page 401 = @<<word>>_401;
        error_page 403 = @<<word>>_403;
        error_page 500 = @<<word>>_closed;

        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host <<host>>;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;

        # Who calls, as keydesk has found it. These replace what a caller has written there, in any spelling.
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

    <<elsewhere>>
    location = /_keydesk/<<name>> {
        internal;
        proxy_pass http://<<word>>_keydesk<<verify>>;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host <<server>>;
        proxy_connect_timeout 2s;
        proxy_read_timeout 15s;

        # The fields of the call are passed on as they came, its body is not. Of two with one name keydesk takes none.
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_set_header Cookie "";

        # What keydesk believes of a gateway, so none of it may be the caller's.
        proxy_set_header X-Original-URI $request_uri;
        proxy_set_header X-Forwarded-Uri "";
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header Forwarded "";
        proxy_set_header <<client_cert>> $ssl_client_escaped_cert;
    }

    # The refusal that the API's profile has; its WWW-Authenticate comes along by itself with a 401.
    location @<<word>>_401 {
        default_type application/json;
        return 401 $<<word>>_denial;
    }

    location @<<word>>_403 {
        default_type application/json;
        add_header WWW-Authenticate $<<word>>_challenge always;
        return 403 $<<word>>_denial;
    }

    # keydesk is away, overloaded, or does not know the API.
    location @<<word>>_closed {
        add_header Retry-After 1 always;
        return 503;
    }
}
"""

_PLAIN = """\
    listen <<listen>>;
    server_name <<server_name>>;
    # Credentials travel in clear here: beyond this machine, let callers reach it by https."""

_TLS = """\
    listen <<port>> ssl;
    listen [::]:<<port>> ssl;
    server_name <<host>>;

    ssl_certificate /etc/ssl/certs/<<host>>.pem;
    ssl_certificate_key /etc/ssl/private/<<host>>.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    # Tokens that are bound to a client certificate need it here, and [proxy] client_cert = "escaped-pem" at keydesk:
    # ssl_verify_client optional_no_ca;"""

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


def text(api: ApiView, around: Surroundings) -> str:
    """Return the configuration; raises `Refusal` where nginx could not enforce what is declared."""
    check_header_names(api, r"[A-Za-z0-9-]+", Gateway.NGINX)
    upstream, public, server = upstream_of(api), public_of(api), address(around.server, "keydesk serve")
    if "$" in upstream.path:
        raise Refusal("The upstream has a $ in its path, which nginx takes for a variable: leave it out.")
    return filled(
        _TEMPLATE,
        name=api.name,
        climbs=CLIMBING,
        word=word(api.name),
        server=server.netloc,
        verify=f"{VERIFY_PATH}/{api.name}",
        upstream=upstream.netloc,
        host=upstream.host_header,
        listen=_listen(public, bool(api.gateway)),
        location=f'^~ "{public.path}"' if public.path else "/",
        maps=_maps(api),
        underscored="\n".join(f'proxy_set_header {spelling} "";' for spelling in UNDERSCORED),
        stripped=_stripped(api),
        tls=filled(_UPSTREAM_TLS, host=upstream.host) if upstream.is_tls else "",
        passing=_passing(api, upstream, public),
        elsewhere="location / {\n    return 404;\n}\n\n" if public.path else "",
        client_cert=around.client_cert,
    )


def _listen(public: Address, named: bool) -> str:
    if public.is_tls:
        return filled(_TLS, host=public.host, port=str(public.port))
    listen = f"{public.loopback}:{public.port}" if public.loopback else str(public.port)
    return filled(_PLAIN, listen=listen, server_name=public.host if named else "_")


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
