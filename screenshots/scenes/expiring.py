"""What expires next, over all applications."""

from screenshots.walking import Scene, Walk, press

EXPIRING = Walk(
    (
        Scene("expiring", "What expires next, over all applications", (press("E"), press("j"))),
        Scene("expiring-all", "Everything that ends at any time", (press("a"),)),
        Scene("expiring-opened", "A secret that expires, opened from the list", (press("enter"),)),
    )
)
