"""What an operator types into a filter, made fit to be looked for."""

from core.rules.limits import DESCRIPTION_LENGTH
from core.rules.secret_format import leading_hint
from core.rules.text import normalised

# One more than the longest text that is searched; SQLite refuses patterns of 50,000 bytes.
_LONGEST = DESCRIPTION_LENGTH + 1


def search_text(typed: str) -> str:
    """Return the text to look for: normalised, and a pasted secret cut down to its hint, so that it goes no further."""
    text = normalised(typed)[:_LONGEST]
    return leading_hint(text) or text
