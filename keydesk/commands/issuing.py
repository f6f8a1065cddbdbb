"""A new secret on standard output: its value once, alone, and the rest on stderr."""

from collections.abc import Callable

from core.rules.errors import Refusal
from core.rules.views.client_secrets import IssuedSecret
from keydesk.commands.documents import write_document
from keydesk.commands.shapes.client_secrets import issued_shape
from keydesk.commands.tables import local
from keydesk.streams import OutputLost, flush, narrate, write


def write_issued(issued: IssuedSecret, *, as_json: bool, way_out: Callable[[], str]) -> None:
    """Write the value; where standard output does not take it, say what was done and name the *way_out* of it."""
    try:
        if as_json:
            write_document(issued_shape(issued))
        else:
            write(f"{issued.value}\n")
        flush()
    except OutputLost:
        raise Refusal(
            f"The secret was made, but standard output did not take it, so nobody has seen it; {way_out()}"
        ) from None


def narrate_issued(what: str, issued: IssuedSecret) -> None:
    """Say what was made, when it ends, and that this was the only time."""
    ends = f"expires {local(issued.secret.expires_at)}" if issued.secret.expires_at else "never expires"
    narrate(f"{what}, client ID {issued.client_id}; it {ends}.")
    narrate("It is stored as a hash only and cannot be shown again.")
