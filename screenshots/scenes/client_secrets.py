"""An application and its client secrets: on its three tabs, added, shown once, locked, at the limit."""

from screenshots.walking import ESCAPE, Scene, Walk, go_to, press, write

BILLING = Walk(
    (
        Scene("trust", "Client authentication: the client ID, its lock and the secrets", (press("enter", "down"),)),
        Scene("secret-details", "A secret in full, but for its value", (press("enter"),)),
        Scene("edit-secret", "Editing a secret", (ESCAPE, press("e"))),
        Scene("revoke", "Revoking a secret", (ESCAPE, press("x"))),
        Scene("rotate", "Rotating a secret", (ESCAPE, press("r"))),
        Scene("trust-retiring", "A secret that retires and is still used", (ESCAPE, press("G", "k", "k", "k"))),
        Scene("rotation", "Completing a rotation, or undoing it", (press("r"),)),
        Scene("verify", "Verifying a value", (ESCAPE, press("v"), write("kd_not-a-secret"), press("enter"))),
        Scene("help", "The keys that are valid here", (ESCAPE, press("question_mark"))),
        Scene("trust-revoked", "The revoked secrets behind the live ones", (ESCAPE, press("a"), press("G"))),
        Scene("overview", "An application's overview", (press("1"),)),
        Scene("activity", "What happened to an application", (press("3"),)),
        Scene("activity-details", "One change, before and after", (press("G", "k"), press("enter"))),
    )
)

NEW_SECRET = Walk(
    (
        Scene("add-secret", "Adding a secret", (press("enter"), press("n"), write("deployment"))),
        Scene("shown-once", "The secret, shown once", (press("enter"),)),
        Scene("close-unkept", "Closing before the secret was kept", (press("enter"),)),
        Scene("shown-once-curl", "The secret, as a command", (ESCAPE, press("t", "t"))),
        Scene("shown-once-copied", "The secret, sent to the clipboard", (press("t", "t"), press("c"))),
        Scene("trust-added", "The new secret among the others", (press("enter"),)),
        Scene("trust-rid", "A secret just revoked", (press("x"), press("tab"), press("enter"))),
    )
)

ELSEWHERE = Walk(
    (
        Scene("trust-locked", "A locked client ID", go_to("ledger-sync")),
        Scene("trust-empty", "An application without secrets", go_to("payroll-export")),
        Scene("limit-reached", "The twenty-first secret", (*go_to("partner-gateway"), press("n"), press("enter"))),
        Scene("rotate-full", "A rotation where every place is taken", (ESCAPE, press("r"), press("enter"))),
    )
)
