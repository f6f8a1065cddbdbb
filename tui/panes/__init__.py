"""The tabs of an application."""
