"""`keydesk api`: what protected APIs declare, who calls them, what gateways are told, and whether upstreams are up."""

from keydesk.commands.api import callers, gateway, status
from keydesk.commands.api.declaring import app

app.command("subscribe")(callers.subscribe)
app.command("unsubscribe")(callers.unsubscribe)
app.command("callers")(callers.callers)
app.command("gateway")(gateway.gateway)
app.command("status")(status.status)

__all__ = ["app"]
