"""Caddy in front of protected APIs: `forward_auth` asks keydesk about every call, and passes its refusals on whole."""

from core.rules.gateways.caddy.server import check, text

__all__ = ["check", "text"]
