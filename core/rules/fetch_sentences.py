"""What an operator reads where a key set could not be had: what happened, what helps, and last the long URL."""

from collections.abc import Container, Iterable, Sequence

_SAYS_NOWHERE = (
    (range(500, 600), "The issuer's server has a fault (status {}): try again later"),
    ((429,), "The issuer is asked too often (status {}): try again later"),
    (range(300, 400), "The issuer redirects (status {}), which is not followed: check its URL, or give the JWKS URI"),
    ((401, 403), "The issuer shows its metadata to nobody (status {}): give the JWKS URI"),
    ((200,), "What the issuer answers is no JSON object: check its URL, or give the JWKS URI"),
    (range(1000), "The issuer says nowhere where its keys are (status {}): check its URL, or give the JWKS URI"),
)
_GIVES_NONE = (
    (range(500, 600), "The server has a fault (status {}): try again later, at {}."),
    ((429,), "The server is asked too often (status {}): try again later, at {}."),
    (range(300, 400), "It redirects (status {}), which is not followed: name the final URL in place of {}."),
    ((401, 403), "It is shown to nobody (status {}): name a URL that asks for no logon in place of {}."),
    ((404, 410), "Nothing is there (status {}): check the path of {}."),
    (range(1000), "It answers with status {}: check {}."),
)


def says_nowhere(statuses: Sequence[int], urls: Sequence[str]) -> str:
    """Return what to do where *urls* held no metadata; of several answers, the one that stands first tells more."""
    sentences = [sentence for _, sentence in _SAYS_NOWHERE]
    telling = min(statuses, key=lambda status: sentences.index(_fitting(_SAYS_NOWHERE, status)))
    return f"{_fitting(_SAYS_NOWHERE, telling).format(telling)}; asked: {' and '.join(urls)}."


def gives_none(status: int, url: str) -> str:
    """Return what to do where *url* answers with another status than 200."""
    return _fitting(_GIVES_NONE, status).format(status, url)


def _fitting(sentences: Iterable[tuple[Container[int], str]], status: int) -> str:
    return next(sentence for statuses, sentence in sentences if status in statuses)
