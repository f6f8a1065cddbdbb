"""Client authentication (RFC 6749 section 2.3) by secret, assertion or certificate, and what that leaves."""
