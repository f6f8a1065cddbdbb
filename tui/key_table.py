"""The README's key table, from the registry: `python -m tui.key_table` prints it, a test compares it."""

from collections.abc import Iterator

from tui.actions import ACTIONS, key_names


def key_table() -> str:
    """Return the table in Markdown, one line for each action in the registry's order."""
    return "\n".join(["| key | does | where |", "|---|---|---|", *_lines()])


def _lines() -> Iterator[str]:
    seen: dict[tuple[str, str], list[str]] = {}
    for action in ACTIONS:
        keys = " ".join(f"`{name}`" for name in key_names(action.keys))
        seen.setdefault((keys, action.sentence), []).append(action.place.value)
    for (keys, sentence), places in seen.items():
        yield f"| {keys} | {sentence} | {', '.join(places)} |"


if __name__ == "__main__":
    print(key_table())
