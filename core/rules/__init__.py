"""The rules, pure: they know no database, no hasher, no terminal, and import only the standard library."""
