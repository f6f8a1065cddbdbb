"""The commands by which anybody gets a token with curl: what is secret in them is left to the shell."""

from shlex import quote

_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def token_command(user: str, endpoint: str, width: int = 80) -> str:
    """Return the lines, broken before the endpoint where it would reach over *width* cells.

    *user* is a client ID or the shell's name for one. curl takes both from its standard input, because the process
    list shows arguments.
    """
    last = _with_url("curl -K- -d grant_type=client_credentials", endpoint, width)
    return f'echo "user = {user}:$CLIENT_SECRET" |\n{last}'


def certificate_command(client_id: str, endpoint: str, width: int = 80) -> str:
    """Return the lines by which whoever has certificate and key asks; in clear, a certificate cannot be shown."""
    begin = "" if endpoint.startswith("https:") else "# A certificate is shown in TLS: to a proxy, by an https URL.\n"
    last = _with_url(f"  -d client_id={client_id}", endpoint, width)
    return f"{begin}curl --cert client.pem --key client.key -d grant_type=client_credentials \\\n{last}"


def assertion_command(endpoint: str, width: int = 80) -> str:
    """Return the lines by which whoever has a signed assertion asks; it says itself which client it is about."""
    last = _with_url("  -d grant_type=client_credentials -d client_assertion_type=$TYPE", endpoint, width)
    return f'TYPE={_JWT_BEARER}\necho "client_assertion=$CLIENT_ASSERTION" | curl -d @- \\\n{last}'


def _with_url(begin: str, endpoint: str, width: int) -> str:
    url = quote(endpoint)
    gap = " " if len(begin) + 1 + len(url) <= width else " \\\n  "
    return f"{begin}{gap}{url}"
