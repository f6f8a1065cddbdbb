"""Protected APIs, who has subscribed to them, and who calls them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.rules import limits
from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Place, Profile
from core.rules.scopes import ApiScope
from store.columns import one_of
from store.tables.base import Table, moment, tally


class Api(Table, table=True):
    """An API whose gateway asks us who may call it."""

    __tablename__ = "apis"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("path"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {limits.API_NAME_LENGTH}", name="name_length"),
        CheckConstraint("name = lower(name)", name="name_lower"),
        CheckConstraint("path LIKE '/%'", name="path_absolute"),
        CheckConstraint(f"length(title) <= {limits.NAME_LENGTH}", name="title_length"),
        CheckConstraint("by_client_id OR by_secret OR by_bearer", name="some_security"),
        CheckConstraint("NOT (by_client_id AND by_secret)", name="secret_or_not"),
        CheckConstraint(
            "client_id_in <> client_secret_in OR lower(client_id_name) <> lower(client_secret_name)", name="apart"
        ),
        one_of("client_id_in", tuple(Place), name="client_id_in"),
        one_of("client_secret_in", tuple(Place), name="client_secret_in"),
        one_of("api_scope", tuple(ApiScope), name="api_scope"),
        one_of("profile", tuple(Profile), name="profile"),
    )

    id: str = Field(primary_key=True)
    name: str
    """As it stands in the URL of *verify*, in lower case."""
    title: str | None = None
    path: str
    upstream: str | None = None
    gateway: str | None = None
    by_client_id: bool
    by_secret: bool
    by_bearer: bool
    client_id_in: str = CLIENT_ID_AT.place
    client_id_name: str = CLIENT_ID_AT.name
    client_secret_in: str = CLIENT_SECRET_AT.place
    client_secret_name: str = CLIENT_SECRET_AT.name
    scopes: str = ""
    """The OAuth scopes that a token needs, with a space between."""
    any_scope: bool = False
    api_scope: str | None = None
    subscribed_only: bool = False
    profile: str = Profile.RFC6750
    created_at: datetime = moment()
    created_by: str


class Subscription(Table, table=True):
    """That an application may call an API for subscribed ones."""

    __tablename__ = "subscriptions"

    api_id: str = Field(primary_key=True, foreign_key="apis.id", ondelete="CASCADE")
    application_id: str = Field(primary_key=True, foreign_key="applications.id", ondelete="CASCADE", index=True)
    created_at: datetime = moment()
    created_by: str


class ApiCaller(Table, table=True):
    """That an application has called an API: when last, and how often it was let in."""

    __tablename__ = "api_callers"

    api_id: str = Field(primary_key=True, foreign_key="apis.id", ondelete="CASCADE")
    application_id: str = Field(primary_key=True, foreign_key="applications.id", ondelete="CASCADE", index=True)
    last_called_at: datetime = moment()
    calls: int = tally()
