"""What the pictures show: walks through the console by its keys, with a stop for each picture."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from textual.events import Paste
from textual.pilot import Pilot

from tui.app import Look

Step = Callable[[Pilot[None]], Awaitable[object]]
Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((80, 24), (120, 36))
"""Columns and rows: what an administrator finds on the other end of a line, and a roomier window."""

_A_REST = 0.15
"""Seconds after which the filter line has noticed that the typing is over."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One stop: the name of its files, what it shows, and the steps that lead here from the stop before."""

    name: str
    title: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """Scenes that one run of the console comes through, from its first screen on."""

    scenes: tuple[Scene, ...]
    sizes: tuple[Size, ...] = SIZES
    look: Look = field(default_factory=Look)
    filled: bool = True
    """Whether the demo's data is there, or nothing yet."""
    served: bool = False
    """Whether `keydesk serve` runs on it."""


def press(*keys: str) -> Step:
    """Press keys one after the other."""
    return lambda pilot: pilot.press(*keys)


def write(text: str) -> Step:
    """Put a text into the field that has the focus, in one paste, and rest a moment."""

    async def step(pilot: Pilot[None]) -> None:
        pilot.app.post_message(Paste(text))
        await pilot.pause(_A_REST)

    return step


def go_to(application: str) -> tuple[Step, ...]:
    """Open an application by the command palette."""
    return (press("colon"), write(application), press("enter"))


_ESCAPE = press("escape")

APPLICATIONS = Walk(
    (
        Scene("applications", "The list of applications"),
        Scene("applications-found", "The list, narrowed to what was typed", (press("slash"), write("billing"))),
        Scene("applications-none", "A filter that nothing matches", (write("-nobody"),)),
        Scene("palette", "Going to an application", (_ESCAPE, press("colon"), write("gateway"))),
        Scene("new-application", "A new application", (_ESCAPE, press("n"), write("ledger-sync"))),
        Scene("name-taken", "A name that is taken", (press("enter"),)),
        Scene("edit-application", "Editing an application", (_ESCAPE, press("e"))),
        Scene("delete-application", "Deleting an application, by its name", (_ESCAPE, press("x"), write("billing"))),
    )
)

BILLING = Walk(
    (
        Scene("trust", "Client authentication: the client ID, its lock and the secrets", (press("enter", "down"),)),
        Scene("secret-details", "A secret in full, but for its value", (press("enter"),)),
        Scene("edit-secret", "Editing a secret", (_ESCAPE, press("e"))),
        Scene("revoke", "Revoking a secret", (_ESCAPE, press("x"))),
        Scene("rotate", "Rotating a secret", (_ESCAPE, press("r"))),
        Scene("trust-retiring", "A secret that retires and is still used", (_ESCAPE, press("G", "k", "k", "k"))),
        Scene("rotation", "Completing a rotation, or undoing it", (press("r"),)),
        Scene("verify", "Verifying a value", (_ESCAPE, press("v"), write("kd_not-a-secret"), press("enter"))),
        Scene("help", "The keys that are valid here", (_ESCAPE, press("question_mark"))),
        Scene("trust-revoked", "The revoked secrets behind the live ones", (_ESCAPE, press("a"), press("G"))),
        Scene("overview", "An application's overview", (press("1"),)),
        Scene("activity", "What happened to an application", (press("3"),)),
        Scene("activity-details", "One change, before and after", (press("G", "k"), press("enter"))),
    )
)

_NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----"

CERTIFICATES = Walk(
    (
        Scene("certificates", "The certificates of an application", (press("enter"), press("tab"))),
        Scene("certificate-details", "A certificate in full", (press("enter"),)),
        Scene("new-certificate", "The ways to add a certificate", (_ESCAPE, press("n"))),
        Scene(
            "paste-certificate",
            "A certificate that was cut off when it was copied",
            (press("enter"), write(_NO_CERTIFICATE), press("enter")),
        ),
        Scene(
            "certificate-file",
            "A certificate from a file that is not there",
            (_ESCAPE, press("n"), press("down"), press("enter"), write("/nowhere/edge.crt"), press("enter")),
        ),
        Scene(
            "generate-certificate",
            "Generating a certificate, with its key in a file",
            (_ESCAPE, press("n"), press("down", "down"), press("enter"), write("edge.example")),
        ),
        Scene("edit-certificate", "Describing a certificate", (_ESCAPE, press("e"))),
        Scene("delete-certificate", "Deleting a certificate", (_ESCAPE, press("x"))),
        Scene("certificates-empty", "An application without certificates", (*go_to("payroll-export"), press("tab"))),
    )
)

TRUSTS = Walk(
    (
        Scene("jwt-trusts", "The JWT trusts of an application", (press("enter"), press("shift+tab"))),
        Scene("jwt-trust-details", "A JWT trust in full, with its keys", (press("enter"),)),
        Scene("new-jwt-trust", "By what a JWT trust is added", (_ESCAPE, press("n"))),
        Scene(
            "jwt-trust-by-issuer",
            "A JWT trust by issuer, whose URL is refused",
            (press("enter"), write("http://login.example"), press("enter")),
        ),
        Scene("jwt-trust-by-uri", "A JWT trust by JWKS URI", (_ESCAPE, press("n"), press("down"), press("enter"))),
        Scene("edit-jwt-trust", "Editing a JWT trust", (_ESCAPE, press("e"))),
        Scene("delete-jwt-trust", "Deleting a JWT trust", (_ESCAPE, press("x"))),
        Scene("jwt-trusts-empty", "An application without JWT trusts", (*go_to("payroll-export"), press("shift+tab"))),
    )
)

