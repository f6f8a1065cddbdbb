"""What the operator has settled, by option, environment or configuration file (INTERFACE.md section 3)."""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.rules.errors import UnfitPlace
from core.rules.forwarding import DEFAULT_HEADER, FORMS, TAKEN_HEADERS
from core.rules.limits import THRESHOLD_DAYS, THRESHOLDS
from core.rules.text import refused_character
from keydesk.options import GlobalOptions, Theme
from store.place import SQLITE_PREFIXES

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network

SYSTEM_CONFIGURATION = Path("/etc/keydesk/config.toml")
_CLIPBOARDS = ("auto", "tmux", "osc52", "native", "off")
_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for this start."""

    database: str = field(repr=False)
    """A path, or an SQLAlchemy URL, which may hold a password."""
    theme: Theme = Theme.DARK
    clipboard: str = "auto"
    clear_after: int = 45
    """Seconds until a copied secret is cleared from a clipboard that can be read; 0 is never."""
    mouse: bool = True
    trusted: "tuple[Network, ...]" = ()
    """The proxies whose X-Forwarded-For is believed by `keydesk serve`."""
    client_cert: str | None = None
    """The form in which they pass on a client's certificate; None is that they pass on none."""
    client_cert_header: str = DEFAULT_HEADER
    mtls_ca: str | None = None
    """The file of the authorities that issue certificates of clients."""
    accept_token_endpoint_audience: bool = False
    """Whether an assertion may be for the URL of the token endpoint instead of the issuer."""
    thresholds: tuple[int, ...] = THRESHOLDS
    """Days before an end at which it is marked as nearer; the first is how far ahead is looked unless asked."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are looked for when nobody says otherwise."""

    configurations: tuple[Path, ...]
    """The later ones override the earlier ones."""
    database: Path


def usual_places() -> Places:
    """Return the system's configuration and the operator's own, and the operator's data directory."""
    from platformdirs import user_config_path, user_data_path

    own = user_config_path("keydesk", appauthor=False) / "config.toml"
    return Places((SYSTEM_CONFIGURATION, own), user_data_path("keydesk", appauthor=False) / "keydesk.db")


def load(options: GlobalOptions, environ: Mapping[str, str], places: Places | None = None) -> Settings:
    """Return the settings; raises `UnfitPlace` with the file and the key that is wrong."""
    places = places or usual_places()
    configured: dict[str, Any] = {}
    for file in configuration_files(environ, places):
        configured |= _read(file)
    if environ.get("KEYDESK_DATABASE"):
        configured["database"] = environ["KEYDESK_DATABASE"]
    if options.database is not None:
        configured["database"] = options.database
    configured["database"] = _expanded(configured.get("database", str(places.database)))
    if options.theme:
        configured["theme"] = options.theme
    if options.no_mouse:
        configured["mouse"] = False
    if environ.get("NO_COLOR"):
        # Any other theme of Textual's would still send colours: greys.
        configured["theme"] = Theme.ANSI
    return Settings(**{**configured, "theme": Theme(configured.get("theme", Theme.DARK))})


def configuration_files(environ: Mapping[str, str], places: Places) -> list[Path]:
    """Return the configuration files that are there; one named by KEYDESK_CONFIG stands alone and must be."""
    named = environ.get("KEYDESK_CONFIG")
    if not named:
        return [file for file in places.configurations if os.path.lexists(file)]
    if not os.path.lexists(named):
        raise UnfitPlace(f"{named} does not exist; KEYDESK_CONFIG names it.")
    return [Path(named)]


def _read(file: Path) -> dict[str, Any]:
    found = _flat(_parsed(file))
    for key, value in found.items():
        if key not in _KEYS:
            raise UnfitPlace(f"{file}: there is no key “{key}”; the keys are {', '.join(_KEYS)}.")
        fits, words = _KEYS[key]
        if not fits(value):
            raise UnfitPlace(f"{file}: {key} must be {words}.")
    for key, (name, made) in _MADE.items():
        if key in found:
            found[name] = made(file, found.pop(key))
    return found


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """Name the keys of our tables, such as `[proxy]`, as TOML also writes them, with a dot."""
    flat: dict[str, Any] = {}
    for key, value in found.items():
        if key in _TABLES and isinstance(value, dict):
            flat |= {f"{key}.{inner}": each for inner, each in value.items()}
        else:
            flat[key] = value
    return flat


