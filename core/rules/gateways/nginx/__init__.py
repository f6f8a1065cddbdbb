"""nginx in front of protected APIs: `auth_request` asks keydesk about every call.

The body of a refusal is thrown away by nginx, so keydesk sends it in `X-Denial` as well; it is answered from there
and nobody is asked a second time, which would count a second failed logon.
"""

from core.rules.gateways.nginx.server import check, text

__all__ = ["check", "text"]
