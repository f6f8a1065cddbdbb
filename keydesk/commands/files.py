"""Files that a command makes: new ones only, for their owner only."""

import os
from collections.abc import Iterable
from pathlib import Path

from store.new_file import new_file


def write_private_file(target: Path, lines: Iterable[str]) -> None:
    """Write *lines* to a new file of mode 0600; one that could not be written in full is taken away."""
    with new_file(target), target.open("w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
