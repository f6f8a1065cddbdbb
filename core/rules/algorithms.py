"""Signatures that are taken from others (RFC 7518 section 3.1, RFC 8037): by a private key, never a shared one."""

RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
BY_CURVE = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
"""Elliptic curves by the names that cryptography has for them."""
EDDSA = "EdDSA"
ALGORITHMS = (*RSA, *BY_CURVE.values(), EDDSA)
"""All that an assertion may be signed by."""
