"""Certificates (RFC 5280): what one says, whether it is taken, who has issued it, and one of our own making.

All of it stands on `cryptography`, which is slow to load: whoever needs it imports it then.
"""
