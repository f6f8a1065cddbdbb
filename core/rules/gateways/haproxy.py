"""HAProxy in front of a protected API: it verifies our tokens by itself (`jwt_verify`) and never asks keydesk.

So it enforces bearer tokens alone, and what a token says; the text names what it cannot know.
"""

from core.rules.apis import Security
from core.rules.denials import Denial
from core.rules.errors import Refusal
from core.rules.gateways.parts import (
    CLIMBING,
    Address,
    PublicKey,
    Surroundings,
    filled,
    parameter_pattern,
    public_of,
    upstream_of,
)
from core.rules.profiles import response
from core.rules.views.apis import ApiView

_TEMPLATE = """\
# The API <<name>> behind HAProxy 2.5 or newer, which verifies access tokens by itself: it never asks keydesk.
#
# THE GAP: a token that was revoked, or whose secret, certificate or application was revoked, disabled or deleted,
# lives until it expires; the lifetime of tokens is a setting of each application. Nor is a call counted, so the API
# is shown as never called. Tokens that are bound to a client certificate are refused. nginx and Caddy have no gap.
#
# Printed by: keydesk api gateway <<name>> --for haproxy
# Put it into /etc/haproxy/<<name>>.cfg and the public keys, which stand below, beside it:
<<extracting>>
# then: haproxy -c -f /etc/haproxy/<<name>>.cfg
# Print it again when anything about the API changes, and at once after keydesk keys rotate: tokens of a key that does
# not stand here are refused.
#
<<keys>>

defaults keydesk
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout http-request 10s

frontend <<name>> from keydesk
    <<bind>>

    # A path has one spelling: who climbs out of the public one would reach what is not protected here.
    http-request deny deny_status 400 if { path,url_dec -m reg <<climbs>> }
    <<public>>

    # One token, in the Authorization header alone.
    <<unclear>>
    <<no_token>>

    # Ours, by signature, kind, issuer and audience; of a key that stands here; not over, and bound to nobody.
    http-request set-var(txn.bearer) http_auth_bearer
    http-request set-var(txn.kid) var(txn.bearer),jwt_header_query('$.kid')
    <<verified>>
    http-request set-var(txn.now) date()
    http-request set-var(txn.left) var(txn.bearer),jwt_payload_query('$.exp','int'),sub(txn.now)
    acl token_ours var(txn.signed) -m int 1
    acl token_ours_too var(txn.bearer),jwt_header_query('$.alg') -m str ES256
    acl token_kind var(txn.bearer),jwt_header_query('$.typ') -m str at+jwt
    acl token_issuer var(txn.bearer),jwt_payload_query('$.iss') -m str <<issuer>>
    acl token_audience var(txn.bearer),jwt_payload_query('$.aud') -m str <<issuer>>
    acl token_lives var(txn.left) -m int gt 0
    acl token_client var(txn.bearer),jwt_payload_query('$.client_id') -m len gt 0
    acl token_bound var(txn.bearer),jwt_payload_query('$.cnf.x5t#S256') -m found
    <<invalid>>

    <<scopes>>

    # Who calls. These replace what a caller has written there, in any spelling.
    http-request del-header ^x[-_](client[-_]id|scope|denial)$ -m reg
    http-request del-header ^(x[-_](original|forwarded)[-_]uri|x[-_]forwarded[-_]for|forwarded)$ -m reg
    http-request del-header <<client_cert>>
    http-request set-header X-Client-Id %[var(txn.bearer),jwt_payload_query('$.client_id')]
    http-request set-header X-Scope %[var(txn.bearer),jwt_payload_query('$.scope')]
    http-request set-header X-Forwarded-For %[src]

    http-request set-header Host <<host>>
    <<rewrite>>
    default_backend <<name>>

backend <<name>> from keydesk
    <<server>>
"""

_OURS = "token_ours token_ours_too token_kind token_issuer token_audience token_lives token_client !token_bound"

# However it is encoded.
_IN_QUERY = "'(^|&)" + parameter_pattern("access_token").replace("(?:", "(") + "(=|&|$)'"


