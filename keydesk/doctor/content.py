"""The database itself: whether it may be used, whether it is whole, and whether its activity and its keys hold."""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from itertools import islice

from sqlmodel import col, select

from core.rules.errors import UnfitPlace
from core.services import Services
from keydesk.compose import compose, failures_told
from keydesk.doctor.certificates import examine_certificates
from keydesk.doctor.clock import examine_clock
from keydesk.doctor.files import examine_disk, examine_files
from keydesk.doctor.finding import Finding, Level, ok, problem, warning
from keydesk.doctor.keys import examine_key_file
from keydesk.settings import Settings
from store import place
from store.database import named, revision_at
from store.queries.times import unreadable_times
from store.schema import migration_is_due
from store.tables import ClientSecret

_NAMED = 5
"""Rows that one finding names; there may be more."""


def examine_database(location: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look from the outside in: what is missing is not made, what is unfit is not opened."""
    usable = _usable(location)
    yield usable
    if place.is_file(location):
        with suppress(OSError, UnfitPlace):  # what cannot be reached has been said
            path = place.path_of(location)
            yield from examine_files(path)
            yield from examine_disk(path.parent)
    if usable.level is Level.OK:
        yield from _content(location, environ)


def _usable(location: str) -> Finding:
    try:
        with failures_told():
            revision = revision_at(location)
        where = named(location)
        if revision is None:
            return problem(
                "database",
                f"there is none at {where}",
                "Start keydesk once to make it, or name the right one with --database.",
                unfit=True,
            )
        if migration_is_due(revision, where):
            what = f"{where} has schema {revision}, which is older than this keydesk"
            return warning("database", what, "The next start brings it up to date; a file's copy is kept beside it.")
        return ok("database", f"{where}, schema {revision}{_size(location)}")
    except UnfitPlace as error:
        return _unfit(error)


def _size(location: str) -> str:
    if not place.is_file(location):
        return ""
    return f", {place.path_of(location).stat().st_size // 1024} KB"


def _content(location: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        with failures_told(), closing(compose(Settings(database=location), environ)) as services:
            if services.desk.database.engine.dialect.name == "sqlite":
                yield _integrity(services)
                yield _references(services)
                yield _times(services)
            yield _hashes(services)
            yield examine_certificates(services)
            yield _chain(services)
            yield examine_clock(services)
            yield examine_key_file(services, Settings(database=location), environ)
    except UnfitPlace as error:
        yield _unfit(error)


def _integrity(services: Services) -> Finding:
    with services.desk.database.read() as session:
        faults = session.connection().exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
    if list(faults) == ["ok"]:
        return ok("integrity", "every page and index of the database is sound")
    what = f"the database is damaged: {'; '.join(map(str, faults))}"
    return problem("integrity", what, "Restore a backup; keydesk backup makes them.", unfit=True)


def _references(services: Services) -> Finding:
    with services.desk.database.read() as session:
        dangling = session.connection().exec_driver_sql("PRAGMA foreign_key_check").all()
    if not dangling:
        return ok("references", "every credential has its application")
    tables = ", ".join(sorted({str(row[0]) for row in dangling}))
    what = f"{len(dangling)} rows refer to something that is gone: {tables}"
    return problem("references", what, "Somebody changed the database by hand; restore a backup.")


def _times(services: Services) -> Finding:
    with services.desk.database.read() as session:
        found = list(islice(unreadable_times(session), _NAMED))
    if not found:
        return ok("times", "every time that is stored can be read")
    what = f"these are no times: {', '.join(map(str, found))}"
    return problem("times", what, "Somebody changed the database by hand; restore a backup, or correct them by SQL.")


def _hashes(services: Services) -> Finding:
    readable = services.desk.hasher.is_readable
    with services.desk.database.read() as session:
        stored = session.exec(
            select(ClientSecret.hint, ClientSecret.hash).where(col(ClientSecret.revoked_at).is_(None))
        )
        found = list(islice((hint for hint, encoded in stored if not readable(encoded)), _NAMED))
    if not found:
        return ok("hashes", "the hash of every client secret can be read")
    what = f"the hashes of these client secrets are none, so nobody can log on by them: {', '.join(found)}"
    return problem("hashes", what, "Somebody changed the database by hand; revoke them, or restore a backup.")


def _chain(services: Services) -> Finding:
    report = services.activity.verify()
    if report.ok:
        return ok("activity", f"its chain holds: {report.rows} rows, head {report.head}")
    what = f"row {report.first_bad_id} is the first that does not fit its chain"
    return problem("activity", what, "It was altered, cut or reordered: compare it with a backup.")


def _unfit(error: UnfitPlace) -> Finding:
    return problem("database", error.sentence, "", unfit=True)
