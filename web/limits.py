"""What the server bears of one client, before it has said anything that could be believed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask of the server. Sizes in bytes, times in seconds."""

    head: int = 32 * 1024
    """Request line and header fields; also what a chunked body may spend on anything but its content."""
    body: int = 64 * 1024
    head_within: float = 10.0
    """From the connection, or from a kept connection's next byte, to the end of the head."""
    body_within: float = 10.0
    """From the end of the head to the end of the body."""
    read_within: float = 10.0
    """How long the client may take nothing of an answer that is larger than what the transport holds."""
    linger: float = 2.0
    """How long what a refused client still sends is thrown away, lest a reset overtakes the answer."""
    last_call: float = 1.0
    """How long a connection that rests may begin another request once the server ends."""
    connections: int = 2048
    pipelined: int = 32
    """Requests of one connection that wait for the answer to another."""
