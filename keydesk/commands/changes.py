"""What a command was given that changes something: that is changed, and nothing else."""

from collections.abc import Sequence
from typing import Any

from keydesk.exits import WrongUsage


def given(**options: object) -> dict[str, Any]:
    """Return the options that the command line holds, by their names, each with the type of its option."""
    return {name: value for name, value in options.items() if value is not None}


def scopes_instead(scopes: Sequence[str] | None, *, none: bool) -> Sequence[str] | None:
    """Return the OAuth scopes that take the place of those there are; None where `--scope` and `--no-scopes` are not.

    Raises `WrongUsage` where both are.
    """
    if scopes and none:
        raise WrongUsage("--scope and --no-scopes contradict each other; give one of them.")
    return () if none else scopes or None
