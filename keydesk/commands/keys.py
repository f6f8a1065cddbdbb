"""`keydesk keys`: the keys that `keydesk serve` signs access tokens with."""

from typing import Annotated

import typer

from core.rules.views.authorization_server import SigningKeyView
from core.services import Services
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from keydesk.commands.documents import write_array, write_document
from keydesk.commands.invocation import AsJson, invocation_of, noun
from keydesk.commands.shapes.signing_keys import signing_key_shape
from keydesk.commands.tables import local, write_table
from keydesk.compose import key_file_of, signing_keys
from keydesk.invocation import Invocation
from keydesk.streams import narrate
from store import key_file

_HEADINGS = ("Key", "Algorithm", "State", "Created", "Published until")

app = noun("The keys that access tokens are signed with.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the keys: the one that signs, and those that are published until their last token has expired."""
    with invocation_of(context).services() as services:
        keys = SigningKeys(services.desk, None).list()  # looking makes no key file, and needs none
    if as_json:
        write_array(map(signing_key_shape, keys))
    elif not write_table(_HEADINGS, [[_row(key) for key in keys]]):
        narrate("There is no key yet: keydesk serve makes one when it starts.")


@app.command("rotate")
def rotate(
    context: typer.Context,
    new_key_file: Annotated[
        bool, typer.Option("--new-key-file", help="Make the key file anew, where it was lost; restart servers then.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let a new key sign from now on; the old one stays published until its last token has expired."""
    invocation = invocation_of(context)
    with invocation.services() as services:
        key = _keys(invocation, services, anew=new_key_file).rotate()
    if as_json:
        write_document(signing_key_shape(key))
    when = "once it is started again" if new_key_file else "within three seconds"
    narrate(f"Key {key.kid} signs from now on; a server that runs takes it {when}.")


def _keys(invocation: Invocation, services: Services, *, anew: bool) -> SigningKeys:
    if invocation.options.demo:  # its database is gone at the end: what its keys are sealed under may go with it
        token_bytes = services.desk.token_bytes
        return SigningKeys(services.desk, Seal(token_bytes(key_file.KEY_LENGTH), token_bytes))
    settings = invocation.settings()
    path = key_file_of(settings, invocation.environ)
    missing = key_file.read(path) is None
    keys = signing_keys(services, settings, invocation.environ, anew=anew)
    if keys.list() and not anew:
        keys.signer()  # a server with another key file than this one could not use the new key
    if missing:
        narrate(f"{path} was lost and is made anew." if keys.list() else f"{path} is made; keys are sealed under it.")
    return keys


def _row(key: SigningKeyView) -> tuple[str | None, ...]:
    return (key.kid, key.algorithm, key.state, local(key.created_at), local(key.published_until))
