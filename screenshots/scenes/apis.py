"""Protected APIs: who calls them, the configuration of their gateways, and the Test panel."""

from screenshots.walking import ESCAPE, Scene, Walk, press, write

APIS = Walk(
    (
        Scene("apis", "The protected APIs, and whether their upstreams are up", (press("P"), press("u"), press("G"))),
        Scene("api", "A protected API, and who calls it", (press("enter"),)),
        Scene("gateway", "The configuration of a gateway", (press("C"),)),
        Scene("gateway-refused", "A gateway that cannot enforce what is declared", (press("3"),)),
        Scene("subscribe", "Subscribing an application", (ESCAPE, press("n"), write("sync"))),
        Scene("unsubscribe", "Taking a subscription away", (ESCAPE, press("x"))),
        Scene("edit-api", "Editing how an API is protected", (ESCAPE, press("e"))),
        Scene("delete-api", "Deleting an API", (ESCAPE, ESCAPE, press("x"))),
        Scene("new-api", "Protecting an API", (ESCAPE, press("n"), write("forecast"))),
        Scene("api-by-token", "An API for several kinds of callers", (ESCAPE, press("g"), press("enter"))),
        Scene(
            "apis-path-taken",
            "A public path that overlaps another",
            (ESCAPE, press("n"), write("forecast"), press("tab"), write("/weather/daily"), press("enter")),
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
                write(_NOBODY),
                press("enter"),
            ),
        ),
        Scene("test-panel-as", "Choosing as whom to call", (press("shift+tab"), press("enter"), write("sync"))),
        Scene("test-panel-token", "Calling with a bearer token", (ESCAPE, ESCAPE, ESCAPE, press("g", "j"), press("T"))),
    ),
    served=True,
)
