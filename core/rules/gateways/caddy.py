"""Caddy in front of a protected API: `forward_auth` asks keydesk about every call, and passes its refusals on whole."""

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
    underscored,
    upstream_of,
)
from core.rules.views.apis import ApiView

_TEMPLATE = """\
# The API <<name>> behind Caddy, which asks keydesk about every call and lets it through on a 200 alone.
# Whatever else happens, keydesk being away included, nobody gets in.
#
# Printed by: keydesk api gateway <<name>> --for caddy
# Put it into /etc/caddy/Caddyfile, then: caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy
# Print it again when path, upstream, gateway or the names of headers and parameters change. Everything else about
# the API holds from the next call on. Name this gateway's address in [proxy] trusted of keydesk's configuration, or
# keydesk takes the gateway for the caller. Tokens that are bound to a client certificate are refused here.
{
	# What Caddy writes about a call that failed: no header and no query, where credentials may stand.
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
	@<<name>> path <<paths>>
	route @<<name>> {
		# A path has one spelling: who climbs out of the public one would reach what is not protected here.
		@climbing vars_regexp climbing {path} "<<climbs>>"
		respond @climbing 400

		# Connection names fields that end at this hop: nobody shall have those of keydesk end here.
		@ended header_regexp ended Connection "(?i)x[-_](client|scope|denial)"
		respond @ended 400

		# What keydesk believes of a gateway, and the upstream of keydesk, so none of it may be the caller's; with an
		# underscore neither, which some upstreams take for a dash.
		<<told>>
		request_header -X-Original-URI
		request_header -X-Forwarded-Uri
		request_header -Forwarded
		request_header -<<client_cert>>

		# Fields are passed on as they came: of two with one name keydesk takes neither. The call's own URL goes along
		# in X-Forwarded-Uri.
		forward_auth <<server>> {
			uri <<verify>>
			copy_headers X-Client-Id X-Scope
			header_up Host <<server>>
			header_up -Cookie
			# Its body says the same.
			header_down -X-Denial
			transport http {
				dial_timeout 2s
				response_header_timeout 15s
			}
		}

		<<stripped>>
		<<rewrites>>
		# Once more, now that the path is the upstream's.
		@climbing_now vars_regexp climbing_now {path} "<<climbs>>"
		respond @climbing_now 400

		reverse_proxy <<upstream>> {
			header_up Host <<host>>
		}
	}
	respond 404
}
"""

_QUERY = """\
# Replacements are for path and query alike. Each begins with a | that no path has, so it finds the query alone.
rewrite * ?|{query}
<<parameters>>
uri replace | "" 1
"""

_PARAMETER = """\
@<<matcher>> vars_regexp <<matcher>> {query} "^([|](?:.*&)?)<<pattern>>(?:=[^&]*)?(?:&|$)"
uri @<<matcher>> replace {re.<<matcher>>.0} {re.<<matcher>>.1} 1
"""

_CLEAR = "# Credentials travel in clear here: beyond this machine, let callers reach it by https."
_TOLD = ("X-Client-Id", "X-Scope", "X-Denial", *UNDERSCORED)


def text(api: ApiView, around: Surroundings) -> str:
    """Return the configuration; raises `Refusal` where Caddy could not enforce what is declared."""
    check_header_names(api, r"[A-Za-z0-9][A-Za-z0-9_-]*", Gateway.CADDY)
    upstream, public, server = upstream_of(api), public_of(api), address(around.server, "keydesk serve")
    if "$" in upstream.path:
        raise Refusal("The upstream has a $ in its path, which Caddy takes for a variable: leave it out.")
    if "*" in public.path:
        raise Refusal("The public path has a * in it, which Caddy takes for any letters: leave it out.")
    return filled(
        _TEMPLATE,
        name=api.name,
        climbs=CLIMBING,
        server=server.netloc,
        verify=f"{VERIFY_PATH}/{api.name}",
        site=f"{public.scheme}://{public.netloc}" if api.gateway else f"http://:{public.port}",
        bind=_bind(public),
        paths=f'"{public.path}" "{public.path}/*"' if public.path else "*",
        told="\n".join(f"request_header -{spelling}" for spelling in (*_TOLD, *_underscored(api, around))),
        client_cert=around.client_cert,
        stripped=_stripped(api),
        rewrites=_rewrites(upstream, public),
        upstream=f"{upstream.scheme}://{upstream.netloc}",
        host=upstream.host_header,
    )


def _underscored(api: ApiView, around: Surroundings) -> list[str]:
    """Return the other spellings of the fields that are taken away by their name alone."""
    names = (*header_names(api), around.client_cert)
    return [spelling for name in names for spelling in underscored(name) if spelling not in _TOLD]


def _bind(public: Address) -> str:
    if public.is_tls:
        return ""
    return f"{_CLEAR}\nbind {public.loopback}\n" if public.loopback else f"{_CLEAR}\n"


def _stripped(api: ApiView) -> str:
    """Return what takes the credentials away: an upstream needs none of a caller."""
    lines = [f"request_header -{name}" for name in header_names(api)]
    parameters = "".join(
        filled(_PARAMETER, matcher=f"credential_{number}", pattern=parameter_pattern(name))
        for number, name in enumerate(query_names(api), 1)
    )
    if parameters:
        lines += filled(_QUERY, parameters=parameters).splitlines()
    if not lines:
        return ""
    kept = "\n# A token stays, for upstreams that read it themselves." if Security.BEARER in api.security else ""
    return "\n".join([f"# The upstream needs no credential of a caller.{kept}", *lines]) + "\n"


def _rewrites(upstream: Address, public: Address) -> str:
    """Return what puts the upstream's path in the place of the public one."""
    lines = []
    if public.path:
        lines.append(f'uri strip_prefix "{public.path}"')
    if upstream.path:
        lines.append(f'uri path_regexp ^ "{upstream.path}"')
    return "\n".join(lines)
