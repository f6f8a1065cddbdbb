"""The objects of the interface (INTERFACE.md section 2), key by key: a room for each noun."""
