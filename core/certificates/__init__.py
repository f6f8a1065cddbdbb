"""Certificates by which applications authenticate (RFC 8705): the service, files, rows, and what X.509 says."""