def _parsed(file: Path) -> dict[str, Any]:
    import tomllib  # most operators have no such file, and the first frame is waiting

    try:
        # A pipe would be waited for. The null device is a way to say: no configuration at all.
        if not stat.S_ISREG(file.stat().st_mode) and str(file) != os.devnull:
            raise UnfitPlace(f"{file} is not a regular file.")
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnfitPlace(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UnfitPlace(f"{file} is not UTF-8, as TOML must be.") from None
    except tomllib.TOMLDecodeError as error:
        raise UnfitPlace(f"{file} is not TOML: {error}.") from None


def _beside(file: Path, database: str) -> str:
    """Take a relative path from the file that names it: the working directory changes from start to start."""
    prefix = next((known for known in SQLITE_PREFIXES if database.startswith(known)), "")
    path = database.removeprefix(prefix)
    if "://" in path or path.startswith("~") or not path:
        return database
    return f"{prefix}{file.absolute().parent / path}"


def _expanded(database: str) -> str:
    """Put the home directory where a path says `~`."""
    if not database.startswith("~"):
        return database
    try:
        return str(Path(database).expanduser())
    except RuntimeError:
        raise UnfitPlace(f"{database}: this account has no home directory here; name the database in full.") from None


def _is_location(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not refused_character(value)


def _is_seconds(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _A_DAY


def _are_networks(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return False
    try:
        _networks(value)
    except ValueError:
        return False
    return True


def _are_thresholds(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    days = all(type(item) is int and item in THRESHOLD_DAYS for item in value)
    return days and all(nearer < farther for farther, nearer in pairwise(value))


def _networks(texts: list[str]) -> "tuple[Network, ...]":
    from ipaddress import ip_network  # only the server asks for it

    return tuple(ip_network(text) for text in texts)


def _is_header(value: Any) -> bool:
    if not (isinstance(value, str) and value.isascii() and 0 < len(value) <= 64 and value.replace("-", "").isalnum()):
        return False
    return value.lower() not in TAKEN_HEADERS


_TABLES = ("proxy", "expiring", "mtls", "jwt")
_TRUSTED = "proxy.trusted"
_THRESHOLDS = "expiring.thresholds"
_CLIENT_CERT = "proxy.client_cert"
_CLIENT_CERT_HEADER = "proxy.client_cert_header"
_CA = "mtls.ca"
_AUDIENCE = "jwt.accept_token_endpoint_audience"
_MADE: dict[str, tuple[str, Callable[[Path, Any], Any]]] = {
    "database": ("database", _beside),
    _TRUSTED: ("trusted", lambda _file, value: _networks(value)),
    _CLIENT_CERT: ("client_cert", lambda _file, value: value),
    _CLIENT_CERT_HEADER: ("client_cert_header", lambda _file, value: value),
    _CA: ("mtls_ca", lambda file, value: _expanded(_beside(file, value))),
    _AUDIENCE: ("accept_token_endpoint_audience", lambda _file, value: value),
    _THRESHOLDS: ("thresholds", lambda _file, value: tuple(value)),
}
"""What a value becomes, by which name; the file is the one that it stands in."""
_DAYS = f"whole days from {THRESHOLD_DAYS[0]} to {THRESHOLD_DAYS[-1]}"
_HEADER = 'the name of a header field, such as "Client-Cert", and of none with another meaning, such as Authorization'
_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "database": (_is_location, "a path or an SQLAlchemy URL"),
    "theme": (lambda value: value in tuple(Theme), " or ".join(Theme)),
    "clipboard": (lambda value: value in _CLIPBOARDS, f"one of {', '.join(_CLIPBOARDS)}"),
    "clear_after": (_is_seconds, "whole seconds from 0 (never) to 86400"),
    "mouse": (lambda value: isinstance(value, bool), "true or false"),
    _TRUSTED: (_are_networks, 'a list of addresses and networks, such as ["10.0.0.7", "10.1.0.0/16"]'),
    _CLIENT_CERT: (lambda value: value in FORMS, " or ".join(f'"{form}"' for form in FORMS)),
    _CLIENT_CERT_HEADER: (_is_header, _HEADER),
    _CA: (_is_location, "the path of a file of certificates in PEM"),
    _AUDIENCE: (lambda value: isinstance(value, bool), "true or false"),
    _THRESHOLDS: (_are_thresholds, f"a list of {_DAYS}, each smaller than the one before, such as [30, 14, 3]"),
}
