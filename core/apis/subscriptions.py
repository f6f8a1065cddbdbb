"""Which applications have subscribed to which protected APIs, and which call them."""

from sqlalchemy import and_
from sqlmodel import col, or_, select

from core.activity.audit import About, record
from core.apis.apis import held as held_api
from core.applications.applications import held
from core.desk import Desk
from core.rules.views.apis import CallerView
from store.tables import Api, ApiCaller, Application, Subscription


class Subscriptions:
    """What an operator does with subscriptions. They count where an API is for subscribed applications only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, api_id: str, application_id: str) -> bool:
        """Let an application call an API; return whether it could not before. It holds from the next call on."""
        with self._desk.database.transaction() as session:
            api, application = held_api(session, api_id), held(session, self._desk, application_id)
            if session.get(Subscription, (api_id, application_id)) is not None:
                return False
            now, by = self._desk.now(), str(self._desk.operator)
            session.add(Subscription(api_id=api_id, application_id=application_id, created_at=now, created_by=by))
            record(session, self._desk, "api.subscribed", About.subscription(api, application))
            return True

    def remove(self, api_id: str, application_id: str) -> bool:
        """Take a subscription away; return whether there was one."""
        with self._desk.database.transaction() as session:
            api, application = held_api(session, api_id), held(session, self._desk, application_id)
            row = session.get(Subscription, (api_id, application_id))
            if row is None:
                return False
            session.delete(row)
            record(session, self._desk, "api.unsubscribed", About.subscription(api, application))
            return True

    def of_api(self, api_id: str) -> tuple[CallerView, ...]:
        """Return who has subscribed to an API or called it, by name."""
        subscribed = and_(col(Subscription.application_id) == Application.id, col(Subscription.api_id) == api_id)
        calls = and_(col(ApiCaller.application_id) == Application.id, col(ApiCaller.api_id) == api_id)
        statement = (
            select(Application, Subscription, ApiCaller)
            .outerjoin(Subscription, subscribed)
            .outerjoin(ApiCaller, calls)
            .where(or_(col(Subscription.api_id).is_not(None), col(ApiCaller.api_id).is_not(None)))
            .order_by(Application.name_key)
        )
        with self._desk.database.read() as session:
            return tuple(_view(*row) for row in session.exec(statement))

    def of_application(self, application_id: str) -> tuple[str, ...]:
        """Return the names of the APIs that an application has subscribed to."""
        statement = select(Api.name).join(Subscription).where(Subscription.application_id == application_id)
        with self._desk.database.read() as session:
            return tuple(session.exec(statement.order_by(Api.name)))


def _view(application: Application, subscription: Subscription | None, caller: ApiCaller | None) -> CallerView:
    return CallerView(
        application_id=application.id,
        application=application.name,
        client_id=application.client_id,
        enabled=application.enabled,
        subscribed_at=subscription.created_at if subscription else None,
        subscribed_by=subscription.created_by if subscription else None,
        last_called_at=caller.last_called_at if caller else None,
        calls=caller.calls if caller else 0,
    )
