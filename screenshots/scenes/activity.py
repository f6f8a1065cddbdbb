"""What happened to all applications."""

from screenshots.walking import ESCAPE, Scene, Walk, press, write

ACTIVITY = Walk(
    (
        Scene("activity-all", "What happened to all applications, and the head of its chain", (press("A"),)),
        Scene("activity-terms", "Words and terms", (press("slash"), write("ledger result:refused since:2d"))),
        Scene("activity-term-wrong", "A term that there is not", (write(" who:bob"),)),
        Scene(
            "activity-change",
            "A change, before and after side by side",
            (ESCAPE, press("slash"), write("edited"), press("enter"), press("enter")),
        ),
        Scene("activity-verified", "The chain, verified", (ESCAPE, ESCAPE, press("V"))),
    )
)
