"""What is asked of texts, whatever they belong to."""

from core.rules.errors import Refusal
from core.rules.limits import SECRET_DESCRIPTION_LENGTH
from core.rules.text import normalised, refused_character


def check_characters(named: str, text: str, field: str | None = None) -> None:
    """Refuse what cannot be seen; *field* is the one that is called *named*, if it is not the same word."""
    refused = refused_character(text)
    if refused:
        raise Refusal(f"The {named} holds {refused}; use visible characters only.", field=field or named)


def description(text: str | None, length: int) -> str | None:
    """Return a description in its stored form; empty is none."""
    words = normalised(text or "")
    check_characters("description", text or "")
    if len(words) > length:
        raise Refusal(f"A description has at most {length} characters; this has {len(words)}.", field="description")
    return words or None


def credential_description(text: str | None) -> str | None:
    """Return the description of a client secret, a certificate or a JWT trust in its stored form; empty is none."""
    return description(text, SECRET_DESCRIPTION_LENGTH)
