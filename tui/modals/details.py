"""One row in full: a client secret, or a line of the activity with before and after side by side."""

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult

from core.rules.expiry import SecretState, days_left
from core.rules.views import ActivityRow, ApplicationView, SecretView
from tui.columns.activity import who, written
from tui.modals.dialog import Dialog
from tui.moments import ago, stamp
from tui.widgets.fact import Fact

Facts = Sequence[tuple[str, str]]


class Details(Dialog[None]):
    """Facts with their names, nothing to fill in."""

    FOOT = "Esc close"
    SCROLLS = True

    def __init__(
        self, application: ApplicationView, title: str, facts: Facts, changes: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        super().__init__()
        self.application = application
        self._title = title
        self._facts = facts
        self._changes = changes

    def title_text(self) -> str:
        """Name the row."""
        return self._title

    def body(self) -> ComposeResult:
        """Lay out the facts, then what changed."""
        for place, (name, value) in enumerate(self._facts):
            yield Fact(name, value, classes="" if place else "gap")
        if self._changes:
            yield Fact("", "before", "after", classes="head gap")
        for name, before, after in self._changes:
            yield Fact(name, before, after)


def secret_facts(secret: SecretView, now: datetime) -> Facts:
    """Return everything that is known of a secret."""
    used = ago(now, secret.last_used_at) if secret.last_used_at else "never used"
    source = f" from {secret.last_used_from}" if secret.last_used_from else ""
    ends = f"{stamp(secret.expires_at)} · {_days(now, secret.expires_at)}" if secret.expires_at else "never"
    return [
        ("Hint", secret.hint),
        ("Description", secret.description or "–"),
        ("State", _state(secret)),
        ("API scopes", ", ".join(sorted(scope.label for scope in secret.scopes))),
        ("Created", f"{stamp(secret.created_at)} by {secret.created_by}"),
        ("Expires", ends),
        ("Last used", used + source),
        ("Uses", f"{secret.use_count:,}"),
        *([("Revoked", stamp(secret.revoked_at) + _why(secret))] if secret.revoked_at else []),
    ]


def _state(secret: SecretView) -> str:
    retiring = secret.state is SecretState.RETIRING and secret.retires_at
    return f"Retiring until {stamp(retiring)}" if retiring else secret.state.capitalize()


def _why(secret: SecretView) -> str:
    return ", rotated" if secret.revoked_reason == "rotated" else ""


def activity_details(application: ApplicationView, row: ActivityRow) -> Details:
    """Return the dialog for a line of the activity of *application*."""
    facts = [
        ("When", stamp(row.at)),
        ("Who", who(row)),
        ("What", row.action),
        ("Object", row.object),
        *([("Reason", row.reason)] if row.reason else []),
        *([("Source", row.source)] if row.source else []),
        *([("Times", str(row.count))] if row.count > 1 else []),
        ("Hash", row.hash),
    ]
    names = dict.fromkeys([*(row.before or {}), *(row.after or {})])
    changes = [(name, _value(row.before, name), _value(row.after, name)) for name in names]
    return Details(application, f"Activity {row.id}", facts, changes)


def _value(values: dict[str, object] | None, name: str) -> str:
    return written(values[name]) if values and name in values else "–"


def _days(now: datetime, end: datetime) -> str:
    if end <= now:
        return ago(now, end)
    return f"{-days_left(end, now)} d left"  # the day that has begun counts
