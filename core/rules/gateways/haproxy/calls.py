"""The calls of one API through HAProxy: what they must carry, how they are refused, and where they go."""

import re

from core.rules.denials import Denial
from core.rules.gateways.addresses import Address, public_of, upstream_of
from core.rules.gateways.haproxy.words import quoted
from core.rules.gateways.parts import Surroundings, filled, parameter_pattern
from core.rules.profiles import response
from core.rules.views.apis import ApiView

_PRESENTED = """\
# One token, in the Authorization header alone.
<<unclear>>
<<no_token>>
"""

_CALLER = """\
# Who calls. These replace what a caller has written there, in any
# spelling.
<<taken>>
http-request set-header X-Client-Id %[var(txn.bearer),jwt_payload_query('$.client_id')]
http-request set-header X-Scope %[var(txn.bearer),jwt_payload_query('$.scope')]
http-request set-header X-Forwarded-For %[src]

http-request set-header Host <<host>>
<<rewrite>>
"""

_TAKEN = ("X-Client-Id", "X-Scope", "X-Denial", "X-Original-URI", "X-Forwarded-Uri", "X-Forwarded-For", "Forwarded")

# However it is encoded.
_IN_QUERY = "'(^|&)" + parameter_pattern("access_token").replace("(?:", "(") + "(=|&|$)'"


def one_token(api: ApiView) -> str:
    """Return the rules that refuse calls without a token, or with more than one."""
    # http_auth_bearer reads a field only up to a comma, and the upstream gets the whole.
    fields = "{ req.fhdr_cnt(authorization) gt 1 } || { req.fhdr(authorization) -m sub , }"
    doubtful = f"if {fields} || {{ query -m reg {_IN_QUERY} }}"
    return filled(
        _PRESENTED,
        unclear=_refused(api, Denial.UNCLEAR, doubtful),
        no_token=_refused(api, Denial.NO_TOKEN, "unless { http_auth_bearer -m found }"),
    )


def invalid(api: ApiView, ours: str) -> str:
    """Return the rule that refuses a token for which the condition *ours* does not hold."""
    return _refused(api, Denial.INVALID_TOKEN, f"unless {ours}")


def scopes(api: ApiView) -> str:
    """Return the rules for OAuth scopes: one of them, or each of them."""
    if not api.scopes:
        return "# No OAuth scope is wanted."
    padded = "http-request set-var(txn.scope) str(' '),concat(,txn.plain,' ')"
    plain = "http-request set-var(txn.plain) var(txn.bearer),jwt_payload_query('$.scope')"
    patterns = [quoted(f" {scope} ") for scope in api.scopes]
    # Several patterns of one condition are alternatives, several conditions are wanted together.
    wanted = [" ".join(patterns)] if api.any_scope else patterns
    rules = [_refused(api, Denial.INSUFFICIENT_SCOPE, f"unless {{ var(txn.scope) -m sub {each} }}") for each in wanted]
    return "\n".join(["# The OAuth scopes.", plain, padded, *rules])


def caller(api: ApiView, around: Surroundings) -> str:
    """Return what tells the upstream who calls, in the place of whatever a caller has written there."""
    upstream = upstream_of(api)
    rewrite = _rewrite(upstream, public_of(api))
    taken = "\n".join(f"http-request del-header {_spelt(name)} -m reg" for name in (*_TAKEN, around.client_cert))
    return filled(_CALLER, taken=taken, host=upstream.host_header, rewrite=rewrite)


def server(api: ApiView) -> str:
    """Return where its calls go."""
    upstream = upstream_of(api)
    if not upstream.is_tls:
        return f"server upstream {upstream.netloc}"
    name = f"sni str({upstream.host}) verifyhost {upstream.host}"
    return f"server upstream {upstream.netloc} ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt {name}"


def _spelt(name: str) -> str:
    """Return a regular expression for a field's name with any signs for its dashes: some upstreams take it for that."""
    # HAProxy has all names in small letters.
    return quoted(f"^{'[^a-z0-9]+'.join(re.findall('[a-z0-9]+', name.lower()))}$")


def _refused(api: ApiView, denial: Denial, condition: str) -> str:
    """Return the rule that answers as the API's profile does."""
    shown = response(api.profile, denial).filled(api.name, api.scopes)
    body = f" content-type application/json string {quoted(shown.body)}" if shown.body else ""
    challenge = f" hdr WWW-Authenticate {quoted(shown.challenge.replace('%', '%%'))}" if shown.challenge else ""
    return f"http-request return status {shown.status}{body}{challenge} {condition}"


def _rewrite(upstream: Address, public: Address) -> str:
    """Return what puts the upstream's path in the place of the public one."""
    if public.path == upstream.path:
        return ""
    beginning = "".join(f"\\{letter}" if not letter.isalnum() and letter != "/" else letter for letter in public.path)
    target = upstream.path.replace("%", "%%")
    pattern, target = (f"^{beginning}(/.*)?$", target + "\\1") if target else (f"^{beginning}/?(.*)$", "/\\1")
    return f"http-request replace-path {quoted(pattern)} {quoted(target)}"
