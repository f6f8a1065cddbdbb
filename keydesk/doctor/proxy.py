"""What is configured for client certificates: by halves it does nothing, and nobody notices."""

from collections.abc import Iterator

from core.rules.errors import UnfitPlace
from keydesk.cautions import half_configured
from keydesk.compose import authorities
from keydesk.doctor.finding import Finding, ok, problem, warning
from keydesk.settings import Settings

_SUBJECT = "client certificates"


def examine_proxy(settings: Settings) -> Iterator[Finding]:
    """Look at the keys that need each other, and at the file of authorities as the server would at its start."""
    for what, remedy in half_configured(settings):
        yield warning(_SUBJECT, what, remedy)
    if settings.mtls_ca is None:
        return
    try:
        authorities(settings)
        yield ok(_SUBJECT, f"the authorities in {settings.mtls_ca} can be read")
    except UnfitPlace as error:
        yield problem(_SUBJECT, error.sentence, "Correct it: keydesk serve does not start before.")
