"""One call from the Test panel, from what was typed to what came back; it runs in threads, and can be called off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from operator import attrgetter
from typing import TYPE_CHECKING

from core.apis.invoking import Answer, CalledOff, Running
from core.authentication.trial import token_request
from core.outbound.exchange import NoReply
from core.rules.answers import json_object
from core.rules.covering import HIDDEN
from core.rules.denials import Denial, Verdict
from core.rules.endpoints import is_loopback, urls
from core.rules.errors import Refusal
from core.rules.invocations import (
    Credential,
    Draft,
    Invocation,
    Kind,
    credentials,
    drafted,
    hidden,
    refuse_in_clear,
    to_gateway,
    to_verify,
)
from core.rules.views.apis import ApiView
from tui.test_panel.curl import call_command

if TYPE_CHECKING:
    from core.services import Services

_BEGINNING = 8
"""Characters of a secret that tell which one it is."""
_LOOK = "Does its configuration say where keydesk serve listens, and the name that the API has now?"
_NOT_CALLED = "There is no token, so the API was not called."
_CALLED_OFF = "Called off."
_PASTED = "a token"
"""Who calls with a token that was pasted."""
_CLOSED = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
"""What a gateway answers where it cannot ask."""
_NOT_RUNNING = "No keydesk serve runs on this database. Start it with: keydesk serve"
_SHOWN = attrgetter("name", "gateway", "path", "security", "client_id_at", "client_secret_at")
"""What of an API decides where a call goes, and what it carries."""


class Changed(Refusal):
    """Somebody has changed the API since it was shown: nothing was sent. `api` is as it stands now."""

    def __init__(self, api: ApiView) -> None:
        super().__init__(f"{api.name} has changed meanwhile: look again, then Enter.")
        self.api = api


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the panel."""

    kind: Kind
    by_gateway: bool
    method: str
    target: str = field(repr=False)
    headers: tuple[str, ...] = field(repr=False)
    body: str = field(repr=False)
    client_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    pasted_token: bool = False
    """Whether the token was pasted, so that the client ID beside it need not be the one that it was made for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A call that was made. No secret that was sent is in it, not where it was answered with one either."""

    at: datetime
    caller: str
    method: str
    url: str
    command: str
    answer: Answer | None
    trouble: str | None
    why: str | None
    size: int
    """Bytes of the answer's body that were read."""
    in_short: bool = False
    """Whether this is what was kept of it when its panel was left (`tui.test_panel.last_calls`)."""

    @property
    def passed(self) -> bool:
        """Whether it was let in."""
        return self.answer is not None and self.answer.status < HTTPStatus.BAD_REQUEST


