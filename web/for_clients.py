"""Endpoints for authenticated clients: the form, then who it is, then the endpoint's own answer, in this order.

A stranger so learns nothing of the later steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from starlette.types import Receive, Scope

from core.authentication.proofs import Authenticated
from web.answers import Answer
from web.form import form_in, form_of
from web.logon import ClientLogon
from web.prepared import Prepared


class ForClients(ABC):
    """An endpoint that answers without waiting once it knows the client."""

    def __init__(self, logon: ClientLogon) -> None:
        self._logon = logon

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Answer a request, however long it takes to find out whose it is."""
        form = await form_of(scope, receive)
        return self.answer(await self._logon.client(scope, form), form)

    def prepared(self, scope: Scope, body: bytes) -> Prepared | None:
        """Read a request of a client whose secret this process has verified; raises what `__call__` raises."""
        form = form_in(scope, body)
        proof = self._logon.proof(scope, form)
        answer = self.lasting(form) if proof else None
        if proof is None or answer is None:
            return None
        by = self._logon.by

        def again() -> Answer | None:
            client = by(proof)
            return None if client is None else answer(client)

        return Prepared(proof.client_id, again)

    @abstractmethod
    def answer(self, client: Authenticated, form: Mapping[str, str]) -> Answer:
        """Answer this client; raises what `web.errors` knows how to answer."""

    @abstractmethod
    def lasting(self, form: Mapping[str, str]) -> Callable[[Authenticated], Answer] | None:
        """Return what answers this form whenever it comes; None where it has to be read anew each time.

        What is returned keeps nothing of the form that works as a credential.
        """