ACTIVITY = Walk(
    (
        Scene("activity-all", "What happened to all applications, and the head of its chain", (press("A"),)),
        Scene("activity-terms", "Words and terms", (press("slash"), write("ledger result:refused since:2d"))),
        Scene("activity-term-wrong", "A term that there is not", (write(" who:bob"),)),
        Scene(
            "activity-change",
            "A change, before and after side by side",
            (_ESCAPE, press("slash"), write("edited"), press("enter"), press("enter")),
        ),
        Scene("activity-verified", "The chain, verified", (_ESCAPE, _ESCAPE, press("V"))),
    )
)

NEW_SECRET = Walk(
    (
        Scene("add-secret", "Adding a secret", (press("enter"), press("n"), write("deployment"))),
        Scene("shown-once", "The secret, shown once", (press("enter"),)),
        Scene("close-unkept", "Closing before the secret was kept", (press("enter"),)),
        Scene("shown-once-curl", "The secret, as a command", (_ESCAPE, press("t", "t"))),
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
        Scene("rotate-full", "A rotation where every place is taken", (_ESCAPE, press("r"), press("enter"))),
    )
)

EXPIRING = Walk(
    (
        Scene("expiring", "What expires next, over all applications", (press("E"), press("j"))),
        Scene("expiring-all", "Everything that ends at any time", (press("a"),)),
        Scene("expiring-opened", "A secret that expires, opened from the list", (press("enter"),)),
    )
)

SERVED = Walk(
    (
        Scene("overview-served", "An application's overview while keydesk serve runs", (press("enter"), press("1"))),
        Scene("try-it", "Trying a secret", (press("T"),)),
        Scene("try-it-answer", "The answer to a secret", (_ESCAPE, press("2", "n"), press("enter"), press("T"))),
    ),
    served=True,
)

APIS = Walk(
    (
        Scene("apis", "The protected APIs, and whether their upstreams are up", (press("P"), press("u"), press("G"))),
        Scene("api", "A protected API, and who calls it", (press("enter"),)),
        Scene("gateway", "The configuration of a gateway", (press("C"),)),
        Scene("gateway-refused", "A gateway that cannot enforce what is declared", (press("3"),)),
        Scene("subscribe", "Subscribing an application", (_ESCAPE, press("n"), write("sync"))),
        Scene("unsubscribe", "Taking a subscription away", (_ESCAPE, press("x"))),
        Scene("edit-api", "Editing how an API is protected", (_ESCAPE, press("e"))),
        Scene("delete-api", "Deleting an API", (_ESCAPE, _ESCAPE, press("x"))),
        Scene("new-api", "Protecting an API", (_ESCAPE, press("n"), write("forecast"))),
        Scene("api-by-token", "An API for several kinds of callers", (_ESCAPE, press("g"), press("enter"))),
        Scene(
            "apis-path-taken",
            "A public path that overlaps another",
            (_ESCAPE, press("n"), write("forecast"), press("tab"), write("/weather/daily"), press("enter")),
        ),
    )
)

_NOBODY = "00000000-0000-4000-8000-000000000000"

TEST_PANEL = Walk(
    (
        Scene("test-panel", "The Test panel of an API", (press("P"), press("G"), press("enter"), press("T"))),
        Scene(
            "test-panel-passed",
            "A call that passes, with a secret just made",
            (press("tab"), press("enter"), press("enter"), press("c"), press("enter"), press("enter")),
        ),
        Scene(
            "test-panel-refused",
            "A call with another client ID, and why it is refused",
            (
                press("shift+tab", "shift+tab", "shift+tab", "shift+tab"),
                write("00000000-0000-4000-8000-000000000000"),
                press("enter"),
            ),
        ),
        Scene("test-panel-as", "Choosing as whom to call", (press("shift+tab"), press("enter"), write("sync"))),
        Scene(
            "test-panel-token", "Calling with a bearer token", (_ESCAPE, _ESCAPE, _ESCAPE, press("g", "j"), press("T"))
        ),
    ),
    served=True,
)

FIRST_START = Walk((Scene("first-start", "The first start"),), filled=False)

OWN_COLOURS = Walk(
    (
        Scene("applications-ansi", "The list in the terminal's own colours"),
        Scene("trust-ansi", "Client authentication in the terminal's own colours", (press("enter"),)),
        Scene("add-secret-ansi", "Adding a secret in the terminal's own colours", (press("n"),)),
    ),
    look=Look(theme="ansi"),
)

TOO_SMALL = Walk((Scene("too-small", "A terminal too small to draw in"),), sizes=((48, 12),))

WALKS = (
    APPLICATIONS,
    BILLING,
    CERTIFICATES,
    TRUSTS,
    ACTIVITY,
    NEW_SECRET,
    ELSEWHERE,
    EXPIRING,
    SERVED,
    APIS,
    TEST_PANEL,
    FIRST_START,
    OWN_COLOURS,
    TOO_SMALL,
)
