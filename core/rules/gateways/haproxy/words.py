"""The language of HAProxy's configuration."""


def quoted(text: str) -> str:
    """Return a text as one word of the configuration, in which nothing has a meaning."""
    return "'" + text.replace("'", "'\\''") + "'"
