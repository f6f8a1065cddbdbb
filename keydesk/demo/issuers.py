"""The other servers of the demo's story, in this process: the demo asks nobody in the world for keys."""

import json
from urllib.parse import urlsplit

from core.outbound.exchange import Call, NoReply, Reply

CI = "https://ci.example"
"""Describes itself, and so where its keys are."""
PARTNER = "https://keys.partner.example"

# Made for this story; the private halves were never kept.
_EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "WcXyAuQtduAx3fTyxJEkJPreBGVKZO297J5BRs9aIhk",
    "y": "cll7QOF_df4g3HxOkYBGzCjC_8Wazb9GFDvF325ALxc",
}
_NEXT_EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "xy4VcVSqFdecNmg2_0_cOkmzwUrF4OLW3EOGPLMPesQ",
    "y": "nxeVemLkDnGg80UDazZEs5W9_fAWY3JFHr4HSIQYuYA",
}
_ED25519 = {"kty": "OKP", "crv": "Ed25519", "x": "q_0zbyA_pVCNEayqTwt8Sgf_VcESUoTH3qxbQkMcWak"}

_SAYS: dict[str, object] = {
    f"{CI}/.well-known/openid-configuration": {"issuer": CI, "jwks_uri": f"{CI}/jwks"},
    f"{CI}/jwks": {
        "keys": [{**_EC, "kid": "ci-2026-04", "alg": "ES256"}, {**_NEXT_EC, "kid": "ci-2026-05", "alg": "ES256"}]
    },
    f"{PARTNER}/settlement.json": {"keys": [{**_ED25519, "kid": "settlement", "alg": "EdDSA"}]},
}


class Issuers:
    """Answers as they do, unless they are down."""

    def __init__(self) -> None:
        self.down: set[str] = set()

    def send(self, call: Call, within: float) -> Reply:
        """Return what the server at this URL says; stands where `core.outbound.exchange.exchange` does in earnest."""
        parts = urlsplit(call.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin in self.down:
            raise NoReply(f"No answer within {within:g} s from {origin}.", absent=True)
        if call.url not in _SAYS and origin not in (CI, PARTNER):
            raise NoReply(f"The demo asks nobody outside; in earnest, {origin} would be asked now.", absent=True)
        said = _SAYS.get(call.url)
        return Reply(200, json.dumps(said).encode()) if said else Reply(404, b"")
