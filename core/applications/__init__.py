"""Applications: the service, the long list, and the lock of a client ID."""
