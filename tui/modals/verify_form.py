"""Which secret is this? A value is pasted, its row and whether it works are told, nothing else."""

from textual.app import ComposeResult
from textual.widgets import Static

from core.rules.errors import Refusal
from core.rules.views import Verification
from tui.modals.form import Field, FormDialog
from tui.plain import plain
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

    def show_result(self, result: Verification) -> None:
        """Tell what it is."""
        answer = self.query_one("#answer", Static)
        answer.set_class(True, "-said").set_class(result.works, "-works").set_class(not result.works, "-fails")
        answer.update(plain(sentence(result)))


def sentence(result: Verification) -> str:
    """Return what became of it in one sentence."""
    if not result.matches:
        return result.reason or ""
    scopes = ", ".join(sorted(scope.label for scope in result.scopes))
    if result.works:
        return f"It is {result.hint} and works, for {scopes}."
    return f"It is {result.hint} and does not work: {result.reason}"