class Trying:
    """Makes calls of one API for the panel."""

    def __init__(self, services: "Services", now: Callable[[], datetime]) -> None:
        self._services = services
        self._now = now
        self._running: Running | None = None
        self.is_off = False
        """Whether the call that is under way was called off."""

    def call_off(self) -> None:
        """Wait no longer for the call that is under way."""
        self.is_off = True
        if self._running is not None:
            self._running.call_off()

    def begin(self) -> None:
        """Take up a new call."""
        self.is_off, self._running = False, None

    def token(self, api: ApiView, typed: Typed) -> tuple[str | None, Tried]:
        """Ask the token endpoint of this database's server, really; return the token, if there is one, and the call.

        Raises what `call` raises, too: for an API that is no longer as it was shown, no token is made.
        """
        self._as_shown(api)
        if not typed.secret:
            raise Refusal("Paste the client secret, by which a token is fetched, or paste a token.", field="secret")
        if not typed.client_id:
            raise Refusal("A token is for an application: choose one, or type its client ID.", field="client_id")
        endpoint = urls(self._services.trial.standing().issuer).token
        refuse_in_clear(endpoint)
        asked = token_request(endpoint, typed.client_id, typed.secret)
        refused = self._services.gatekeeper.why_no_token(typed.client_id, typed.secret)  # before it counts as a logon
        answer, trouble = self._invoke(asked)
        found = (json_object(answer.content) or {}).get("access_token") if answer else None
        token = found if isinstance(found, str) and answer and answer.status == HTTPStatus.OK else None
        told = None if token else " ".join(filter(None, (refused, _NOT_CALLED)))
        shown, size = _without(answer, *filter(None, (typed.secret, token)))
        return token, Tried(self._now(), typed.client_id, "POST", endpoint, "", shown, trouble, told, size)

    def call(self, api: ApiView, typed: Typed) -> Tried:
        """Make the call, after asking what keydesk decides about it; raises `Refusal` for what cannot be sent.

        It is `Changed` where the API is no longer as it was shown, `NotFound` where there is none.
        """
        api = self._as_shown(api)
        carried = credentials(api, typed.kind, typed.client_id, typed.secret, typed.token)
        draft = self._draft(typed, carried)
        asked = self._address(api, typed, draft)
        covered, secrets = hidden(api, draft)
        shown = self._address(api, typed, covered)
        verdict = self._services.gatekeeper.why(api.id, draft.sent_headers, draft.query)
        answer, trouble = self._invoke(asked)
        told = self._closed(verdict, answer, typed) or why(verdict, answer, by_gateway=typed.by_gateway)
        kept, size = _without(answer, *secrets)
        command, url = call_command(shown), HIDDEN.sub("…", shown.url)
        return Tried(self._now(), _caller(typed, carried), asked.method, url, command, kept, trouble, told, size)

    def _as_shown(self, api: ApiView) -> ApiView:
        """Return the API as it stands now: a secret shall not go where its gateway was, or in a place that it left."""
        now = self._services.apis.get(api.id)
        if _SHOWN(now) != _SHOWN(api):
            raise Changed(now)
        return now

    def _closed(self, verdict: Verdict, answer: Answer | None, typed: Typed) -> str | None:
        """Return why nobody is let in at all, where that is so: no decision was made about the call."""
        if answer is None or answer.status not in _CLOSED:
            return None
        if not typed.by_gateway:
            return Denial.UNAVAILABLE.sentence
        return unasked(verdict, runs=self._services.trial.standing().running is not None)

    def _draft(self, typed: Typed, carried: tuple[Credential, ...]) -> Draft:
        known = (("CLIENT_SECRET", typed.secret), ("TOKEN", typed.token))
        return drafted(typed.method, typed.target, typed.headers, typed.body, carried, known=known)

    def _address(self, api: ApiView, typed: Typed, draft: Draft) -> Invocation:
        if typed.by_gateway:
            return to_gateway(api, draft)
        running = self._services.trial.standing().running
        if running is None:
            raise Refusal(_NOT_RUNNING, field="target")
        return to_verify(api, draft, running.address if is_loopback(running.address) else running.issuer)

    def _invoke(self, asked: Invocation) -> tuple[Answer | None, str | None]:
        """Return the answer, or in a sentence why there is none; nothing is sent that was called off before."""
        if self.is_off:
            return None, _CALLED_OFF
        self._running = running = self._services.invoking.begin(asked)
        if self.is_off:
            running.call_off()
        try:
            return running.answer(), None
        except NoReply as silence:
            return None, silence.sentence
        except CalledOff:
            return None, _CALLED_OFF


def unasked(verdict: Verdict, *, runs: bool) -> str:
    """Return what to look for where a gateway says that something behind it is away; *runs*: whether a server does."""
    if not runs:
        return "The gateway cannot ask keydesk, and lets nobody in: no keydesk serve runs on this database."
    if verdict.denial is None:
        return f"The gateway had no answer from keydesk, or none from its upstream. {_LOOK}"
    return f"The gateway had no answer from keydesk, and lets nobody in. {_LOOK}"


def why(verdict: Verdict, answer: Answer | None, *, by_gateway: bool) -> str | None:
    """Return which check has refused a call, in a sentence that its caller never sees; None where none has."""
    refused = answer is not None and answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if refused and verdict.denial is None:
        return "keydesk lets this call pass: it is the gateway or the upstream that refuses it."
    if verdict.denial is not None and answer is not None and not refused and by_gateway:
        return f"{verdict.sentence} Yet it was answered: does its gateway ask keydesk?"
    return verdict.sentence if verdict.denial is not None else None


def _caller(typed: Typed, carried: Sequence[Credential]) -> str:
    """Return who is said to have called, nobody where nothing was presented."""
    if not carried:
        return ""
    return _PASTED if typed.kind.needs_token and typed.pasted_token else typed.client_id


def _without(answer: Answer | None, *secrets: str) -> tuple[Answer | None, int]:
    """Return an answer in which these stand no more, only how they begin, and how long its body was."""
    if answer is None:
        return None, 0
    content, headers = answer.content, answer.headers
    for value in sorted(filter(None, secrets), key=len, reverse=True):  # a shorter one may be how a longer one begins
        short = f"{value[:_BEGINNING]}…" if len(value) > 2 * _BEGINNING else "…"
        content = content.replace(value.encode(), short.encode())
        headers = tuple((name, text.replace(value, short)) for name, text in headers)
        if answer.cut is not None:
            content = _without_begun(content, value.encode(), short.encode())
    return replace(answer, content=content, headers=headers), len(answer.content)


def _without_begun(content: bytes, value: bytes, short: bytes) -> bytes:
    """Return a body that was cut, perhaps in the midst of a secret, without what has come of it."""
    begun = next((many for many in range(len(value) - 1, _BEGINNING, -1) if content.endswith(value[:many])), None)
    return content[:-begun] + short if begun else content
