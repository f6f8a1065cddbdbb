"""One command line, and by it the services: no part of it needs to know how the line was read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from core.rules.errors import UnfitPlace
from core.services import Services
from keydesk.compose import compose, failures_told
from keydesk.options import GlobalOptions
from keydesk.settings import Settings, load
from store.database import named, revision_at


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command line, as far as all commands share it."""

    options: GlobalOptions
    environ: Mapping[str, str]

    def settings(self) -> Settings:
        """Return the settings that hold for it."""
        return load(self.options, self.environ)

    @contextmanager
    def services(self, *, makes_database: bool = False) -> Iterator[Services]:
        """Give the services, on the demo's throw-away database where that was asked for.

        A database that is not there is made only by what begins with it: elsewhere its name is mistyped.
        """
        with failures_told():
            if self.options.demo:
                from keydesk.demo import open_demo

                with open_demo() as services:
                    yield services
                return
            settings = self.settings()
            if not makes_database:
                must_be_there(settings.database)
            services = compose(settings, self.environ)
            try:
                yield services
            finally:
                services.close()


def must_be_there(location: str) -> None:
    """Raise `UnfitPlace` where *location* names a database that does not exist, or that is not fit."""
    if revision_at(location) is None:
        raise UnfitPlace(
            f"{named(location)} does not exist. The console makes it, and so does: keydesk application create."
        )
