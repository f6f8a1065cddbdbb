"""What the commands of `keydesk api` may be given, and the words that explain it in the help."""

from enum import StrEnum
from typing import Annotated

import typer

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Place, Profile, Security
from core.rules.limits import API_NAME_LENGTH
from core.rules.scopes import ApiScope

NAME = f"1 to {API_NAME_LENGTH} lower-case letters, digits, dots, dashes, underscores; it stands in URLs."
_MAY_BE_EMPTY = "; empty takes it away."


class OpenTo(StrEnum):
    """Which API scope of a secret opens an API."""

    ANY = "any"
    APPLICATION = ApiScope.APPLICATION
    APPLICATION_USERS = ApiScope.APPLICATION_USERS
    OPENID = ApiScope.OPENID

    @property
    def scope(self) -> ApiScope | None:
        """Return the API scope; None means any."""
        return None if self is OpenTo.ANY else ApiScope(self.value)


Api = Annotated[str, typer.Argument(metavar="NAME", help="Its name or its id.", show_default=False)]
Path = Annotated[str | None, typer.Option(metavar="P", help="The path under which callers find it, such as /weather.")]
Upstream = Annotated[
    str | None, typer.Option(metavar="URL", help="What is protected; its path takes the place of the public one.")
]
Title = Annotated[str | None, typer.Option(metavar="T", help="What people call it.")]
GatewayUrl = Annotated[str | None, typer.Option("--gateway", metavar="URL", help="The gateway that callers reach.")]
OtherName = Annotated[str | None, typer.Option(metavar="NAME", help=NAME)]
OtherUpstream = Annotated[str | None, typer.Option(metavar="URL", help=f"What is protected{_MAY_BE_EMPTY}")]
OtherTitle = Annotated[str | None, typer.Option(metavar="T", help=f"What people call it{_MAY_BE_EMPTY}")]
OtherGateway = Annotated[
    str | None, typer.Option("--gateway", metavar="URL", help=f"The gateway that callers reach{_MAY_BE_EMPTY}")
]
Kinds = Annotated[
    list[Security] | None, typer.Option("--security", help="What a caller presents; repeatable: a choice of these.")
]
IdIn = Annotated[Place | None, typer.Option("--client-id-in", help="Where the client ID stands.")]
IdName = Annotated[str | None, typer.Option("--client-id-name", metavar="N", help=f"Such as {CLIENT_ID_AT.name}.")]
SecretIn = Annotated[Place | None, typer.Option("--client-secret-in", help="Where the client secret stands.")]
SecretName = Annotated[
    str | None, typer.Option("--client-secret-name", metavar="N", help=f"Such as {CLIENT_SECRET_AT.name}.")
]
Scopes = Annotated[
    list[str] | None, typer.Option("--scope", metavar="S", help="An OAuth scope that a token needs; repeatable.")
]
NoScopes = Annotated[bool, typer.Option("--no-scopes", help="Ask for no OAuth scope.")]
AnyScope = Annotated[
    bool | None, typer.Option("--any-scope/--all-scopes", help="Whether one of them is enough, or all are needed.")
]
OpensTo = Annotated[OpenTo | None, typer.Option("--api-scope", help="Which API scope of a secret opens it.")]
SubscribedOnly = Annotated[
    bool | None, typer.Option("--subscribed-only/--everyone", help="Which applications may call it.")
]
Refusals = Annotated[Profile | None, typer.Option("--profile", help="Whose refusals a caller sees.")]
