"""The columns of the table of JWT trusts."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from core.rules.views.jwt_trusts import TrustView
from tui.drawing.moments import ago
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]
UnderWay = Callable[[TrustView], bool]


class TrustState(StrEnum):
    """What is to be said of the keys of a trust, the first that applies; a word of the screen alone."""

    FETCHING = "Fetching"
    NO_KEYS = "No keys"
    FAILED = "Failed"
    READY = "Ready"


STATE_STYLES = {
    TrustState.FETCHING: "muted",
    TrustState.NO_KEYS: "bad",
    TrustState.FAILED: "warn",
    TrustState.READY: "ok",
}


def state(row: TrustView) -> TrustState:
    """Return whether a trust has keys, and whether the last fetch of them was good."""
    if not row.keys:
        return TrustState.NO_KEYS
    return TrustState.FAILED if row.failure else TrustState.READY


def columns(now: Now, under_way: UnderWay) -> list[Column[TrustView]]:
    """Return the columns; `under_way` tells whether a row's keys are being fetched at the moment."""

    def word(row: TrustView) -> Cell:
        what = TrustState.FETCHING if under_way(row) else state(row)
        return Cell(what, STATE_STYLES[what])

    return [
        Column("trusts", "Issuer or JWKS URI", Flexible(18, weight=4, maximum=60), _address, cut_in_middle=True),
        Column("subject", "Subject", Flexible(9, weight=2, maximum=40), _subject, cut_in_middle=True),
        Column("description", "Description", Flexible(9, weight=2, maximum=30), _description, from_width=100),
        Column("keys", "Keys", 4, lambda row: Cell(str(len(row.keys))), "right"),
        Column("fetched", "Fetched", 10, lambda row: Cell(ago(now(), row.fetched_at), "muted")),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at), _used(row)), from_width=76),
        Column("from", "From", Flexible(9, weight=1, maximum=20), _source, from_width=130),
        Column("state", "State", 8, word),
    ]


def address(row: TrustView) -> str:
    """Return whose JWTs are taken: the issuer, or where its own keys are."""
    return row.issuer or row.jwks_uri or "–"


def _address(row: TrustView) -> Cell:
    """Return the address without the scheme that all but those on this machine have."""
    return Cell(address(row).removeprefix("https://"))


def _subject(row: TrustView) -> Cell:
    return Cell(row.subject) if row.subject else Cell("client ID", "muted")


def _description(row: TrustView) -> Cell:
    return Cell(row.description) if row.description else Cell("–", "muted")


def _source(row: TrustView) -> Cell:
    return Cell(row.last_used_from or "–", "muted")


def _used(row: TrustView) -> str:
    return "" if row.last_used_at else "muted"
