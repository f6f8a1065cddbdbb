"""What can go wrong by somebody's doing, and its answer. Everything else is a defect, which `web.server` answers."""

from core.rules.errors import LogonRefused, OAuthError, Refusal
from web.answers import Answer, Header, error


class ClientGone(Exception):
    """The client has left before its request was complete: nobody waits for an answer."""


class Overloaded(Exception):
    """More is asked than can be done in time; nothing was done for this request."""


KNOWN = (OAuthError, LogonRefused, Refusal, Overloaded)

CHALLENGE: Header = (b"www-authenticate", b'Basic realm="keydesk"')
# Always with the challenge (RFC 9110 section 15.5.2): one answer for every refusal tells nothing about its cause.
_LOGON_REFUSED = error(401, LogonRefused.error, LogonRefused.description, CHALLENGE)
_UNAVAILABLE = error(503, "temporarily_unavailable", "The server cannot answer now: try again.", (b"retry-after", b"1"))
NOT_FOUND = error(404, "invalid_request", "There is nothing at this path.")


def answer_to(problem: Exception) -> Answer:
    """Return the answer to one of the `KNOWN` problems; what an operator would be told stays in the house."""
    if isinstance(problem, LogonRefused):
        return _LOGON_REFUSED
    if isinstance(problem, OAuthError):
        return error(400, problem.error, problem.description)
    return _UNAVAILABLE


def wrong_method(allowed: tuple[str, ...]) -> Answer:
    """Return the answer to a method that an endpoint does not know (RFC 9110 section 15.5.6)."""
    names = ", ".join(allowed)
    return error(405, "invalid_request", f"This path knows {names} only.", (b"allow", names.encode()))
