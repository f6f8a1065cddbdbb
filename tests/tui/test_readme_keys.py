"""The README's key table is the registry's, so that neither is ever out of date."""

from pathlib import Path

from tui.key_table import key_table

README = Path(__file__).parents[2] / "README.md"


def test_readme_lists_exactly_the_keys_of_the_registry() -> None:
    assert key_table() in README.read_text(encoding="utf-8"), "run: python -m tui.key_table"
