"""docs/operations.md as an operator uses it: its blocks copied out, with other names filled in."""

import re

from tests.processes import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"


def block(language: str, changes: dict[str, str] | None = None, *, holding: str = "") -> str:
    """Return the page's one block in *language*, among several the one that holds a text.

    Each key of *changes*, which must stand there, is replaced.
    """
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", OPERATIONS.read_text(), re.MULTILINE | re.DOTALL)
    (text,) = [each for each in blocks if holding in each]
    for old, new in (changes or {}).items():
        assert old in text, f"docs/operations.md no longer says: {old}"
        text = text.replace(old, new)
    return str(text)
