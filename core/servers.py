"""Which `keydesk serve` works on this database: written at its start, so that the console can say where it is."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlmodel import Session, col, select

from core.desk import Desk
from core.rules.errors import Refusal
from core.rules.views.authorization_server import ServerView
from store.tables import Server


class Servers:
    """The servers that have started and not yet ended; one that was killed stays until its address is taken again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self) -> tuple[ServerView, ...]:
        """Return them, the one that started last first."""
        with self._desk.database.read() as session:
            rows = session.exec(select(Server).order_by(col(Server.started_at).desc(), Server.address)).all()
            return tuple(ServerView(row.address, row.issuer, row.started_at) for row in rows)

    @contextmanager
    def announced(self, address: str, issuer: str) -> Iterator[None]:
        """Within the block, let others know of a server at *address*, a URL, that calls itself *issuer*."""
        with self._desk.database.transaction() as session:
            _forget(session, address)
            session.add(Server(address=address, issuer=issuer, started_at=self._desk.now()))
        try:
            yield
        finally:
            # Who cannot write now leaves the row; whoever reads it asks whether the server answers.
            with suppress(Refusal), self._desk.database.transaction() as session:
                _forget(session, address)


def _forget(session: Session, address: str) -> None:
    row = session.get(Server, address)
    if row is not None:
        session.delete(row)
        session.flush()
