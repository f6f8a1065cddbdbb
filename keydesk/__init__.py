"""The front door: settings, composition and commands. The only place that knows every room."""

__version__ = "0.1.0"
