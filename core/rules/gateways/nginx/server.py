"""What all APIs of one nginx server share: where it listens, what it logs, and what no path may hold."""

from core.rules.api_urls import CLIMBING
from core.rules.errors import Refusal
from core.rules.gateways.addresses import address, public_of, upstream_of
from core.rules.gateways.credentials import check_header_names
from core.rules.gateways.nginx import calls, questions
from core.rules.gateways.parts import Gateway, Surroundings, filled
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_TEMPLATE = """\
<<opening>>
# Whatever else happens, keydesk being away included, nobody gets in.
#
# Printed by: keydesk api gateway <<names>> --for nginx
# Put it into: /etc/nginx/conf.d/<<file>>.conf
# then: nginx -t && systemctl reload nginx
#
# Print it again when name, path, upstream, gateway, security or the places
# of credentials change. Until then an API of a new name is closed, and what
# it newly takes for credentials reaches the upstream. Everything else about
# <<whose>> holds from the next call on.
#
# Name this gateway's address in [proxy] trusted of keydesk's configuration,
# or keydesk takes the gateway for the caller.

upstream <<word>>_keydesk {
    # keydesk serve. Connections stay open: a question costs no handshake.
    server <<server>>;
    keepalive 32;
}

<<behind>>
# No query: sooner or later somebody puts a credential into one.
log_format <<word>> '$remote_addr [$time_iso8601] "$request_method $uri $server_protocol" '
                    '$status $body_bytes_sent $<<word>>_client_id';

server {
<<listen>>

    # Fields with an underscore are dropped: some upstreams take X_Client_Id
    # for X-Client-Id. That is nginx's default; on a port with several
    # servers the setting of its default server counts.
    underscores_in_headers off;
    ignore_invalid_headers on;

    access_log /var/log/nginx/<<file>>.log <<word>>;
    # Lines below crit quote the request with its query.
    error_log /var/log/nginx/<<file>>.error.log crit;

    # nginx refuses larger bodies with 413. 1m is its default; 0 stands for
    # any size, as Caddy and HAProxy have it.
    client_max_body_size 1m;

    # nginx resolves what climbs by slashes; some upstreams resolve these.
    if ($uri ~ "<<climbs>>") {
        return 400;
    }

    <<calls>>

    <<elsewhere>>
    <<questions>>
}
"""

_PLAIN = """\
    listen <<listen>>;
    server_name <<server_name>>;
    # Credentials travel in clear here: beyond this machine, let callers
    # reach it by https."""

_TLS = """\
    listen <<port>> ssl;
    listen [::]:<<port>> ssl;
    server_name <<host>>;

    ssl_certificate /etc/ssl/certs/<<host>>.pem;
    ssl_certificate_key /etc/ssl/private/<<host>>.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    # Tokens that are bound to a client certificate need it here, and
    # [proxy] client_cert = "escaped-pem" at keydesk:
    # ssl_verify_client optional_no_ca;"""

_ELSEWHERE = """\
location / {
    return 404;
}

"""


def check(api: ApiView) -> None:
    """Refuse an API for which nginx could not enforce what is declared."""
    check_header_names(api, r"[A-Za-z0-9-]+", Gateway.NGINX)
    if "$" in upstream_of(api).path:
        raise Refusal("The upstream has a $ in its path, which nginx takes for a variable: leave it out.")


def text(site: Site, around: Surroundings) -> str:
    """Return the configuration for APIs that have been checked."""
    return filled(
        _TEMPLATE,
        opening=site.opening("nginx, which asks keydesk about every call and lets it through on a 200 alone."),
        names=site.names,
        file=site.file,
        whose=site.whose,
        word=site.word,
        server=address(around.server, "keydesk serve").netloc,
        behind="".join(map(calls.behind, site.apis)),
        listen=_listen(site),
        climbs=CLIMBING,
        calls="\n".join(calls.location(api, site, around) for api in site.apis),
        elsewhere="" if public_of(site.apis[0]).path == "" else _ELSEWHERE,
        questions="\n".join(questions.locations(api, site, around) for api in site.apis),
    )


def _listen(site: Site) -> str:
    public = site.address
    if public.is_tls:
        return filled(_TLS, host=public.host, port=str(public.port))
    listen = f"{public.loopback}:{public.port}" if public.loopback else str(public.port)
    return filled(_PLAIN, listen=listen, server_name=public.host if site.is_named else "_")
