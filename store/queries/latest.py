"""The latest of several moments, which SQL dialects name differently."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from store.columns import UtcDateTime


class latest(FunctionElement[Any]):  # noqa: N801 (it is written as SQL's own functions are)
    """The latest of moments none of which is null."""

    inherit_cache = True
    type = UtcDateTime()


@compiles(latest)
def _greatest(element: latest, compiler: Any, **keywords: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **keywords)})"


@compiles(latest, "sqlite")
def _max(element: latest, compiler: Any, **keywords: Any) -> str:
    return f"max({compiler.process(element.clauses, **keywords)})"
