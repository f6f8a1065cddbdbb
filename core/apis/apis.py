"""Protected APIs: create, list, change, delete. A gateway enforces what is declared here; *verify* decides."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from core.activity.audit import About, alone, differences, record
from core.desk import Desk
from core.rules.api_urls import is_loop, origin_of, overlap
from core.rules.apis import Located, Place, Profile, Security, check_apart
from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.errors import NameTaken, NotFound, Refusal
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.fields import given
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from store.tables import Api, ApiCaller, Server, Subscription

_COLUMNS = {
    Security.CLIENT_ID: "by_client_id",
    Security.PAIR: "by_secret",
    Security.BEARER: "by_bearer",
}


class Apis:
    """What an operator does with protected APIs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def create(self, asked: NewApi) -> ApiView:
        """Protect an API; refuses a name that is taken, a path that overlaps another, an upstream that is ourselves."""
        with self._desk.database.transaction() as session:
            values = {each.name: getattr(asked, each.name) for each in fields(asked)}
            now, by = self._desk.now(), str(self._desk.operator)
            row = Api(id=self._desk.new_id(), created_at=now, created_by=by, **_columns(values))
            _check(session, row)
            session.add(row)
            session.flush()
            record(session, self._desk, "api.created", About.api(row), after=_told(row))
            return _view(session, row)

    def get(self, api_id: str) -> ApiView:
        """Return one API as it stands now."""
        with self._desk.database.read() as session:
            return _view(session, found(session, api_id))

    def list(self) -> tuple[ApiView, ...]:
        """Return all APIs by name."""
        with self._desk.database.read() as session:
            return _views(session)

    def resolve(self, text: str) -> ApiView:
        """Return the API that *text* names: its name or its id."""
        named = text.strip().lower()
        with self._desk.database.read() as session:
            row = session.exec(select(Api).where((col(Api.name) == named) | (col(Api.id) == named))).first()
            if row is None:
                raise NotFound("No API has this name or id; see: keydesk api list.")
            return _view(session, row)

    def change(self, api_id: str, changes: ApiChanges) -> ApiView:
        """Change what is given, all of it or nothing; what is as it was leaves no trace."""
        with self._desk.database.transaction() as session:
            row = held(session, api_id)
            old, places = _told(row), located_of(row)
            row.sqlmodel_update(_columns(given(changes)))
            if located_of(row) != places:  # an older API may have one name for both, and is still to be changed
                check_apart(*located_of(row))
            _check(session, row)
            before, after = differences(old, _told(row))
            if after:
                session.flush()
                record(session, self._desk, "api.changed", About.api(row), before=before, after=after)
            return _view(session, row)

    def delete(self, api_id: str) -> None:
        """Delete an API: *verify* knows it no more at once, and its gateway lets nobody in."""
        with self._desk.database.transaction() as session:
            row = held(session, api_id)
            record(session, self._desk, "api.deleted", About.api(row), before=_told(row))
            session.delete(row)


def held(session: Session, api_id: str) -> Api:
    """Return the row of an API that is about to change, locked for this transaction where a row can be locked."""
    return _there(session.get(Api, api_id, with_for_update=True))


def found(session: Session, api_id: str) -> Api:
    """Return the row of an API to be read, which keeps nobody waiting."""
    return _there(session.get(Api, api_id))


def _there(row: Api | None) -> Api:
    if row is None:
        raise NotFound("This API is no longer there: somebody has deleted it.")
    return row


def _views(session: Session, *which: ColumnElement[bool]) -> tuple[ApiView, ...]:
    """Return the APIs by name, with what is counted of each; in one statement, however many there are."""
    subscriptions = select(func.count()).select_from(Subscription).where(Subscription.api_id == Api.id)
    last_called = select(func.max(ApiCaller.last_called_at)).where(ApiCaller.api_id == Api.id)
    statement = select(Api, subscriptions.scalar_subquery(), last_called.scalar_subquery())
    return tuple(_seen(*row) for row in session.exec(statement.where(*which).order_by(Api.name)))


def _view(session: Session, row: Api) -> ApiView:
    (view,) = _views(session, col(Api.id) == row.id)
    return view


def _seen(row: Api, subscriptions: int, last_called_at: datetime | None) -> ApiView:
    client_id_at, client_secret_at = located_of(row)
    return ApiView(
        id=row.id,
        name=row.name,
        title=row.title,
        path=row.path,
        upstream=row.upstream,
        gateway=row.gateway,
        security=securities_of(row),
        client_id_at=client_id_at,
        client_secret_at=client_secret_at,
        scopes=tuple(row.scopes.split()),
        any_scope=row.any_scope,
        api_scope=ApiScope(row.api_scope) if row.api_scope else None,
        subscribed_only=row.subscribed_only,
        profile=Profile(row.profile),
        created_at=row.created_at,
        created_by=row.created_by,
        subscriptions=subscriptions,
        last_called_at=last_called_at,
    )


def securities_of(row: Any) -> frozenset[Security]:
    """Return by what callers prove themselves, of an API or of a look at one."""
    return frozenset(security for security, column in _COLUMNS.items() if getattr(row, column))


def located_of(row: Any) -> tuple[Located, Located]:
    """Return where client ID and secret stand, of an API or of a look at one."""
    return (
        Located(Place(row.client_id_in), row.client_id_name),
        Located(Place(row.client_secret_in), row.client_secret_name),
    )


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return the column values that stand for what was asked."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if name == "security":
            columns.update({column: security in value for security, column in _COLUMNS.items()})
        elif isinstance(value, Located):
            kind = name.removesuffix("_at")
            columns.update({f"{kind}_in": str(value.place), f"{kind}_name": value.name})
        else:
            columns[name] = " ".join(value) if name == "scopes" else value
    return columns


def _told(row: Api) -> dict[str, object]:
    """Return what an operator can set, as the activity tells of it; what is not there is left out."""
    kept = row.model_dump(exclude={"id", "created_at", "created_by", *_COLUMNS.values()})
    kept["security"] = sorted(map(str, securities_of(row)))
    return kept


def _check(session: Session, row: Api) -> None:
    """Refuse what only shows beside the other APIs and the servers; no other API is made until the row is written."""
    with session.no_autoflush:  # what is pending is still to be checked
        alone(session)
        others = session.exec(select(Api).where(Api.id != row.id)).all()
        _refuse_taken(others, row)
        _refuse_overlap(others, row)
        _refuse_ourselves(session.exec(select(Server)).all(), row.upstream)
    _refuse_loop(row)


def _refuse_taken(others: Sequence[Api], row: Api) -> None:
    if row.name in {other.name for other in others}:
        raise NameTaken(f"There is already an API named “{row.name}”.", field="name")


def _refuse_overlap(others: Sequence[Api], row: Api) -> None:
    for other in others:
        if overlap(other.path, row.path):
            raise Refusal(
                f"The public path overlaps {other.path} of “{other.name}”: a call could be meant for both.",
                field="path",
            )


def _refuse_ourselves(servers: Sequence[Server], upstream: str | None) -> None:
    if upstream is None:
        return
    ours = {url for server in servers for url in (server.address, server.issuer)} | {DEFAULT_ISSUER}
    if origin_of(upstream) in {origin_of(url) for url in ours}:
        raise Refusal("The upstream is keydesk itself: give the address of what is to be protected.", field="upstream")


def _refuse_loop(row: Api) -> None:
    if row.gateway and row.upstream and is_loop(row.gateway + row.path, row.upstream):
        raise Refusal(
            "The upstream is where callers find the API: the gateway would ask itself without end.", field="upstream"
        )
