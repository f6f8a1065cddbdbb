"""The activity: one row per change in a chain of hashes, and how it is read."""
