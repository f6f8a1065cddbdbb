"""What the console shows of keydesk serve while it runs."""

from screenshots.walking import ESCAPE, Scene, Walk, press

SERVED = Walk(
    (
        Scene("overview-served", "An application's overview while keydesk serve runs", (press("enter"), press("1"))),
        Scene("try-it", "Trying a secret", (press("T"),)),
        Scene("try-it-answer", "The answer to a secret", (ESCAPE, press("2", "n"), press("enter"), press("T"))),
    ),
    served=True,
)
