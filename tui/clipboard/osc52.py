"""OSC 52: the control sequence by which a terminal is asked to take a copy (xterm, "Operating System Commands").

It has no acknowledgement. The terminal may not know it, or may have it switched off.
"""

from __future__ import annotations

from base64 import b64encode

# GNU screen passes on device control strings of at most 256, 512 or 768 bytes, growing with its version, and
# drops longer ones; consecutive strings reach the terminal as one.
_SCREEN_CHUNK = 240


def sequence(value: bytes) -> str:
    """Return the sequence that puts the value on the clipboard."""
    return f"\x1b]52;c;{b64encode(value).decode('ascii')}\x07"


def through_screen(text: str) -> str:
    """Wrap a sequence into device control strings, which screen hands on to its own terminal."""
    chunks = (text[start : start + _SCREEN_CHUNK] for start in range(0, len(text), _SCREEN_CHUNK))
    return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
