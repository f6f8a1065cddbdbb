"""The fields of a request: each goes through the check of its name, and in changes may be left as it is."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

Checks = Mapping[str, Callable[[Any], Any]]
"""By the name of a field, what returns its value as it is kept, or refuses it."""


class Unchanged:
    """The type of `UNCHANGED`: a value that was not given, where None means *take it away*."""

    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = Unchanged()


def check(request: Any, checks: Checks) -> None:
    """Put the fields of a request that is being built through their checks, in their order."""
    for name, value in given(request).items():
        if name in checks:
            object.__setattr__(request, name, checks[name](value))


def given(request: Any) -> dict[str, Any]:
    """Return what is to be made or changed, by its name; what stays as it is is left out."""
    values = {each.name: getattr(request, each.name) for each in fields(request)}
    return {name: value for name, value in values.items() if value is not UNCHANGED}
