"""What the services hand out: frozen, free of rows and sessions, safe to keep and to draw.

A room for each noun.
"""
