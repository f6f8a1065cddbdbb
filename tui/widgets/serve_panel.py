"""Where clients of an application turn to: whether `keydesk serve` runs, its endpoints, and a command to try them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from core.rules.endpoints import urls
from core.rules.errors import Refusal
from core.rules.views.applications import ApplicationView
from core.rules.views.authorization_server import ServerView, ServeStanding
from tui.calls import Reading
from tui.drawing.moments import ago
from tui.drawing.plain import plain
from tui.handout.curl import assertion_command, certificate_command, token_command
from tui.handout.secret_file import check_client_id
from tui.widgets.fact import Fact
from tui.widgets.redraw import update_if_changed

if TYPE_CHECKING:
    from tui.app import KeydeskApp

_NAMES = ("Server", "Token", "Introspection", "Revocation", "JWKS", "Verify", "Metadata")
_ROOMY = ("Verify", "Metadata")
"""What gateways and libraries ask for, shown where there is room for all: clients start with a token."""
_SPARE = ("Revocation", "JWKS")
"""What gives way to a long command where there is little room: the metadata name it, too."""
_SHORT = 2
"""Lines of a command for which nothing gives way."""
_BY_NOTHING = "Nothing authenticates it yet: press 2, and there n for a client secret."
_REST = timedelta(seconds=5)
"""How long an answer of the server holds: its own writes make the screens read again each second."""
_SOON = 2.0
"""Seconds after which a server is asked again that has only just begun."""
_ROOM = 76
"""Cells beside the margins of an 80-column screen."""


class ServePanel(Vertical):
    """Draws what `core.authentication.trial` finds out: it is asked when this is shown, and when data is read again."""

    DEFAULT_CSS = """
    ServePanel { height: auto; margin-top: 1; }
    ServePanel #curl { height: auto; margin-top: 1; text-wrap: nowrap; }
    ServePanel.-unknown { visibility: hidden; }
    """

    def __init__(self) -> None:
        super().__init__(classes="-unknown")
        self._reading = Reading(self, self._read)
        self._application: ApplicationView | None = None
        self._started: tuple[ServerView, ...] = ()
        self._standing: ServeStanding | None = None
        self._asked_at: datetime | None = None

    @property
    def desk(self) -> "KeydeskApp":
        """The app, by its type."""
        return cast("KeydeskApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the facts and the command."""
        for name in _NAMES:
            yield Fact(name, "", classes="roomy" if name in _ROOMY else "spare" if name in _SPARE else "")
        yield Static(id="curl", markup=False)

    def show(self, application: ApplicationView) -> None:
        """Draw where this application's clients turn to, once that is known."""
        self._application = application
        self._reading.ask()

    async def _read(self) -> None:
        services, now = self.desk.services, self.desk.now()
        started = await self.desk.calls.read(services.servers.list)
        if started != self._started or self._asked_at is None or now - self._asked_at >= _REST:
            self._standing = await self.desk.calls.read(services.trial.standing)
            self._started, self._asked_at = started, now
            if self._standing.running is None and started and abs(now - started[0].started_at) < _REST:
                self._asked_at = None  # it may listen without answering yet
                self.set_timer(_SOON, self._reading.ask)
        if self._standing is not None and self._application is not None:
            self._draw(self._standing, self._application)

    def _draw(self, standing: ServeStanding, application: ApplicationView) -> None:
        at = urls(standing.issuer)
        values = (
            self._server(standing.running),
            at.token,
            at.introspection,
            at.revocation,
            at.jwks,
            at.verify,
            at.metadata,
        )
        for fact, value in zip(self.query(Fact), values, strict=True):
            fact.show(value)
        command = _command(application, at.token).splitlines()
        update_if_changed(self.query_one("#curl", Static), Content("\n").join(map(plain, command)))
        self.set_class(len(command) > _SHORT, "-long")
        self.remove_class("-unknown")

    def _server(self, running: ServerView | None) -> str:
        if running is None:
            return "not running: start it with keydesk serve"
        return f"running at {running.address}, started {ago(self.desk.now(), running.started_at)}"


def _command(application: ApplicationView, endpoint: str) -> str:
    """Return how a token is asked for by what the application has: a secret, or else a certificate or an assertion."""
    client_id = application.client_id
    try:
        check_client_id(client_id)
    except Refusal as refusal:
        return refusal.sentence
    if application.secrets.live:
        return token_command(client_id, endpoint, _ROOM)
    if application.certificates:
        return certificate_command(client_id, endpoint, _ROOM)
    return assertion_command(endpoint, _ROOM) if application.trusts else _BY_NOTHING
