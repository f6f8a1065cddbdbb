"""Asking an issuer for its keys: at most three requests, https or this machine, and no redirect is followed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from core.outbound.exchange import Call, Exchange, NoReply, Reply
from core.rules.answers import Members, json_object
from core.rules.endpoints import is_loopback
from core.rules.errors import Refusal
from core.rules.fetch_sentences import gives_none, says_nowhere
from core.rules.trust_urls import address_objection, jwks_url, metadata_urls

BROKEN = "Fetching broke off by a defect of keydesk: please report it; serve tells of it on its standard error."
"""Stands where an operator looks for the reason, whatever was raised."""
_TOO_LITTLE = 0.05
"""Seconds in which nobody can be asked."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to: `keys` as they are stored, or None with the `failure` that says why there are none."""

    keys: str | None
    failure: str | None = None
    discovered_uri: str | None = None


class _Failed(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class _Asking:
    """Asks one server after the other, all within *patience* in seconds."""

    def __init__(self, send: Exchange, patience: float, timer: Callable[[], float] = monotonic) -> None:
        self._send = send
        self._timer = timer
        self._patience = patience
        self._ends = timer() + patience

    def ask(self, url: str, *, elsewhere: bool = False) -> Reply:
        """Return the reply at *url*, which is not on this machine where it must be *elsewhere*."""
        left = self._ends - self._timer()
        if left < _TOO_LITTLE:
            raise _Failed(f"The {self._patience:g} s of a fetch were over; not asked any more: {url}.")
        guard = partial(address_objection, url, elsewhere=elsewhere)
        try:
            return self._send(Call(url, {"Accept": "application/json"}, named="the URL", guard=guard), left)
        except NoReply as silence:
            raise _Failed(silence.sentence) from None


def fetched(send: Exchange, patience: float, issuer: str | None, jwks_uri: str | None) -> Fetched:
    """Fetch the keys at *jwks_uri*, or where *issuer* says that they are; *patience* is in seconds, for all of it.

    Nothing is raised for what another server does.
    """
    asking, discovered, elsewhere = _Asking(send, patience), None, False
    try:
        if jwks_uri is None:
            assert issuer is not None, "a trust without an issuer has a JWKS URI"
            discovered, elsewhere = _discovered(asking, issuer)
        where = jwks_uri or discovered or ""
        return Fetched(_key_set(where, asking.ask(where, elsewhere=elsewhere)), None, discovered)
    except _Failed as failed:
        return Fetched(None, failed.sentence, discovered)


def _key_set(where: str, reply: Reply) -> str:
    from core.jwt_trusts.key_sets import NoKeySet, usable_set  # the console needs no cryptography

    if reply.status != 200:
        raise _Failed(gives_none(reply.status, where))
    try:
        return usable_set(reply.content)
    except NoKeySet as none:
        raise _Failed(f"What it answers {none.sentence.rstrip('.')}; asked: {where}.") from None


def _discovered(asking: _Asking, issuer: str) -> tuple[str, bool]:
    """Return the JWKS URI that the issuer's metadata name, and whether it must be elsewhere, as the issuer is."""
    urls, statuses = metadata_urls(issuer), []
    for url in urls:
        reply = asking.ask(url)
        document = json_object(reply.content) if reply.status == 200 else None
        if document is not None:
            return _named_by(document, url, issuer), not reply.is_local
        statuses.append(reply.status)
    raise _Failed(says_nowhere(statuses, urls))


def _named_by(document: Members, url: str, issuer: str) -> str:
    if document.get("issuer") != issuer:  # RFC 8414 section 3.3: identical, or nothing of it is used
        raise _Failed(f"It calls itself otherwise: the issuer must be what its metadata say, to the letter, at {url}.")
    named = document.get("jwks_uri")
    if not isinstance(named, str):
        raise _Failed(f"The issuer's metadata name no jwks_uri: give the JWKS URI; asked: {url}.")
    try:
        jwks_uri = jwks_url(named)
    except Refusal as refusal:
        said = f"The issuer's metadata name keys that cannot be trusted. {refusal.sentence.rstrip('.')}"
        raise _Failed(f"{said}; asked: {url}.") from None
    if is_loopback(jwks_uri) and not is_loopback(issuer):  # another machine has no say in what is asked on this one
        raise _Failed(f"The issuer's metadata name keys on this machine, which is not its own; asked: {url}.")
    return jwks_uri
