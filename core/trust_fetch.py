"""Asking an issuer for its keys: at most three requests, https or this machine, and no redirect is followed."""

from dataclasses import dataclass

from core.exchange import Call, Exchange, NoReply, Reply
from core.rules.answers import Members, json_object
from core.rules.endpoints import is_loopback
from core.rules.errors import Refusal
from core.rules.key_sets import keys_in
from core.rules.trust_urls import jwks_url, metadata_urls

_NO_KEYS = "holds no key that can be used: RSA of 2048 to 8192 bits, EC P-256, P-384 or P-521, or Ed25519."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to: `keys` as they are stored, None where they could not be had; `failure` says why.

    Keys and failure together: the issuer has answered well, and has no key (any more) that can be used.
    """

    keys: str | None
    failure: str | None = None
    discovered_uri: str | None = None


class _Failed(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def fetched(send: Exchange, patience: float, issuer: str | None, jwks_uri: str | None) -> Fetched:
    """Fetch the keys at *jwks_uri*, or where *issuer* says that they are; *patience* is in seconds, for each request.

    Nothing is raised for what another server does.
    """
    discovered = None
    try:
        if jwks_uri is None:
            assert issuer is not None, "a trust without an issuer has a JWKS URI"
            discovered = _discovered(send, patience, issuer)
        where = jwks_uri or discovered or ""
        keys = _key_set(where, _answer(send, patience, where))
        return Fetched(keys, None if keys_in(keys) else f"{where} {_NO_KEYS}", discovered)
    except _Failed as failed:
        return Fetched(None, failed.sentence, discovered)


def _key_set(where: str, reply: Reply) -> str:
    from core.key_sets import NoKeySet, usable_set  # the console needs no cryptography

    if reply.status != 200:
        raise _Failed(f"{where} {_told(reply)}")
    try:
        return usable_set(reply.content)
    except NoKeySet as none:
        raise _Failed(f"What {where} answers {none.sentence}") from None


def _discovered(send: Exchange, patience: float, issuer: str) -> str:
    """Return the JWKS URI that the issuer's metadata names."""
    tried: list[str] = []
    for url in metadata_urls(issuer):
        reply = _answer(send, patience, url)
        document = json_object(reply.content) if reply.status == 200 else None
        if document is not None:
            return _named_by(document, url, issuer)
        tried.append(f"{url} {'is no JSON object.' if reply.status == 200 else _told(reply)}")
    raise _Failed(" ".join(["The issuer says nowhere where its keys are; give the JWKS URI.", *tried]))


def _named_by(document: Members, url: str, issuer: str) -> str:
    if document.get("issuer") != issuer:  # RFC 8414 section 3.3: identical, or nothing of it is used
        raise _Failed(f"{url} describes another issuer: what it calls itself must be the issuer to the letter.")
    named = document.get("jwks_uri")
    if not isinstance(named, str):
        raise _Failed(f"{url} names no jwks_uri: give the JWKS URI.")
    try:
        jwks_uri = jwks_url(named)
    except Refusal as refusal:
        raise _Failed(f"{url} names keys that cannot be trusted. {refusal.sentence}") from None
    if is_loopback(jwks_uri) and not is_loopback(issuer):  # another machine has no say in what is asked on this one
        raise _Failed(f"{url} names keys on this machine, which is not its own.")
    return jwks_uri


def _answer(send: Exchange, patience: float, url: str) -> Reply:
    try:
        return send(Call(url, {"Accept": "application/json"}, named="the URL"), patience)
    except NoReply as silence:
        raise _Failed(silence.sentence) from None


def _told(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return f"redirects (status {reply.status}), which is not followed: name the final URL."
    return f"answers with status {reply.status}."
