"""Which secret is this? A value is pasted, its row and whether it works are told, nothing else."""

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input, Static
from textual.worker import WorkType

from core.rules.errors import Refusal
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import Verification
from tui.drawing.plain import plain
from tui.modals.form import Field, FormDialog
from tui.widgets.redraw import update_if_changed
from tui.widgets.text_field import TextField


class VerifyForm(FormDialog[Verification]):
    """Takes a value, hidden as it is typed, and stays open with the answer."""

    TITLE_TEXT = "Verify a client secret"
    SUBMIT = "Verify"
    FOOT = "Paste it and press Enter   Esc close"
    DEFAULT_CSS = """
    VerifyForm #answer { height: auto; margin-top: 1; display: none; }
    VerifyForm #answer.-said { display: block; }
    VerifyForm #answer.-works { color: $text-success; }
    VerifyForm #answer.-fails { color: $text-error; }
    """

    def __init__(self, application: ApplicationView, attempt: Callable[[str], Verification]) -> None:
        super().__init__(attempt)
        self.application = application

    def fields(self) -> ComposeResult:
        """The value; it counts as no logon."""
        yield Static("It counts as no logon and changes nothing.", classes="gap", markup=False)
        yield Field("value", "Client secret", TextField(id="value", password=True, placeholder="kd_…"))
        yield Static(id="answer", markup=False)

    def request(self) -> str:
        """Return the pasted value and forget it here."""
        field = self.query_one("#value", TextField)
        value, field.value = field.value.strip(), ""
        if not value:
            raise Refusal("Paste a client secret, the whole value that begins with kd_.", field="value")
        return value

    def make(self, attempt: Callable[[], Verification]) -> None:
        """Ask, as a read: it changes nothing, and the form may be left meanwhile."""
        work: WorkType[None] = partial(self._ask, attempt)  # a function: see `tui.calls.Reading`
        self.run_worker(work, exclusive=True)

    async def _ask(self, attempt: Callable[[], Verification]) -> None:
        try:
            self.show_result(await self.desk.calls.read(attempt))
        except Refusal as refusal:
            self.show_refusal(refusal)

    def action_submit(self) -> None:
        """Take the old answer away: it must not stand beside a new question."""
        self._answer_line.remove_class("-said")
        super().action_submit()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Do so as soon as another value is put in."""
        if event.value:
            self._answer_line.remove_class("-said")

    def show_result(self, result: Verification) -> None:
        """Tell what it is."""
        answer = self._answer_line
        answer.set_class(True, "-said").set_class(result.works, "-works").set_class(not result.works, "-fails")
        update_if_changed(answer, plain(sentence(result)))

    @property
    def _answer_line(self) -> Static:
        return self.query_one("#answer", Static)


def sentence(result: Verification) -> str:
    """Return what became of it in one sentence."""
    if not result.matches:
        return result.reason or ""
    scopes = ", ".join(sorted(scope.label for scope in result.scopes))
    if result.works:
        return f"It is {result.hint} and works, for {scopes}."
    return f"It is {result.hint} and does not work: {result.reason}"
