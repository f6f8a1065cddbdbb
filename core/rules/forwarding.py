"""The forms in which a proxy passes a client's certificate on, by their names in the configuration."""

RFC_9440 = "rfc9440"
"""`Client-Cert`: the certificate in DER, as a byte sequence."""
ESCAPED_PEM = "escaped-pem"
"""PEM with its characters percent-encoded: `$ssl_client_escaped_cert` of nginx."""
FORMS = (RFC_9440, ESCAPED_PEM)
DEFAULT_HEADER = "Client-Cert"
