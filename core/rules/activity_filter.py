"""What an operator looks for in the activity, typed as words and terms: `revoked actor:alice since:2d`.

A term is a key, a colon and a value, which stands in quotes where it holds blanks; every other word is looked for as
it stands. All of them must hold. The console's filter line and the options of `keydesk activity` share this.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from core.rules.errors import Refusal
from core.rules.search import search_text
from core.rules.text import normalised
from core.rules.time_terms import since, until

LOGON_REFUSED = "logon.refused"
"""The action of a row that tells of a refused logon; every other row tells of what was done."""

KEYS = ("actor", "action", "object", "result", "reason", "since", "until")

_TERM = re.compile(r'(?:(?P<key>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S*))')
_LONGEST_KEY = 20

Term = tuple[str, str]


class Result(StrEnum):
    """How something ended that a row tells of."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which rows are wanted: those for which everything holds that is not empty.

    `since` is the first moment, `until` the first one that is too late. A secret among the texts is cut to its hint.
    """

    actor: str = ""
    action: str = ""
    object: str = ""
    reason: str = ""
    result: Result | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("actor", "action", "object", "reason"):
            object.__setattr__(self, name, search_text(getattr(self, name)))
        object.__setattr__(self, "words", tuple(filter(None, map(search_text, self.words))))


EVERYTHING = ActivityFilter()


def activity_filter(
    typed: str, now: datetime, *, given: Iterable[Term] = (), zone: tzinfo | None = None
) -> ActivityFilter:
    """Return what *typed* asks for, together with the terms that were *given* apart from it.

    Days and times of day are those of *zone*, or of the system's where that is None. Raises `Refusal`, whose field is
    the key, for an unknown key, a key that stands twice, or a value that makes no sense; a key without value asks for
    nothing, because it is still being typed.
    """
    words, terms = _sorted((*_parts(normalised(typed)), *given))
    return ActivityFilter(
        actor=terms.get("actor", ""),
        action=terms.get("action", ""),
        object=terms.get("object", ""),
        reason=terms.get("reason", ""),
        result=_result(terms["result"]) if "result" in terms else None,
        since=since(terms["since"], now, zone) if "since" in terms else None,
        until=until(terms["until"], now, zone) if "until" in terms else None,
        words=tuple(words),
    )


def _sorted(parts: Iterable[Term]) -> tuple[list[str], dict[str, str]]:
    """Return the words, and the value of each key that has one."""
    words: list[str] = []
    terms: dict[str, str] = {}
    for key, value in parts:
        if not key:
            words.append(value)
        elif key not in KEYS:
            raise Refusal(
                f"{key[:_LONGEST_KEY]}: is none of {', '.join(KEYS)}; to look for it as it stands, put it in quotes.",
                field=key,
            )
        elif value:
            if key in terms:
                raise Refusal(f"{key}: is given twice; once is enough.", field=key)
            terms[key] = value
    return words, terms


def _parts(text: str) -> Iterator[Term]:
    """Give each term as key and value, and each word with an empty key."""
    for found in _TERM.finditer(text):
        key, value = (found["key"] or "").lower(), found["bare"] if found["quoted"] is None else found["quoted"]
        if key or value.strip():
            yield key, value.strip()


def _result(word: str) -> Result:
    for result in Result:
        if result.startswith(word.lower()):
            return result
    raise Refusal("result: is done or refused.", field="result")
