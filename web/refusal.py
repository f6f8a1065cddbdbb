"""What the shell of the server answers by itself, in the form of the endpoints' errors (RFC 6749 section 5.2)."""

import json
from dataclasses import dataclass

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class ShellRefusal:
    """An answer after which the connection is closed."""

    status: int
    headers: Headers
    body: bytes


def _refusal(status: int, error: str, description: str, *more: tuple[bytes, bytes]) -> ShellRefusal:
    body = json.dumps({"error": error, "error_description": description}).encode()
    headers = (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"pragma", b"no-cache"),  # whichever path was meant may have been the token endpoint's (section 5.1)
        (b"connection", b"close"),
    )
    return ShellRefusal(status, headers + more, body)


PROTOCOL_REFUSALS = {
    refusal.status: refusal
    for refusal in (
        _refusal(400, "invalid_request", "This is no HTTP request."),
        _refusal(408, "invalid_request", "The body did not come in time."),
        _refusal(413, "invalid_request", "The body is too large."),
        _refusal(431, "invalid_request", "The header is too large."),
        _refusal(503, "temporarily_unavailable", "There are too many connections.", (b"retry-after", b"1")),
    )
}
DEFECT = _refusal(500, "server_error", "The server could not answer.")
ENDING = _refusal(503, "temporarily_unavailable", "The server is shutting down.", (b"retry-after", b"1"))
