"""Endpoints for authenticated clients: the form, then who it is, then the endpoint's own answer, in this order.

A stranger so learns nothing of the later steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from starlette.types import Receive, Scope

from core.authentication import Authenticated
from web.answers import Answer
from web.form import form_in, form_of
from web.logon import ClientLogon


class ForClients(ABC):
    """An endpoint that answers without waiting once it knows the client."""

    def __init__(self, logon: ClientLogon) -> None:
        self._logon = logon

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Answer a request, however long it takes to find out whose it is."""
        form = await form_of(scope, receive)
        return self.answer(await self._logon.client(scope, form), form)

    def at_once(self, scope: Scope, body: bytes) -> Answer | None:
        """Answer a request whose client this process knows; None where that must be found out first."""
        form = form_in(scope, body)
        client = self._logon.at_once(scope, form)
        return None if client is None else self.answer(client, form)

    @abstractmethod
    def answer(self, client: Authenticated, form: Mapping[str, str]) -> Answer:
        """Answer this client; raises what `web.errors` knows how to answer."""
