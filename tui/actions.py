"""The one registry of what keys do: bindings, footer, `?`, palette and the README's table all come from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding


class Place(StrEnum):
    """Where an action is valid; the words are those of the README's table."""

    EVERYWHERE = "everywhere"
    TABLES = "tables"
    APPLICATIONS = "Applications"
    EXPIRING = "Expiring"
    APIS = "APIs"
    API = "an API"
    TEST = "Test panel"
    GATEWAY = "a gateway's configuration"
    APPLICATION = "an application"
    OVERVIEW = "Overview"
    TRUST = "Trust"
    SECRETS = "secrets"
    CERTIFICATES = "certificates"
    TRUSTS = "JWT trusts"
    ACTIVITY = "activity"
    ALL_ACTIVITY = "activity of all"
    DIALOGS = "dialogs"
    SHOWN_ONCE = "a secret on show"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key does. `rank` orders the footer's hints, lowest first; None is never hinted."""

    id: str
    keys: str
    label: str
    sentence: str
    place: Place
    rank: int | None = None
    destructive: bool = False


_EVERYWHERE, _TABLES = Place.EVERYWHERE, Place.TABLES
_APPLICATIONS, _APPLICATION, _OVERVIEW = Place.APPLICATIONS, Place.APPLICATION, Place.OVERVIEW
_TRUST, _SECRETS, _EXPIRING, _ONCE = Place.TRUST, Place.SECRETS, Place.EXPIRING, Place.SHOWN_ONCE
_CERTIFICATES, _TRUSTS = Place.CERTIFICATES, Place.TRUSTS
_ACTIVITY, _ALL = Place.ACTIVITY, Place.ALL_ACTIVITY
_APIS, _API, _TEST, _GATEWAY = Place.APIS, Place.API, Place.TEST, Place.GATEWAY
_TEST_IT = "Call the API as an application, and see the answer."

