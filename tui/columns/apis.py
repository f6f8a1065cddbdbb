"""The columns of the list of protected APIs, and of who calls one of them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from core.rules.apis import Security
from core.rules.views.apis import ApiView, CallerView, UpstreamStatus
from tui.drawing.moments import ago, date
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]
Status = Callable[[ApiView], UpstreamStatus | None]

_SHORT = {Security.CLIENT_ID: "client ID", Security.PAIR: "ID+secret", Security.BEARER: "bearer"}


def columns(now: Now, status: Status) -> list[Column[ApiView]]:
    """Return the columns of the list; the title, how refusals look and why an upstream is down want a wide terminal."""

    def upstream(row: ApiView) -> Cell:
        found = status(row)
        return (
            Cell(_word(found), _status_style(found)) if found and found.milliseconds is not None else Cell("–", "muted")
        )

    def reason(row: ApiView) -> Cell:
        found = status(row)
        return Cell(f"{found.reason}{_took(found)}" if found else "", "muted")

    return [
        Column("name", "Name", Flexible(12, weight=1, maximum=40), lambda row: Cell(row.name), cut_in_middle=True),
        Column("title", "Title", Flexible(12, weight=2, maximum=40), _title, from_width=140),
        Column("path", "Path", Flexible(10, weight=1, maximum=40), lambda row: Cell(row.path), cut_in_middle=True),
        Column("security", "Security", 16, lambda row: Cell(securities_in_short(row.security))),
        Column("access", "Open to", 10, lambda row: Cell(access_in_short(row))),
        Column("subscriptions", "Subscribed", 10, lambda row: Cell(f"{row.subscriptions:,}"), "right", from_width=130),
        Column("profile", "Refuses as", 13, lambda row: Cell(row.profile, "muted"), from_width=100),
        Column("last_called", "Last call", 10, lambda row: Cell(ago(now(), row.last_called_at), _called(row))),
        Column("upstream", "Upstream", 8, upstream),
        Column("reason", "Answers", 22, reason, from_width=110),
    ]


def columns_of_callers(now: Now) -> list[Column[CallerView]]:
    """Return the columns of who has subscribed to an API or called it; who subscribed them wants a wide terminal."""
    return [
        Column("application", "Application", Flexible(14, weight=3, maximum=48), lambda row: Cell(row.application)),
        Column("client_id", "Client ID", 9, lambda row: Cell(row.client_id, "muted")),
        Column("subscribed", "Subscribed", 10, _subscribed),
        Column(
            "by", "By", Flexible(8, weight=1, maximum=24), lambda row: Cell(row.subscribed_by or "–"), from_width=100
        ),
        Column("last_called", "Last called", 11, lambda row: Cell(ago(now(), row.last_called_at), _called(row))),
        Column("calls", "Calls", 9, lambda row: Cell(f"{row.calls:,}"), align="right"),
        Column("state", "State", 8, _state),
    ]


def securities_in_short(chosen: Iterable[Security]) -> str:
    """Return by what a caller may prove itself, as there is room for in a column."""
    return "/".join(_SHORT[security] for security in Security if security in set(chosen))


def securities_in_words(chosen: Iterable[Security]) -> str:
    """Return by what a caller may prove itself, in the words of the forms."""
    return ", or ".join(security.label for security in Security if security in set(chosen))


def access_in_short(row: ApiView) -> str:
    """Return whom an API is open to."""
    return "subscribed" if row.subscribed_only else "everyone"


def status_in_words(found: UpstreamStatus) -> str:
    """Return whether an upstream is up, and how it answered; or that there is none."""
    return found.reason if found.milliseconds is None else f"{_word(found)}, {found.reason}{_took(found)}"


def in_full(api: ApiView, found: UpstreamStatus | None) -> str:
    """Return in a line what the columns have no room for: how the upstream answers, and the names of the API."""
    stands = status_in_words(found) if found else ""
    return " · ".join(filter(None, (stands, api.name, api.title, api.public_url or api.path)))


def _word(found: UpstreamStatus) -> str:
    return "UP" if found.up else "DOWN"


def _status_style(found: UpstreamStatus) -> str:
    return "ok" if found.up else "bad"


def _took(found: UpstreamStatus) -> str:
    return f" · {found.milliseconds:.0f} ms" if found.up and found.milliseconds is not None else ""


def _title(row: ApiView) -> Cell:
    return Cell(row.title) if row.title else Cell("–", "muted")


def _subscribed(row: CallerView) -> Cell:
    return Cell(date(row.subscribed_at)) if row.subscribed_at else Cell("–", "muted")


def _subscribed_by(row: CallerView) -> Cell:
    return Cell(row.subscribed_by) if row.subscribed_by else Cell("–", "muted")


def _state(row: CallerView) -> Cell:
    return Cell("enabled", "ok") if row.enabled else Cell("disabled", "muted")


def _called(row: ApiView | CallerView) -> str:
    return "" if row.last_called_at else "muted"
