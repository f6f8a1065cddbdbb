"""What may be kept of a text that somebody could have put a secret into.

Secrets, tokens and assertions are long runs of the characters of base 64; no name of ours is.
"""

import re

_LONGEST_NAME = 32
_SHOWN = 8
"""Characters that are left of a longer run: enough to say what kind of thing it was."""
_RUN = re.compile(rf"[0-9A-Za-z_.~+=%-]{{{_LONGEST_NAME + 1},}}")


def discreet(text: str) -> str:
    """Return *text* with every run that is longer than a name cut to its beginning."""
    return _RUN.sub(lambda run: f"{run[0][:_SHOWN]}...", text)
