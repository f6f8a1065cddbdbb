"""Putting the program together: settings and environment in, services out. Nothing below is found by import."""

import os
import secrets
import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, OperationalError

from core.authentication.authentication import Defer
from core.authentication.pace import Pace
from core.desk import Desk, Now
from core.hashing import ArgonHasher, Hasher
from core.rules.clocks import SinceBoot
from core.rules.errors import DatabaseFailed, UnfitPlace
from core.rules.operator import Operator
from core.rules.secret_format import TokenBytes
from core.services import Services, services_on
from keydesk.settings import Settings
from keydesk.uptime import since_boot as linux_since_boot
from keydesk.whoami import operator_at_work
from store import key_file
from store.database import Database, open_database
from store.place import is_file, path_of

if TYPE_CHECKING:
    from core.certificates.x509.chain_of_trust import Authorities
    from core.tokens.authorization_server import AuthorizationServer
    from core.tokens.signing_keys import SigningKeys


def compose(settings: Settings, environ: Mapping[str, str]) -> Services:
    """Return the services on the settings' database, for whoever works here; raises `UnfitPlace`."""
    return furnish(opened(settings.database), operator_at_work(os.getuid(), environ), settings.client_cert_header)


def furnish(
    database: Database,
    operator: Operator,
    client_cert: str,
    *,
    now: Now = lambda: datetime.now(UTC),
    token_bytes: TokenBytes = secrets.token_bytes,
    hasher: Hasher | None = None,
    defer: Defer = lambda later: later(),
    since_boot: SinceBoot | None = None,
) -> Services:
    """Return the services on an open database; the defaults are the real clocks, randomness and Argon2id.

    `client_cert` is the header in which a trusted proxy passes a client's certificate on.
    """
    desk = Desk(
        database=database,
        operator=operator,
        now=now,
        token_bytes=token_bytes,
        hasher=hasher or ArgonHasher(token_bytes),
        since_boot=since_boot or linux_since_boot(),
    )
    return services_on(desk, pace=Pace(_sleep), defer=defer, client_cert=client_cert)


def _sleep(seconds: float) -> None:
    """Let this thread sleep. Under libfaketime 0.9.10 with real timers, `time.sleep` fails (EINVAL); this does not."""
    select.select((), (), (), seconds)


def authorization_server(
    services: Services, settings: Settings, environ: Mapping[str, str], issuer: str
) -> "AuthorizationServer":
    """Return the server on these services, with a key file and a signing key made where there were none yet."""
    from core.tokens.authorization_server import AuthorizationServer, Trusting

    trusting = Trusting(authorities(settings), settings.accept_token_endpoint_audience)
    return AuthorizationServer(services, signing_keys(services, settings, environ), issuer, trusting)


def authorities(settings: Settings) -> "Authorities":
    """Return those of `[mtls] ca`; raises `UnfitPlace` where the file cannot be read."""
    from core.certificates.x509.chain_of_trust import Authorities

    if settings.mtls_ca is None:
        return Authorities()
    try:
        pem = Path(settings.mtls_ca).read_bytes()
    except OSError as error:
        raise UnfitPlace(f"{settings.mtls_ca} cannot be read: {error.strerror}; [mtls] ca names it.") from None
    return Authorities.read(pem, settings.mtls_ca)


def signing_keys(
    services: Services, settings: Settings, environ: Mapping[str, str], *, anew: bool = False
) -> "SigningKeys":
    """Return the server's keys under their key file.

    A missing file is made only where nothing is sealed under it yet, or with *anew*: what was is lost then.
    """
    from core.tokens.sealing import Seal  # the console needs no cryptography, which is 10 MB of it
    from core.tokens.signing_keys import SigningKeys

    path = key_file_of(settings, environ)
    token_bytes = services.desk.token_bytes
    key = key_file.read(path)
    if key is None and (anew or not SigningKeys(services.desk, None).list()):
        key = key_file.make(path, token_bytes)
    return SigningKeys(services.desk, Seal(key, token_bytes) if key else None)


def key_file_of(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Return where the key file is: KEYDESK_KEY_FILE, else beside the database; raises `UnfitPlace` for neither."""
    named = environ.get("KEYDESK_KEY_FILE")
    if named:
        return Path(named).expanduser()
    if is_file(settings.database):
        return key_file.beside(path_of(settings.database))
    raise UnfitPlace("A database server has no directory for the key file: name one by KEYDESK_KEY_FILE.")


def opened(location: str) -> Database:
    """Open the database at a path or an SQLAlchemy URL, as `store.database` does, whatever the URL says."""
    with failures_told():
        try:
            return open_database(location)
        except OSError as error:  # such as a name that is too long for what lies beside it
            raise UnfitPlace(f"The database cannot be reached: {error.strerror}.") from None


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what a database fails with in operation (locked, full, read-only, damaged) into `UnfitPlace`."""
    try:
        yield
    except DatabaseFailed as failed:
        raise UnfitPlace(failed.sentence) from None
    except OperationalError as error:
        raise UnfitPlace(f"The database cannot be used: {_told(error)}.") from None
    except DatabaseError as error:
        # Its other kinds, such as a broken constraint, would be our own mistakes.
        if type(error) is not DatabaseError:
            raise
        raise UnfitPlace(f"The database is damaged: {_told(error)}.") from None


def _told(error: DatabaseError) -> str:
    """Return the driver's words, which hold neither a statement nor a value."""
    return str(error.orig).strip().splitlines()[0].rstrip(".") if str(error.orig).strip() else "it does not answer"
