"""Files that a command makes: new ones only, for their owner only."""

from collections.abc import Iterable
from pathlib import Path

from core.rules.errors import Refusal
from store.birth import make_private_file


def write_private_file(target: Path, lines: Iterable[str]) -> None:
    """Write *lines* to a new file of mode 0600; one that could not be written in full is taken away."""
    try:
        make_private_file(target)
    except FileExistsError:
        raise Refusal(f"{target} exists already; name a new file.") from None
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}.") from None
    try:
        with target.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Refusal(f"{target} could not be written in full: {error.strerror}.") from None
