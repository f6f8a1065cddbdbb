"""At rest nothing is drawn: a text that is shown again as it stands there already costs nothing."""

from textual.content import Content
from textual.widgets import Static


def update_if_changed(part: Static, content: Content) -> None:
    """Draw *content* in *part*, unless it stands there in the same letters and styles."""
    before = part.content
    if not isinstance(before, Content) or not before.is_same(content):  # equal contents may differ in their styles
        part.update(content)
