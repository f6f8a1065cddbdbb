"""The JWT trusts of an application, and the ways to add one."""

from screenshots.walking import ESCAPE, Scene, Walk, go_to, press, write

TRUSTS = Walk(
    (
        Scene("jwt-trusts", "The JWT trusts of an application", (press("enter"), press("shift+tab"))),
        Scene("jwt-trust-details", "A JWT trust in full, with its keys", (press("enter"),)),
        Scene("new-jwt-trust", "By what a JWT trust is added", (ESCAPE, press("n"))),
        Scene(
            "jwt-trust-by-issuer",
            "A JWT trust by issuer, whose URL is refused",
            (press("enter"), write("http://login.example"), press("enter")),
        ),
        Scene("jwt-trust-by-uri", "A JWT trust by JWKS URI", (ESCAPE, press("n"), press("down"), press("enter"))),
        Scene("edit-jwt-trust", "Editing a JWT trust", (ESCAPE, press("e"))),
        Scene("delete-jwt-trust", "Deleting a JWT trust", (ESCAPE, press("x"))),
        Scene("jwt-trusts-empty", "An application without JWT trusts", (*go_to("payroll-export"), press("shift+tab"))),
    )
)
