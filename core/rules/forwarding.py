"""The forms in which a proxy passes a client's certificate on, by their names in the configuration."""

RFC_9440 = "rfc9440"
"""`Client-Cert`: the certificate in DER, as a byte sequence."""
ESCAPED_PEM = "escaped-pem"
"""PEM with its characters percent-encoded: `$ssl_client_escaped_cert` of nginx."""
FORMS = (RFC_9440, ESCAPED_PEM)
DEFAULT_HEADER = "Client-Cert"
TAKEN_HEADERS = frozenset(
    {
        *("authorization", "cookie", "set-cookie", "host", "connection", "content-length", "content-type", "date"),
        *("content-encoding", "transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive", "cache-control"),
        *("proxy-authorization", "proxy-authenticate", "proxy-connection", "www-authenticate", "max-forwards"),
        *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"),
        *("x-real-ip", "accept", "accept-encoding", "accept-language", "user-agent", "origin", "referer", "range"),
        *("x-client-id", "x-scope", "client-cert-chain"),
    }
)
"""Header fields, in lower case, that mean something else: no certificate is passed on in one of them."""
