"""Other looks than the usual one."""

from screenshots.walking import Scene, Walk, press
from tui.drawing.themes import Look

OWN_COLOURS = Walk(
    (
        Scene("applications-ansi", "The list in the terminal's own colours"),
        Scene("trust-ansi", "Client authentication in the terminal's own colours", (press("enter"),)),
        Scene("add-secret-ansi", "Adding a secret in the terminal's own colours", (press("n"),)),
    ),
    look=Look(theme="ansi"),
)

TOO_SMALL = Walk((Scene("too-small", "A terminal too small to draw in"),), sizes=((48, 12),))
