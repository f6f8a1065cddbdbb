"""A frontend of HAProxy, for one API or for all that share an address.

Rules for one stand in the frontend. Of several each has its own in its backend, where they can be about no other's
calls; the frontend chooses the backend by the path, before anything rewrites that.
"""

from core.rules.api_urls import CLIMBING
from core.rules.apis import Security
from core.rules.errors import Refusal
from core.rules.gateways.addresses import Address, public_of, upstream_of
from core.rules.gateways.haproxy import calls, tokens
from core.rules.gateways.haproxy.words import quoted
from core.rules.gateways.parts import ENDED, Surroundings, filled
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_HEAD = """\
<<opening>>
#
# THE GAP: a token that was revoked, or whose secret, certificate or
# application was revoked, disabled or deleted, lives until it expires; the
# lifetime of tokens is a setting of each application. Nor is a call
# counted, so <<whose>> <<are>> shown as never called. nginx and Caddy have
# no gap.
#
# Tokens that are bound to a client certificate are refused. So are bodies
# that do not say how long they are (Transfer-Encoding: chunked), by 411:
# trailers may stand behind them, which some upstreams take for X-Client-Id,
# and HAProxy 2.6 cannot take them away.
#
# Printed by: keydesk api gateway <<names>> --for haproxy
# Put it into: /etc/haproxy/<<file>>.cfg
# and the public keys, which stand below, beside it:
<<extracting>>
# then: haproxy -c -f /etc/haproxy/<<file>>.cfg
# Print it again when anything about <<whose>> changes, and at once after
# keydesk keys rotate: tokens of a key that does not stand here are refused.
#
<<keys>>

defaults keydesk
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout http-request 10s

frontend <<file>> from keydesk
    <<bind>>
    # By HTTP/2 a body with trailers does not show before they are there.
    option disable-h2-upgrade

    # A path has one spelling: who climbs out of the public one would reach
    # what is not protected here.
    # What cannot be decoded cannot be searched.
    http-request deny deny_status 400 unless { path,url_dec -m found }
    http-request deny deny_status 400 if { path,url_dec -m reg <<climbs>> }

    # Another protocol, such as h2c, would be a tunnel to the upstream in
    # which nobody looks at calls.
    http-request deny deny_status 400 if { req.fhdr_cnt(upgrade) gt 1 }
    http-request deny deny_status 400 if { req.fhdr(upgrade) -m found } !{ req.fhdr(upgrade) -i -m str websocket }

    # Connection names fields that end at this hop or the next: nobody shall
    # have those of keydesk end there.
    http-request deny deny_status 400 if { req.fhdr(connection) -i -m reg <<ended>> }

    # Behind a body that does not say how long it is may stand trailers.
    http-request return status 411 if { req.fhdr(transfer-encoding) -m found }
"""

_ALONE = """\
    <<public>>

    <<one_token>>

    <<verifying>>
    <<invalid>>

    <<scopes>>

    <<caller>>
    default_backend <<name>>

backend <<name>> from keydesk
    <<server>>
"""

_SHARED = """\

    # Whose path it is, by the path that the caller wrote. Each backend has
    # the rules for the calls of one API.
    <<choosing>>
    http-request deny deny_status 404 unless { var(txn.api) -m found }

    <<verifying>>
    http-request set-var(txn.ours) bool(true) if <<ours>>

    <<chosen>>
"""

_BACKEND = """\

backend <<name>> from keydesk
    <<one_token>>

    # The frontend has looked at it.
    <<invalid>>

    <<scopes>>

    <<caller>>
    <<server>>
"""


def check(api: ApiView) -> None:
    """Refuse an API for which HAProxy could not enforce what is declared."""
    if api.security != {Security.BEARER}:
        kinds = " or ".join(each.label for each in Security if each in api.security - {Security.BEARER})
        raise Refusal(
            f"HAProxy verifies bearer tokens by itself and cannot ask keydesk, so it cannot enforce {kinds}: "
            "take nginx or Caddy."
        )
    if api.subscribed_only:
        raise Refusal(
            "HAProxy cannot ask keydesk who has subscribed, and would let every application in: take nginx or Caddy."
        )
    upstream_of(api)


def text(site: Site, around: Surroundings) -> str:
    """Return the configuration for APIs that have been checked; raises `Refusal` while there is no key."""
    if not around.keys:
        raise Refusal("There is no signing key yet whose tokens HAProxy could verify: start keydesk serve once.")
    head = filled(
        _HEAD,
        opening=site.opening("HAProxy 2.5 or newer, which verifies access tokens by itself: it never asks keydesk."),
        names=site.names,
        file=site.file,
        whose=site.whose,
        are="are" if site.is_shared else "is",
        extracting=tokens.extracting(site, around),
        keys=tokens.enclosed(around),
        bind=_bind(site.address),
        climbs=quoted(CLIMBING),
        ended=quoted(ENDED),
    )
    return head + (_shared(site, around) if site.is_shared else _alone(site.apis[0], around))


def _alone(api: ApiView, around: Surroundings) -> str:
    path = public_of(api).path
    return filled(
        _ALONE,
        name=api.name,
        public=f"http-request deny deny_status 404 unless {_under(path)}" if path else "",
        verifying=tokens.verifying(around),
        **_rules(api, tokens.OURS, around),
    )


def _shared(site: Site, around: Surroundings) -> str:
    paths = [(api.name, _under(public_of(api).path)) for api in site.apis]
    frontend = filled(
        _SHARED,
        choosing="\n".join(f"http-request set-var(txn.api) str({name}) if {under}" for name, under in paths),
        verifying=tokens.verifying(around),
        ours=tokens.OURS,
        chosen="\n".join(f"use_backend {name} if {{ var(txn.api) -m str {name} }}" for name, _ in paths),
    )
    ours = "{ var(txn.ours) -m bool }"
    backends = [filled(_BACKEND, name=api.name, **_rules(api, ours, around)) for api in site.apis]
    return frontend + "".join(backends)


def _rules(api: ApiView, ours: str, around: Surroundings) -> dict[str, str]:
    return {
        "one_token": calls.one_token(api),
        "invalid": calls.invalid(api, ours),
        "scopes": calls.scopes(api),
        "caller": calls.caller(api, around),
        "server": calls.server(api),
    }


def _under(path: str) -> str:
    return f"{{ path -m str {quoted(path)} }} || {{ path -m beg {quoted(f'{path}/')} }}"


def _bind(public: Address) -> str:
    if public.is_tls:
        return f"bind :{public.port} ssl crt /etc/ssl/private/{public.host}.pem alpn http/1.1"
    clear = "# Tokens travel in clear here: beyond this machine, let callers reach\n# it by https."
    return f"{clear}\nbind {f'{public.loopback}:{public.port}' if public.loopback else f':{public.port}'}"
