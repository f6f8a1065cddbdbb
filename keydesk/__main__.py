"""`keydesk` and `python -m keydesk`: harden the process, then open the console or run one command.

The console starts without typer, which costs as much as a quarter of its way to the first frame, and so does the
server, which would keep it in memory for as long as it serves.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from keydesk import exits, streams
from keydesk.hardening import harden
from keydesk.options import console_options, serve_options


def main() -> int:
    """Run what the command line of this process asks for, and return the exit code."""
    harden(os.environ)
    streams.prepare()
    return exits.guarded(lambda: run(sys.argv[1:], os.environ))


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Open the console, start the server, or run a command; return the exit code."""
    options = console_options(argv)
    if options is not None:
        from keydesk import console

        return console.run(options)
    serving = serve_options(argv)
    if serving is not None:
        from keydesk import server
        from keydesk.invocation import Invocation

        return server.run(Invocation(serving[0], environ), serving[1])
    from keydesk.commands import app

    return app.run(argv, environ)


if __name__ == "__main__":
    sys.exit(main())
