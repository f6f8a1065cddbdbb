"""One row in full: a client secret, or a line of the activity with before and after side by side."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.widgets import Static

from core.rules.expiry import SecretState, days_left
from core.rules.views.activity import ActivityRow
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from tui.columns.activity import who, written
from tui.drawing.moments import ago, stamp
from tui.drawing.plain import plain
from tui.facts.retiring import is_still_used, twin_of
from tui.modals.dialog import Dialog
from tui.widgets.fact import Fact

Facts = Sequence[tuple[str, str]]
Change = tuple[str, str, str]
"""A name with its sign, and the value before and after."""

_SIGNS = {"~": "changed", "+": "set", "-": "gone"}
"""What the sign before a name says, which colour alone would not."""


class Details(Dialog[None]):
    """Facts with their names, nothing to fill in."""

    FOOT = "Esc close"
    SCROLLS = True
    DEFAULT_CSS = """
    Details.-changes Fact > .name { width: 18; }
    Details .below { height: auto; }
    Details .below.name { color: $text-muted; }
    Details:ansi .below.name { color: ansi_default; }
    """

    def __init__(
        self,
        application: ApplicationView | None,
        title: str,
        facts: Facts,
        changes: Sequence[Change] = (),
        *,
        below: Facts = (),
    ) -> None:
        super().__init__()
        self.application = application
        self._title = title
        self._facts = facts
        self._changes = changes
        self._below = below
        """What wants whole lines, so that it is selected in one piece."""
        self.set_class(bool(changes), "-changes")

    def title_text(self) -> str:
        """Name the row."""
        return self._title

    def body(self) -> ComposeResult:
        """Lay out the facts, then what changed."""
        for place, (name, value) in enumerate(self._facts):
            yield Fact(name, value, classes="" if place else "gap")
        for name, value in self._below:
            yield Static(plain(name), classes="below name gap", markup=False)
            yield Static(plain(value), classes="below", markup=False)
        if self._changes:
            yield Fact(_legend(self._changes), "before", "after", classes="head gap")
        for name, before, after in self._changes:
            yield Fact(name, before, after)


def secret_facts(secret: SecretView, now: datetime, secrets: Sequence[SecretView] = ()) -> Facts:
    """Return everything that is known of a secret; among *secrets* is what replaces it."""
    ends = stamp(secret.expires_at) if secret.expires_at else "never"
    if secret.expires_at and secret.state not in (SecretState.REVOKED, SecretState.RETIRING):
        ends += f" · {_days(now, secret.expires_at)}"
    twin = twin_of(secret, secrets)
    return [
        ("Hint", secret.hint),
        ("Description", secret.description or "–"),
        ("State", _state(secret)),
        ("API scopes", ", ".join(sorted(scope.label for scope in secret.scopes))),
        ("Created", f"{stamp(secret.created_at)} by {secret.created_by}"),
        ("Expires", ends),
        ("Last used", _use(secret, twin, now)),
        ("Uses", f"{secret.use_count:,}"),
        *([("Replaced by", f"{twin.hint}, {twin.state}")] if twin else []),
        *([("Revoked", stamp(secret.revoked_at) + _why(secret))] if secret.revoked_at else []),
    ]


def _use(secret: SecretView, twin: SecretView | None, now: datetime) -> str:
    if secret.last_used_at is None:
        return "never used"
    source = f" from {secret.last_used_from}" if secret.last_used_from else ""
    still = ", still used" if secret.state is SecretState.RETIRING and is_still_used(secret, twin) else ""
    return f"{ago(now, secret.last_used_at)}{source}{still}"


def _state(secret: SecretView) -> str:
    retiring = secret.state is SecretState.RETIRING and secret.retires_at
    return f"Retiring until {stamp(retiring)}" if retiring else secret.state.capitalize()


def _why(secret: SecretView) -> str:
    return ", rotated" if secret.revoked_reason == "rotated" else ""


def activity_details(application: ApplicationView | None, row: ActivityRow) -> Details:
    """Return the dialog for a line of the activity of *application*, or of all."""
    facts = [
        ("When", stamp(row.at)),
        ("Who", row.actor if row.actor.startswith("client ") else who(row)),
        ("What", row.action),
        ("Object", row.object),
        *([("Reason", row.reason)] if row.reason else []),
        *([("Source", row.source)] if row.source else []),
        *([("Times", str(row.count))] if row.count > 1 else []),
        ("Hash", row.hash),
    ]
    before, after = row.before or {}, row.after or {}
    changes = [
        (f"{_sign(name, before, after)} {name}", _value(before, name), _value(after, name))
        for name in dict.fromkeys([*before, *after])
    ]
    return Details(application, f"Activity {row.id}", facts, changes)


def _legend(changes: Sequence[Change]) -> str:
    used = {name[0] for name, _, _ in changes}
    return ", ".join(f"{sign} {word}" for sign, word in _SIGNS.items() if sign in used)


def _sign(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Tell whether a value was changed, came, went, or is there for the record."""
    if name not in before or name not in after:
        return "+" if name in after else "-"
    return " " if before[name] == after[name] else "~"


def _value(values: Mapping[str, object], name: str) -> str:
    return written(values[name]) if name in values else "–"


def _days(now: datetime, end: datetime) -> str:
    if end <= now:
        return ago(now, end)
    return f"{-days_left(end, now)} d left"  # the day that has begun counts