ACTIONS = (
    Action("help", "question_mark,f1", "all keys", "Show the keys that are valid here.", _EVERYWHERE, rank=99),
    Action("palette", "colon,ctrl+p", "commands", "Find an action, or go to an application or an API.", _EVERYWHERE),
    Action("copy_client_id", "y", "copy client ID", "Copy the client ID.", _EVERYWHERE, rank=25),
    Action("refresh", "ctrl+r", "refresh", "Read the data again.", _EVERYWHERE),
    Action("back", "escape", "back", "Go up one level.", _EVERYWHERE),
    Action("leave", "ctrl+q", "quit", "Quit from anywhere.", _EVERYWHERE),
    Action("move_down", "down,j", "down", "Move to the next row.", _TABLES),
    Action("move_up", "up,k", "up", "Move to the previous row.", _TABLES),
    Action("move_page_down", "pagedown", "page down", "Move down one page.", _TABLES),
    Action("move_page_up", "pageup", "page up", "Move up one page.", _TABLES),
    Action("move_first", "g,home", "first", "Move to the first row.", _TABLES),
    Action("move_last", "G,end", "last", "Move to the last row.", _TABLES),
    Action("open", "enter", "open", "Open the row.", _TABLES, rank=10),
    Action("filter", "slash", "filter", "Filter while you type; Enter keeps it, Esc clears it.", _TABLES, rank=15),
    Action("sort", "s", "sort", "Sort by the next column.", _TABLES, rank=80),
    Action("reverse", "S", "reverse", "Turn the order round.", _TABLES),
    Action("new_application", "n", "new", "Make an application.", _APPLICATIONS, rank=20),
    Action("edit_application", "e", "edit", "Edit the application.", _APPLICATIONS, rank=30),
    Action("delete_application", "x", "delete", "Delete the application.", _APPLICATIONS, rank=40, destructive=True),
    Action("expiring", "E", "expiring", "Show what expires next, over all applications.", _APPLICATIONS, rank=45),
    Action("activity", "A", "activity", "Show what happened, to all applications.", _APPLICATIONS, rank=46),
    Action("apis", "P", "APIs", "Show the protected APIs.", _APPLICATIONS, rank=47),
    Action("leave_root", "q", "quit", "Quit.", _APPLICATIONS, rank=90),
    Action("tab('overview')", "1", "overview", "Show the overview.", _APPLICATION),
    Action("tab('trust')", "2", "trust", "Show client authentication.", _APPLICATION),
    Action("tab('activity')", "3", "activity", "Show what happened to this application.", _APPLICATION),
    Action("previous_tab", "left_square_bracket", "previous tab", "Show the tab to the left.", _APPLICATION),
    Action("next_tab", "right_square_bracket", "next tab", "Show the tab to the right.", _APPLICATION),
    Action("verify_secret", "v", "verify", "Find out which secret a pasted value is.", _APPLICATION, rank=4),
    Action("edit_application", "e", "edit", "Edit the application.", _OVERVIEW, rank=30),
    Action("delete_application", "x", "delete", "Delete the application.", _OVERVIEW, rank=40, destructive=True),
    Action("try_it", "T", "try it", "Ask the token endpoint with a pasted secret.", _OVERVIEW, rank=5),
    Action("new_secret", "n", "new secret", "Make a client secret; it is shown once.", _SECRETS, rank=1),
    Action("rotate_secret", "r", "rotate", "Rotate the secret; complete or undo a rotation.", _SECRETS, rank=2),
    Action("edit_secret", "e", "edit", "Edit description, expiry and API scopes of the secret.", _SECRETS, rank=4),
    Action(
        "revoke_secret", "x", "revoke", "Revoke the secret, at once and for good.", _SECRETS, rank=2, destructive=True
    ),
    Action("unlock", "u", "unlock", "Unlock the client ID.", _TRUST, rank=0),
    Action("switch_locking", "L", "locking on/off", "Switch locking of the client ID on or off.", _TRUST),
    Action("next_section", "tab", "section", "Go to the next kind of credential.", _TRUST, rank=3),
    Action("previous_section", "shift+tab", "section before", "Go to the kind of credential before.", _TRUST),
    Action("show_revoked", "a", "show revoked", "Show or hide revoked secrets.", _SECRETS),
    Action(
        "new_certificate",
        "n",
        "new certificate",
        "Paste a certificate, take it from a file, or generate one.",
        _CERTIFICATES,
        rank=1,
    ),
    Action("edit_certificate", "e", "edit", "Edit the description of the certificate.", _CERTIFICATES, rank=2),
    Action(
        "delete_certificate",
        "x",
        "delete",
        "Delete the certificate, at once and for good.",
        _CERTIFICATES,
        rank=2,
        destructive=True,
    ),
    Action("new_trust", "n", "new JWT trust", "Trust the JWTs of an issuer, or of a JWKS URI.", _TRUSTS, rank=1),
    Action("fetch_trust", "f", "fetch now", "Fetch the keys of the JWT trust now.", _TRUSTS, rank=2),
    Action("edit_trust", "e", "edit", "Edit the JWT trust; its kind stays.", _TRUSTS, rank=3),
    Action(
        "delete_trust", "x", "delete", "Delete the JWT trust, at once and for good.", _TRUSTS, rank=2, destructive=True
    ),
    Action("rotate_secret", "r", "rotate", "Rotate the secret; complete or undo a rotation.", _EXPIRING, rank=1),
    Action(
        "end_credential",
        "x",
        "revoke/delete",
        "Revoke the secret, or delete the certificate.",
        _EXPIRING,
        rank=2,
        destructive=True,
    ),
    Action("show_all", "a", "show all", "Show all that ends, or only what does soon.", _EXPIRING, rank=20),
    Action("new_api", "n", "new", "Protect an API.", _APIS, rank=20),
    Action("test_api", "T", "test", _TEST_IT, _APIS, rank=2),
    Action("edit_api", "e", "edit", "Edit how the API is protected.", _APIS, rank=30),
    Action("delete_api", "x", "delete", "Delete the API, at once and for good.", _APIS, rank=40, destructive=True),
    Action("ask_upstreams", "u", "ask upstreams", "Ask the upstreams whether they are up.", _APIS, rank=22),
    Action("subscribe", "n", "subscribe", "Let an application call the API.", _API, rank=1),
    Action("test_api", "T", "test", _TEST_IT, _API, rank=2),
    Action("unsubscribe", "x", "unsubscribe", "Take a subscription away.", _API, rank=3, destructive=True),
    Action("edit_api", "e", "edit", "Edit how the API is protected.", _API, rank=4),
    Action("gateway", "C", "gateway", "Show the configuration of its gateway: nginx, Caddy, HAProxy.", _API, rank=5),
    Action("ask_upstreams", "u", "ask upstream", "Ask the upstream whether it is up.", _API, rank=45),
    Action("gateway('nginx')", "1", "nginx", "Show the configuration for nginx.", _GATEWAY),
    Action("gateway('caddy')", "2", "Caddy", "Show the configuration for Caddy.", _GATEWAY),
    Action("gateway('haproxy')", "3", "HAProxy", "Show the configuration for HAProxy.", _GATEWAY),
    Action("copy_text", "c", "copy", "Copy the configuration.", _GATEWAY, rank=1),
    Action("write_text", "w", "write file", "Write the configuration into a new file.", _GATEWAY, rank=2),
    Action("invoke", "enter", "invoke", "Send the call.", _TEST, rank=1),
    Action("next_field", "tab", "next field", "Go to the next field or button.", _TEST, rank=2),
    Action("previous_field", "shift+tab", "previous field", "Go to the field or button before.", _TEST),
    Action("copy_command", "c", "copy curl line", "Copy the command that makes this call again.", _TEST, rank=5),
    Action("filter", "slash", "filter", "Filter by word, actor, action, object, time, result.", _ACTIVITY, rank=15),
    Action("verify_chain", "V", "verify chain", "Check whether a row was altered, cut or reordered.", _ALL, rank=20),
    Action("copy_head", "H", "copy head", "Copy the hash of the last row, to note it down.", _ALL, rank=22),
    Action("next_field", "tab", "next field", "Go to the next field or button.", Place.DIALOGS),
    Action("previous_field", "shift+tab", "previous field", "Go to the field or button before.", Place.DIALOGS),
    Action("copy_secret", "c", "copy secret", "Copy the client secret.", _ONCE, rank=10),
    Action("copy_client_id", "y", "copy client ID", "Copy the client ID.", _ONCE, rank=20),
    Action("write_file", "w", "write 0600 file", "Write both into a file that only you can read.", _ONCE, rank=30),
    Action("next_form", "t", "as env/curl/JSON", "Show it as environment, curl or JSON.", _ONCE, rank=40),
    Action("try_it", "T", "try it", "Ask the token endpoint with this secret.", _ONCE, rank=45),
    Action("clear_clipboard", "X", "clear clipboard", "Clear the clipboard.", _ONCE, rank=50),
    Action("release_mouse", "m", "mouse", "Leave the mouse to the terminal, for selecting.", _ONCE, rank=60),
    Action("help", "question_mark,f1", "all keys", "Show the keys that are valid here.", _ONCE),
    Action("back", "escape", "back", "Say how to close it.", _ONCE),
    Action("leave", "ctrl+q", "quit", "Quit; asks first.", _ONCE),
)

