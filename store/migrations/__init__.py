"""Alembic's revisions, in the wheel, and the one function that runs them when a database is older."""
