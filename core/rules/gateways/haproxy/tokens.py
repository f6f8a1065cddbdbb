"""How HAProxy knows a token of ours: by the public keys, which stand in the text itself, and by what it says."""

from core.rules.gateways.haproxy.words import quoted
from core.rules.gateways.parts import PublicKey, Surroundings, filled
from core.rules.gateways.sites import Site

_VERIFYING = """\
# Ours, by signature, kind, issuer and audience; of a key that stands
# here; not over, and bound to nobody.
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
"""

OURS = "token_ours token_ours_too token_kind token_issuer token_audience token_lives token_client !token_bound"
"""The conditions of a token of ours."""


def verifying(around: Surroundings) -> str:
    """Return the rules that look at a token, and what the conditions are."""
    verified = "\n".join(map(_verified, around.keys))
    return filled(_VERIFYING, verified=verified, issuer=quoted(around.issuer))


def extracting(site: Site, around: Surroundings) -> str:
    """Return the commands that take the public keys out of the text."""
    return "\n".join(
        f"#   sed -n 's/^#{key.kid} //p' /etc/haproxy/{site.file}.cfg > {_file(key)}" for key in around.keys
    )


def enclosed(around: Surroundings) -> str:
    """Return the public keys, each line after the ID of its key."""
    return "\n".join(f"#{key.kid} {line}" for key in around.keys for line in key.pem.splitlines())


def _verified(key: PublicKey) -> str:
    return (
        f"http-request set-var(txn.signed) var(txn.bearer),jwt_verify('ES256','{_file(key)}') "
        f"if {{ var(txn.kid) -m str -- {key.kid} }}"
    )


def _file(key: PublicKey) -> str:
    return f"/etc/haproxy/keydesk-{key.kid}.pem"
