"""The answer to a call: status and time, why it was refused, body, header fields, and the command to call again."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.drawing.plain import line, plain
from tui.test_panel.answer_text import body_lines, duration, header_lines, status_text
from tui.test_panel.trying import Tried

_NOTHING_YET = "Enter sends the call. The answer stands here."


class AnswerView(VerticalScroll, can_focus=True):
    """One answer at a time; the arrows scroll it while it has the focus."""

    DEFAULT_CSS = """
    AnswerView { height: 1fr; width: 1fr; padding: 0 1 0 2; scrollbar-size-vertical: 1; }
    AnswerView > Static { height: auto; width: 1fr; }
    AnswerView:focus > #outcome { text-style: bold underline; }
    AnswerView > #outcome { text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.tried: Tried | None = None

    def compose(self) -> ComposeResult:
        """Lay out the outcome and the rest."""
        yield Static(plain(_NOTHING_YET, "$text-muted not bold"), id="outcome", markup=False)
        yield Static(id="rest", markup=False)

    def wait(self, sentence: str) -> None:
        """Say how a call stands that has no answer; the one before goes away, lest it be taken for the new one."""
        self.tried = None
        self._draw(plain(sentence, "$text-muted not bold"), [])

    def show(self, tried: Tried) -> None:
        """Draw what a call came to."""
        self.tried = tried
        self.scroll_home(animate=False)
        self._draw(_outcome(tried), _rest(tried))

    def _draw(self, outcome: Content, lines: list[Content]) -> None:
        self.query_one("#outcome", Static).update(outcome)
        self.query_one("#rest", Static).update(Content("\n").join(lines))


def _outcome(tried: Tried) -> Content:
    if tried.answer is None:
        return plain(f"! {tried.trouble}", "$text-error")
    style = "$text-success" if tried.passed else "$text-error"
    size = f"{tried.size:,} bytes{'' if tried.answer.cut is None else ' of more'}"
    return line(
        (status_text(tried.answer.status), style), (f"   {duration(tried.answer.milliseconds)}   {size}", "not bold")
    )


def _rest(tried: Tried) -> list[Content]:
    muted = "$text-muted"
    lines = [line(("Why   ", muted), (tried.why, "$text-warning"))] if tried.why else []
    if tried.in_short:
        short = f"Called at {tried.at.astimezone():%H:%M:%S}, before the panel was left; no more of it is kept."
        return [*lines, plain(short, muted), plain(""), line((f"{tried.method} ", muted), tried.url)]
    if tried.answer is not None:
        lines += [*body_lines(tried.answer), plain("")]
    lines.append(line((f"{tried.method} ", muted), tried.url))
    if tried.answer is not None:
        lines += header_lines(tried.answer)
    if tried.command:
        lines += [plain(""), *map(plain, tried.command.splitlines())]
    return lines
