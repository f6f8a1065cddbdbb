"""The calls of one API through Caddy: who may pass, what is taken away, and where they go."""

import re

from core.rules.api_urls import CLIMBING
from core.rules.apis import Security
from core.rules.endpoints import VERIFY_PATH
from core.rules.gateways.addresses import Address, address, public_of, upstream_of
from core.rules.gateways.credentials import header_names, query_names
from core.rules.gateways.parts import ENDED, Surroundings, filled, parameter_pattern
from core.rules.gateways.sites import Site
from core.rules.views.apis import ApiView

_ROUTE = """\
<<heading>>
@<<matcher>> path <<paths>>
route @<<matcher>> {
	# A path has one spelling: who climbs out of the public one would
	# reach what is not protected here.
	@climbing vars_regexp climbing {path} "<<climbs>>"
	respond @climbing 400

	# Another protocol, such as h2c, would be a tunnel to the upstream
	# in which nobody looks at calls.
	@upgrading not vars_regexp upgrading {header.Upgrade} "(?i)^(websocket)?$"
	respond @upgrading 400

	# Connection names fields that end at this hop: nobody shall have
	# those of keydesk end here.
	@ended header_regexp ended Connection "(?i)<<ended>>"
	respond @ended 400

	# What keydesk believes of a gateway, and the upstream of keydesk,
	# so none of it may be the caller's.
	<<told>>
	request_header -X-Original-URI
	request_header -X-Forwarded-Uri
	request_header -Forwarded
	request_header -<<client_cert>>

	# Fields are passed on as they came: of two with one name keydesk
	# takes neither. The call's own URL goes along in X-Forwarded-Uri.
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

	# Fields with another sign in their names than single dashes: some
	# upstreams take X_Client_Id for X-Client-Id.
	<<odd>>

	<<stripped>>
	<<rewrites>>
	# Once more, now that the path is the upstream's.
	@climbing_now vars_regexp climbing_now {path} "<<climbs>>"
	respond @climbing_now 400

	reverse_proxy <<upstream>> {
		header_up Host <<host>>
	}
}
"""

_QUERY = """\
# Replacements are for path and query alike. Each begins with a |
# that no path has, so it finds the query alone.
rewrite * ?|{query}
<<parameters>>
uri replace | "" 1
"""

_PARAMETER = """\
@<<matcher>> vars_regexp <<matcher>> {query} "^([|](?:.*&)?)<<pattern>>(?:=[^&]*)?(?:&|$)"
uri @<<matcher>> replace {re.<<matcher>>.0} {re.<<matcher>>.1} 1
"""

_TOLD = ("X-Client-Id", "X-Scope", "X-Denial")
_ODD = ("--", *"!#$%&'*+.^_`|~")
"""What a field's name may hold beside letters, digits and single dashes (RFC 9110 section 5.6.2)."""
_WITHIN = re.compile(r"climbing|climbing_now|upgrading|ended|credential_[0-9]+")
"""The names of matchers within a route, which Caddy lets nobody else have."""


def route(api: ApiView, site: Site, around: Surroundings) -> str:
    """Return the route that its callers reach."""
    upstream, public, server = upstream_of(api), public_of(api), address(around.server, "keydesk serve")
    return filled(
        _ROUTE,
        heading=f"\n# The API {api.name}." if site.is_shared else "",
        matcher=_matcher(api),
        climbs=CLIMBING,
        server=server.netloc,
        verify=f"{VERIFY_PATH}/{api.name}",
        paths=f'"{public.path}" "{public.path}/*"' if public.path else "*",
        ended=ENDED,
        told="\n".join(f"request_header -{name}" for name in _TOLD),
        odd="\n".join(f"request_header -*{sign}*" for sign in _ODD),
        client_cert=around.client_cert,
        stripped=_stripped(api),
        rewrites=_rewrites(upstream, public),
        upstream=f"{upstream.scheme}://{upstream.netloc}",
        host=upstream.host_header,
    )


def _matcher(api: ApiView) -> str:
    """Return the name of the matcher for the path of an API: its own, if possible; no API has one in capitals."""
    return f"API-{api.name}" if _WITHIN.fullmatch(api.name) else api.name


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
