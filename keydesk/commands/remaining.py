"""What is left once a client secret has ended: a warning where that is none."""

from core.rules.views.applications import ApplicationView
from core.services import Services
from keydesk.streams import narrate


def count_live(services: Services, application: ApplicationView) -> int:
    """Return how many client secrets of an application work now."""
    return services.applications.get(application.id).secrets.live


def warn_where_none_is_left(application: ApplicationView, live: int) -> None:
    """Say on stderr that an application can no longer authenticate by secret, where none of its secrets works."""
    if not live:
        narrate(f"No live secret remains: “{application.name}” can no longer authenticate by secret.")
