"""Starting `keydesk serve`: the address and the database are looked at, then everything else is put together.

It comes here with and without typer, which a process that serves for months has no use for.
"""

from dataclasses import replace

from keydesk.exits import WrongUsage
from keydesk.invocation import Invocation, must_be_there
from keydesk.listening import Door, checked_issuer, open_door
from keydesk.options import ServeOptions

_KEY_FILE = "KEYDESK_KEY_FILE"


def run(invocation: Invocation, options: ServeOptions) -> int:
    """Serve until a signal ends it, and return the exit code; raises `WrongUsage` and `UnfitPlace`."""
    if options.sample:
        invocation = _with_demo(invocation)
    if options.issuer is not None:
        checked_issuer(options.issuer)
    if not invocation.options.demo:
        must_be_there(invocation.settings().database)
    door = open_door(options.host, options.port, options.issuer)
    with door.socket:
        return _answer(invocation, door, options)


def _with_demo(invocation: Invocation) -> Invocation:
    if invocation.options.database is not None:
        raise WrongUsage("--sample works on a throw-away database of its own: leave --database out.")
    return replace(invocation, options=replace(invocation.options, demo=True))


def _answer(invocation: Invocation, door: Door, options: ServeOptions) -> int:
    from keydesk import serving  # the HTTP libraries are for this command alone

    settings, environ = invocation.settings(), invocation.environ
    with invocation.services() as services:
        if invocation.options.demo:
            # The key file shall go with the demo's database, and stay away from the real one's.
            settings = replace(settings, database=serving.place_of(services))
            environ = {name: value for name, value in environ.items() if name != _KEY_FILE}
        issuer = options.issuer or door.url
        return serving.serve(services, door, issuer, settings, environ, as_json=options.log_json, sample=options.sample)
