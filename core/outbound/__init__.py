"""Requests to other servers: bounded in time and size, and cut from outside."""
