"""What somebody may have meant by a word that stands nowhere: the near ones of those that there are, or all."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_NEAR = 0.7
_MOST_NEAR, _MOST = 5, 20
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")


def known_instead(key: str, typed: str, known: Iterable[str]) -> str | None:
    """Return a sentence that names what *known* has for *key* in place of *typed*; None where that stands in one."""
    words = sorted(set(known))
    sought = typed.casefold()
    if any(sought in word.casefold() for word in words):
        return None
    near = [word for word in words if _nearness(sought, word.casefold()) >= _NEAR]
    near.sort(key=lambda word: -_nearness(sought, word.casefold()))
    if near:
        return f"No {key} here has “{typed}” in it; near it: {', '.join(near[:_MOST_NEAR])}."
    if not words:
        return f"There is no {key} here."
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return f"No {key} here has “{typed}” in it; there are: {', '.join(words[:_MOST])}{more}."


def _nearness(sought: str, word: str) -> float:
    return max(SequenceMatcher(None, sought, part).ratio() for part in (word, *_BETWEEN.split(word)))
