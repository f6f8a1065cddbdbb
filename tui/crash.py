"""The crash report: where it happened, and nothing of what the variables held.

An exception's own words are left out too: they may quote what it was raised about.
"""

import sys
import traceback

from rich.text import Text


def crash_report() -> Text:
    """Return the report of the exception that is being handled."""
    kind, _, trace = sys.exc_info()
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    name = kind.__name__ if kind else "an unknown error"
    return Text(
        "\n".join(["keydesk has a defect and stopped. Every change that was shown is stored.", *lines, f"  {name}"])
    )
