"""Methods of client authentication by their names (RFC 7591 section 2, RFC 8705), and what each one stands on."""

from enum import StrEnum


class Method(StrEnum):
    """How a client authenticates; the value is the name on the wire, in the metadata and in the activity."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    TLS = "tls_client_auth"
    SELF_SIGNED_TLS = "self_signed_tls_client_auth"


class Basis(StrEnum):
    """The kind of credential that a token stands on; the value begins the name of the token."""

    SECRET = "s"  # noqa: S105 (a letter)
    CERTIFICATE = "c"
    TRUST = "t"