def text(api: ApiView, around: Surroundings) -> str:
    """Return the configuration; raises `Refusal` where HAProxy could not enforce what is declared."""
    _check(api, around)
    upstream, public = upstream_of(api), public_of(api)
    return filled(
        _TEMPLATE,
        name=api.name,
        climbs=_quoted(CLIMBING),
        extracting="\n".join(
            f"#   sed -n 's/^#{key.kid} //p' /etc/haproxy/{api.name}.cfg > {_file(key)}" for key in around.keys
        ),
        keys="\n".join(f"#{key.kid} {line}" for key in around.keys for line in key.pem.splitlines()),
        bind=_bind(public),
        public=_public(public),
        unclear=_refused(
            api, Denial.UNCLEAR, f"if {{ req.fhdr_cnt(authorization) gt 1 }} || {{ query -m reg {_IN_QUERY} }}"
        ),
        no_token=_refused(api, Denial.NO_TOKEN, "unless { http_auth_bearer -m found }"),
        verified="\n".join(_verified(key) for key in around.keys),
        issuer=_quoted(around.issuer),
        client_cert=around.client_cert,
        invalid=_refused(api, Denial.INVALID_TOKEN, f"unless {_OURS}"),
        scopes=_scopes(api),
        host=upstream.host_header,
        rewrite=_rewrite(upstream, public),
        server=_server(upstream),
    )


def _check(api: ApiView, around: Surroundings) -> None:
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
    if not around.keys:
        raise Refusal("There is no signing key yet whose tokens HAProxy could verify: start keydesk serve once.")


def _bind(public: Address) -> str:
    if public.is_tls:
        return f"bind :{public.port} ssl crt /etc/ssl/private/{public.host}.pem"
    clear = "# Tokens travel in clear here: beyond this machine, let callers reach it by https."
    return f"{clear}\nbind {f'{public.loopback}:{public.port}' if public.loopback else f':{public.port}'}"


def _public(public: Address) -> str:
    if not public.path:
        return ""
    path, below = _quoted(public.path), _quoted(f"{public.path}/")
    return f"http-request deny deny_status 404 unless {{ path -m str {path} }} || {{ path -m beg {below} }}"


def _refused(api: ApiView, denial: Denial, condition: str) -> str:
    """Return the rule that answers as the API's profile does."""
    shown = response(api.profile, denial).filled(api.name, api.scopes)
    body = f" content-type application/json string {_quoted(shown.body)}" if shown.body else ""
    challenge = f" hdr WWW-Authenticate {_quoted(shown.challenge.replace('%', '%%'))}" if shown.challenge else ""
    return f"http-request return status {shown.status}{body}{challenge} {condition}"


def _verified(key: PublicKey) -> str:
    return (
        f"http-request set-var(txn.signed) var(txn.bearer),jwt_verify('ES256','{_file(key)}') "
        f"if {{ var(txn.kid) -m str -- {key.kid} }}"
    )


def _scopes(api: ApiView) -> str:
    """Return the rules for OAuth scopes: one of them, or each of them."""
    if not api.scopes:
        return "# No OAuth scope is wanted."
    padded = "http-request set-var(txn.scope) str(' '),concat(,txn.plain,' ')"
    plain = "http-request set-var(txn.plain) var(txn.bearer),jwt_payload_query('$.scope')"
    patterns = [_quoted(f" {scope} ") for scope in api.scopes]
    # Several patterns of one condition are alternatives, several conditions are wanted together.
    wanted = [" ".join(patterns)] if api.any_scope else patterns
    rules = [_refused(api, Denial.INSUFFICIENT_SCOPE, f"unless {{ var(txn.scope) -m sub {each} }}") for each in wanted]
    return "\n".join(["# The OAuth scopes.", plain, padded, *rules])


def _rewrite(upstream: Address, public: Address) -> str:
    """Return what puts the upstream's path in the place of the public one."""
    if public.path == upstream.path:
        return ""
    beginning = "".join(f"\\{letter}" if not letter.isalnum() and letter != "/" else letter for letter in public.path)
    target = upstream.path.replace("%", "%%")
    pattern, target = (f"^{beginning}(/.*)?$", target + "\\1") if target else (f"^{beginning}/?(.*)$", "/\\1")
    return f"http-request replace-path {_quoted(pattern)} {_quoted(target)}"


def _server(upstream: Address) -> str:
    if not upstream.is_tls:
        return f"server upstream {upstream.netloc}"
    name = f"sni str({upstream.host}) verifyhost {upstream.host}"
    return f"server upstream {upstream.netloc} ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt {name}"


def _file(key: PublicKey) -> str:
    return f"/etc/haproxy/keydesk-{key.kid}.pem"


def _quoted(text: str) -> str:
    """Return a text as one word of the configuration, in which nothing has a meaning."""
    return "'" + text.replace("'", "'\\''") + "'"
