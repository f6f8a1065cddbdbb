"""Statements that are more than a look-up by key, each written once."""
