"""What must be true at this moment for a call of a protected API to pass: one fixed statement for each question."""

from sqlalchemy import Executable, bindparam, exists, select
from sqlmodel import col

from store.tables import Api, Application, Subscription

OF_API: Executable = select(*Api.__table__.columns).where(  # type: ignore[attr-defined]  # sqlmodel hides its table
    col(Api.name) == bindparam("name")
)
"""A protected API by its name; parameter `name`."""

OF_CALLER: Executable = select(
    col(Application.id),
    col(Application.client_id),
    col(Application.enabled),
    exists()
    .where(col(Subscription.application_id) == col(Application.id), col(Subscription.api_id) == bindparam("api_id"))
    .label("subscribed"),
).where(col(Application.client_id) == bindparam("client_id"))
"""An application by its client ID, and whether it has subscribed; parameters `client_id` and `api_id`."""
