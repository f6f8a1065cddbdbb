"""Asking an issuer for its keys: at most three requests, https or this machine, and no redirect is followed."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from core.exchange import Call, Exchange, NoReply, Reply
from core.rules.answers import Members, json_object
from core.rules.endpoints import is_loopback
from core.rules.errors import Refusal
from core.rules.key_sets import keys_in
from core.rules.trust_urls import jwks_url, metadata_urls

_NO_KEYS = "No key can be used: it takes RSA of 2048 to 8192 bits, EC P-256, P-384 or P-521, or Ed25519, at {}."
_SAYS_NOWHERE = (
    (range(500, 600), "The issuer's server has a fault (status {}): try again later"),
    ((429,), "The issuer is asked too often (status {}): try again later"),
    (range(300, 400), "The issuer redirects (status {}), which is not followed: check its URL, or give the JWKS URI"),
    ((401, 403), "The issuer shows its metadata to nobody (status {}): give the JWKS URI"),
    ((200,), "What the issuer answers is no JSON object: check its URL, or give the JWKS URI"),
    (range(1000), "The issuer says nowhere where its keys are (status {}): check its URL, or give the JWKS URI"),
)
"""What to do where no metadata were found; of two answers, the one that stands first here tells more."""
_GIVES_NONE = (
    (range(500, 600), "The server has a fault (status {}): try again later, at {}."),
    ((429,), "The server is asked too often (status {}): try again later, at {}."),
    (range(300, 400), "It redirects (status {}), which is not followed: name the final URL in place of {}."),
    ((401, 403), "It is shown to nobody (status {}): name a URL that asks for no logon in place of {}."),
    ((404, 410), "Nothing is there (status {}): check the path of {}."),
    (range(1000), "It answers with status {}: check {}."),
)


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
        return Fetched(keys, None if keys_in(keys) else _NO_KEYS.format(where), discovered)
    except _Failed as failed:
        return Fetched(None, failed.sentence, discovered)


def _key_set(where: str, reply: Reply) -> str:
    from core.key_sets import NoKeySet, usable_set  # the console needs no cryptography

    if reply.status != 200:
        raise _Failed(_fitting(_GIVES_NONE, reply).format(reply.status, where))
    try:
        return usable_set(reply.content)
    except NoKeySet as none:
        raise _Failed(f"What it answers {none.sentence.rstrip('.')}; asked: {where}.") from None


def _discovered(send: Exchange, patience: float, issuer: str) -> str:
    """Return the JWKS URI that the issuer's metadata names."""
    urls, replies = metadata_urls(issuer), []
    for url in urls:
        reply = _answer(send, patience, url)
        document = json_object(reply.content) if reply.status == 200 else None
        if document is not None:
            return _named_by(document, url, issuer)
        replies.append(reply)
    sentences = [sentence for _, sentence in _SAYS_NOWHERE]
    telling = min(replies, key=lambda reply: sentences.index(_fitting(_SAYS_NOWHERE, reply)))
    said = _fitting(_SAYS_NOWHERE, telling).format(telling.status)
    raise _Failed(f"{said}; asked: {' and '.join(urls)}.")


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


def _answer(send: Exchange, patience: float, url: str) -> Reply:
    try:
        return send(Call(url, {"Accept": "application/json"}, named="the URL"), patience)
    except NoReply as silence:
        raise _Failed(silence.sentence) from None


def _fitting(sentences: Iterable[tuple[Container[int], str]], reply: Reply) -> str:
    return next(sentence for statuses, sentence in sentences if reply.status in statuses)
