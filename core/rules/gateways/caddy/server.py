"""What all APIs of one site of Caddy share: where it listens, and what is logged."""

from core.rules.errors import Refusal
from core.rules.gateways.addresses import Address, public_of, upstream_of
from core.rules.gateways.caddy import calls
from core.rules.gateways.credentials import check_header_names
from core.rules.gateways.parts import Gateway, Surroundings, filled
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_TEMPLATE = """\
<<opening>>
# Whatever else happens, keydesk being away included, nobody gets in.
#
# Printed by: keydesk api gateway <<names>> --for caddy
# Put it into: /etc/caddy/Caddyfile
# then: caddy validate --config /etc/caddy/Caddyfile
#       systemctl reload caddy
#
# Print it again when name, path, upstream, gateway, security or the places
# of credentials change. Until then an API of a new name is closed, and what
# it newly takes for credentials reaches the upstream. Everything else about
# <<whose>> holds from the next call on.
#
# Name this gateway's address in [proxy] trusted of keydesk's configuration,
# or keydesk takes the gateway for the caller. Tokens that are bound to
# a client certificate are refused here.
{
	# What Caddy writes about a call that failed: no header and no query,
	# where credentials may stand.
	log {
		format filter {
			wrap json
			fields {
				request>headers delete
				request>uri regexp [?].* ""
			}
		}
	}
}

<<site>> {
	<<bind>>
	<<routes>>
	respond 404
}
<<elsewhere>>
"""

_ELSEWHERE = """\

# Caddy would answer 200, with nothing, to a name that nobody serves. One of
# these is enough for a port.
http://:<<port>> {
	<<bind>>
	respond 404
}"""
_CLEAR = "# Credentials travel in clear here: beyond this machine, let callers\n# reach it by https."


def check(api: ApiView) -> None:
    """Refuse an API for which Caddy could not enforce what is declared."""
    check_header_names(api, r"[A-Za-z0-9][A-Za-z0-9_-]*", Gateway.CADDY)
    if "$" in upstream_of(api).path:
        raise Refusal("The upstream has a $ in its path, which Caddy takes for a variable: leave it out.")
    if "*" in public_of(api).path:
        raise Refusal("The public path has a * in it, which Caddy takes for any letters: leave it out.")


def text(site: Site, around: Surroundings) -> str:
    """Return the configuration for APIs that have been checked."""
    public = site.address
    return filled(
        _TEMPLATE,
        opening=site.opening("Caddy, which asks keydesk about every call and lets it through on a 200 alone."),
        names=site.names,
        whose=site.whose,
        site=f"{public.scheme}://{public.netloc}" if site.is_named else f"http://:{public.port}",
        bind=_bind(public),
        elsewhere=_elsewhere(public) if site.is_named and not public.is_tls else "",
        routes="".join(calls.route(api, site, around) for api in site.apis),
    )


def _elsewhere(public: Address) -> str:
    bind = f"bind {public.loopback}" if public.loopback else ""
    return filled(_ELSEWHERE, port=str(public.port), bind=bind)


def _bind(public: Address) -> str:
    if public.is_tls:
        return ""
    return f"{_CLEAR}\nbind {public.loopback}\n" if public.loopback else f"{_CLEAR}\n"
