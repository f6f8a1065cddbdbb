"""The command by which anybody gets a token with curl: the secret is left to the shell."""

from shlex import quote


def token_command(user: str, endpoint: str, width: int = 80) -> str:
    """Return the lines, broken before the endpoint where it would reach over *width* cells.

    *user* is a client ID or the shell's name for one. curl takes both from its standard input, because the process
    list shows arguments.
    """
    begin, url = "curl -K- -d grant_type=client_credentials", quote(endpoint)
    gap = " " if len(begin) + 1 + len(url) <= width else " \\\n  "
    return f'echo "user = {user}:$CLIENT_SECRET" |\n{begin}{gap}{url}'