_NAMES = {
    "question_mark": "?", "f1": "F1", "colon": ":", "slash": "/", "escape": "Esc", "enter": "Enter",
    "up": "↑", "down": "↓", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End",
    "left_square_bracket": "[", "right_square_bracket": "]", "tab": "Tab", "shift+tab": "Shift+Tab",
}  # fmt: skip


def bindings(*places: Place) -> list[Binding]:
    """Return Textual's bindings for everything that is valid in *places*."""
    return [
        Binding(
            action.keys, action.id, action.label, show=False, priority=action.id == "leave", tooltip=action.sentence
        )
        for action in at(*places)
    ]


def at(*places: Place) -> list[Action]:
    """Return the actions that are valid in *places*, in the order of the registry."""
    return [action for action in ACTIONS if action.place in places]


def hinted(ids: Iterable[str]) -> list[Action]:
    """Return the actions among *ids* that the footer may name, the most useful first."""
    wanted = set(ids)
    named: dict[str, Action] = {}
    for action in ACTIONS:
        if action.id in wanted and action.rank is not None:
            named.setdefault(action.id, action)
    return sorted(named.values(), key=lambda action: action.rank or 0)


def key_names(keys: str) -> list[str]:
    """Return how the keys of a binding are written for people."""
    return [_NAMES.get(key) or _with_control(key) for key in keys.split(",")]


def _with_control(key: str) -> str:
    return f"Ctrl+{key[5:].upper()}" if key.startswith("ctrl+") else key
