"""The Test panel of an API: a real call, as an application, and what came back."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input
from textual.worker import WorkType

from core.rules.errors import NotFound, Refusal
from core.rules.views.apis import ApiView, CallerView
from core.rules.views.applications import ApplicationView
from tui.actions import Action, Place, at, bindings
from tui.columns.calls import columns
from tui.drawing.forget import forget_drawn_text
from tui.errands import apis as api_errands
from tui.screens.base import DeskScreen
from tui.test_panel.last_calls import MOST_CALLS
from tui.test_panel.trying import Changed, Tried, Trying, Typed
from tui.widgets.answer_view import AnswerView
from tui.widgets.call_form import CallForm
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.table import ListSource, Table
from tui.widgets.table.messages import Moved

_WIDE = 110
_LEFT_FOR_ANSWER, _FIELDS = 14, 8
"""Lines for crumbs, answer, last calls and hints, and the fewest of the form, which scrolls to the focused field."""
_WAITING = "Calling …   Esc calls it off."
_FETCHING = "Fetching a token …   Esc calls it off."
_UNSENT = "The call was not sent."
_NOT_SENT = "The call was not sent: what is wrong is marked with !."
_NOBODY_CALLS = Refusal("Choose the application first: the secret is made for it.", field="client_id")
_UNKNOWN_CALLER = Refusal("No application has this client ID: choose one above.", field="client_id")


class TryApiScreen(DeskScreen):
    """Made for one API; what is pasted here is forgotten when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.TEST)]
    DEFAULT_CSS = """
    TryApiScreen > CallForm { margin-top: 1; }
    TryApiScreen > #answer { height: 1fr; margin-top: 1; }
    TryApiScreen Table { height: 4; display: none; }
    TryApiScreen.-some Table { display: block; }
    TryApiScreen.-wide > #answer { layout: horizontal; }
    TryApiScreen.-wide Table { height: 1fr; width: 52; }
    """

    def __init__(self, api: ApiView, caller: CallerView | None = None) -> None:
        super().__init__()
        self._api = api
        self._caller = caller
        self._calls: list[Tried] = []
        self._trying: Trying | None = None
        self._under_way = False

    def compose(self) -> ComposeResult:
        """Lay out form, answer and the last calls."""
        yield Crumbs()
        yield CallForm(self._api)
        with Vertical(id="answer"):
            yield AnswerView()
            yield Table(columns(), row_key=lambda row: str(id(row)))
        yield Frame()

    def on_mount(self) -> None:
        """Say where we are, and fill in who calls."""
        self._say_where()
        self._trying = Trying(self.desk.services, self.desk.now)
        self._form.query("#as, #path").first().focus()
        if self._caller is not None:
            caller = self._caller
            self._form.call_as(caller.application, caller.client_id)
            self._form.query_one("#secret" if self._form.kind.needs_secret else "#path").focus()
        if calls := self.desk.last_calls.of(self._api.id):
            self._list(calls)

    def _say_where(self) -> None:
        self.query_one(Crumbs).show(["APIs", self._api.name, "Test"], self._api.public_url or "no gateway is named")

    def on_unmount(self) -> None:
        """Leave nothing of a secret behind, and nobody waiting."""
        if self._trying is not None:
            self._trying.call_off()
        self._calls.clear()
        forget_drawn_text()

    def on_resize(self, event: events.Resize) -> None:
        """Show the last calls beside the answer where there is room; leave some to the answer, and scroll the form."""
        self.set_class(event.size.width >= _WIDE, "-wide")
        self._form.styles.max_height = max(_FIELDS, event.size.height - _LEFT_FOR_ANSWER)

    @property
    def _form(self) -> CallForm:
        return self.query_one(CallForm)

    # The call

    def action_invoke(self) -> None:
        """Send the call; one at a time."""
        if self._under_way:
            self.desk.say("A call is under way: Esc calls it off.")
            return
        self._form.show_refusal(None)
        try:
            typed = self._form.read()
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self._under_way = True
        if self._trying is not None:
            self._trying.begin()  # here, lest Esc come before it
        work: WorkType[None] = partial(self._invoke, typed)  # a function: see `tui.calls.Reading`
        self.run_worker(work)

    async def _invoke(self, typed: Typed) -> None:
        trying = self._trying
        assert trying is not None
        try:
            if typed.kind.needs_token and not typed.token:
                self._wait(_FETCHING)
                token, tried = await self.desk.calls.read(lambda: trying.token(self._api, typed))
                self._keep(tried)
                if token is None:
                    return
                self._form.put_fetched(token, typed)
                typed = replace(typed, token=token)
            self._wait(_WAITING)
            self._keep(await self.desk.calls.read(lambda: trying.call(self._api, typed)))
        except Changed as changed:
            self._take(changed)
        except NotFound as gone:
            self._wait(gone.sentence)
            self.leave_gone(gone)
        except Refusal as refusal:
            self._wait(_NOT_SENT)
            self._refuse(refusal)
        finally:
            self._under_way = False

    def _take(self, changed: Changed) -> None:
        """Show the API as somebody else has left it, and say that nothing was sent to it."""
        self._api = changed.api
        if self.is_open:
            self._form.take(changed.api)
            self._form.query_one("#path").focus()  # where one was may be asked for no longer
            self._say_where()
            self._wait(_UNSENT)
            self.desk.say(changed.sentence, trouble=True)

    def _wait(self, sentence: str) -> None:
        if self.is_open:
            self.query_one(AnswerView).wait(sentence)

    def _keep(self, tried: Tried) -> None:
        if self.is_open:
            self.desk.last_calls.add(self._api.id, tried)
            self._list([tried, *self._calls][:MOST_CALLS])

    def _list(self, calls: list[Tried]) -> None:
        """Show these as the last calls, and what came of the newest."""
        self._calls = calls
        self.add_class("-some")
        self.query_one(Table).reset(ListSource(calls))
        self.query_one(AnswerView).show(calls[0])

    def _refuse(self, refusal: Refusal) -> None:
        if self.is_open and not self._form.show_refusal(refusal):
            self.desk.say(refusal.sentence, trouble=True)

    # Keys, buttons, and the list

    def on_call_form_invoked(self, _event: CallForm.Invoked) -> None:
        """Send the call."""
        self.action_invoke()

    def on_call_form_to_choose(self, _event: CallForm.ToChoose) -> None:
        """Choose the application that calls."""
        api_errands.choose_application(
            self.desk, f"Call {self._api.name} as", lambda row: f"{row.client_id[:8]}…", self._call_as
        )

    def on_call_form_to_make(self, _event: CallForm.ToMake) -> None:
        """Make a client secret for the application that calls; it is shown once, and filled in."""
        self._form.show_refusal(None)
        client_id = self._form.typed("client_id").strip()
        if client_id:
            api_errands.make_secret(self.desk, client_id, self._take_secret, self._refuse_maker)
        else:
            self._refuse(_NOBODY_CALLS)

    def _refuse_maker(self, refusal: Refusal) -> None:
        """Say at the client ID that nobody has it, where there is room for the whole of it."""
        self._refuse(_UNKNOWN_CALLER if isinstance(refusal, NotFound) else refusal)

    def _take_secret(self, value: str) -> None:
        self._form.put("secret", value)
        self._form.query_one("#path").focus()

    def _call_as(self, application: ApplicationView) -> None:
        self._form.call_as(application.name, application.client_id)
        self._form.query_one("#secret" if self._form.kind.needs_secret else "#path").focus()

    def on_table_moved(self, event: Moved[Tried]) -> None:
        """Show the answer of the call under the cursor again."""
        if event.row is not None and event.row is not self.query_one(AnswerView).tried and not self._under_way:
            self.query_one(AnswerView).show(event.row)

    def hints(self) -> list[Action]:
        """Return the keys of the moment; while one types, those that are no letters."""
        if not isinstance(self.focused, Input):
            return super().hints()
        help_key = next(action for action in at(Place.EVERYWHERE) if action.id == "help")
        typing = [action for action in at(Place.TEST) if action.id in ("invoke", "next_field")]
        return [*typing, replace(help_key, keys="f1")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is there to be copied."""
        if action == "copy_command":
            shown = self.query_one(AnswerView).tried
            return shown is not None and bool(shown.command)
        if action == "copy_client_id":
            return bool(self._form.typed("client_id"))
        return True

    def action_back(self) -> None:
        """Call off what is under way, or else leave; also where what was called off has not come back yet."""
        if self._under_way and self._trying is not None and not self._trying.is_off:
            self._trying.call_off()
        else:
            super().action_back()

    def action_copy_client_id(self) -> None:
        """Copy the client ID of who calls."""
        self.desk.copy(self._form.typed("client_id"))

    def action_copy_command(self) -> None:
        """Copy the command that makes this call again; no secret is in it."""
        shown = self.query_one(AnswerView).tried
        if shown is not None:
            self.desk.copy(shown.command)

    def action_next_field(self) -> None:
        """Go to the next field or button."""
        self.focus_next()

    def action_previous_field(self) -> None:
        """Go to the field or button before."""
        self.focus_previous()
