"""What may be asked of the services. A request with a bad value cannot be built: it refuses by itself.

A room for each noun; `fields` and `texts` are what they share.
"""
