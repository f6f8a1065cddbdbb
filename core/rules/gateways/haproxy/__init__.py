"""HAProxy in front of protected APIs: it verifies our tokens by itself (`jwt_verify`) and never asks keydesk.

So it enforces bearer tokens alone, and what a token says; the text names what it cannot know.
"""

from core.rules.gateways.haproxy.frontend import check, text

__all__ = ["check", "text"]
