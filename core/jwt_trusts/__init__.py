"""JWT trusts (RFC 7523): the service, and the keys of issuers, fetched and kept."""
