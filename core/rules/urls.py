"""What every URL that an operator gives must be, whatever it leads to."""

from urllib.parse import SplitResult

from core.rules.errors import Refusal
from core.rules.limits import URL_LENGTH
from core.rules.text import refused_character

_NEVER_IN_A_URL = frozenset(' "<>\\^`{|}')


def check_spelling(url: str, field: str, named: str) -> None:
    """Refuse what is too long, and characters that no URL has; *named* begins a sentence about it."""
    if len(url) > URL_LENGTH:
        raise Refusal(f"{named} has at most {URL_LENGTH} characters; this has {len(url)}.", field=field)
    refused = refused_character(url)
    if refused:
        raise Refusal(f"{named} holds {refused}; use visible characters only.", field=field)
    if not url.isascii() or _NEVER_IN_A_URL & set(url):
        raise Refusal(f"{named} holds characters that no URL has: encode them, hosts as xn--….", field=field)


def check_nobody_named(parts: SplitResult, field: str, named: str) -> None:
    """Refuse a user or a password, which would be shown wherever the URL is."""
    if "@" in parts.netloc:
        raise Refusal(f"{named} holds a user or a password: leave out what stands before the @.", field=field)
