"""The Test panel's own: a call under way, its answer as it may be drawn, and the calls before it."""
