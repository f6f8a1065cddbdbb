"""Secrets out of sight: in each one's place stands a variable of the shell, wherever in a call it was typed."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

from core.rules.secret_format import values_in

HIDDEN = re.compile("\0([A-Z_0-9]+)(~?)\0")
"""Where a secret stood: between what nobody can type its variable, and ~ if there is a quote or backslash in it."""
_END = "\0"
_QUOTED = re.compile(r'["\\]')


class Cover:
    """Hides secrets. *known* are variables with values that are secrets wherever they stand, however they are spelt."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._known = {spelt: variable for variable, value in known if value for spelt in _spellings(value)}
        self.found: dict[str, str] = {}
        """What was hidden, each with its variable."""

    def hide(self, variable: str, value: str) -> str:
        """Return what stands in the place of *value*; another one of the same variable gets a number."""
        if value not in self.found:
            alike = sum(name == variable or name.startswith(f"{variable}_") for name in self.found.values())
            self.found[value] = f"{variable}_{alike + 1}" if alike else variable
        return f"\0{self.found[value]}{'~' if _QUOTED.search(value) else ''}\0"

    def over(self, text: str) -> str:
        """Return *text* without what is known or was hidden before, and without what looks like a client secret."""
        names = dict.fromkeys(values_in(text), "CLIENT_SECRET") | self._known | self.found
        for value in sorted(filter(None, names), key=len, reverse=True):
            # No pattern is made of them: `re` remembers its patterns for as long as the process lives.
            pieces = text.split(_END)
            pieces[::2] = [self._without(piece, names[value], value) for piece in pieces[::2]]
            text = _END.join(pieces)
        return text

    def _without(self, text: str, variable: str, value: str) -> str:
        return text.replace(value, self.hide(variable, value)) if value in text else text


def _spellings(value: str) -> set[str]:
    """Return *value* as a body may hold it: as it is, in a form, in JSON."""
    return {value, quote(value, safe=""), json.dumps(value)[1:-1]}
