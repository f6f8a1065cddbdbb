"""Who works here: the account that the system vouches for, and what the way in claims (PRODUCT.md section 7).

Several people may share one service account by sudo or ssh. SUDO_USER and SSH_CONNECTION tell them apart, but
anybody can set these, so they are recorded as claimed.
"""

import pwd
from collections.abc import Mapping

from core.rules.operator import Operator
from core.rules.text import normalised, shown

_LONGEST_CLAIM = 64


def operator_at_work(uid: int, environ: Mapping[str, str]) -> Operator:
    """Return the operator whose real user id is *uid*."""
    account = _account(uid)
    person = next(filter(None, (_claimed(environ, name) for name in ("SUDO_USER", "DOAS_USER"))), "")
    address = next(filter(None, (_first_word(environ, name) for name in ("SSH_CONNECTION", "SSH_CLIENT"))), "")
    if person and address:
        return Operator(account, f"{person} from {address}")
    if address or person not in ("", account):
        return Operator(account, address or person)
    return Operator(account)


def _account(uid: int) -> str:
    try:
        return shown(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return f"uid {uid}"


def _claimed(environ: Mapping[str, str], name: str) -> str:
    """Return a variable cut and cleaned: it may hold anything, and is going to be stored and drawn."""
    return normalised(shown(environ.get(name, "")))[:_LONGEST_CLAIM]


def _first_word(environ: Mapping[str, str], name: str) -> str:
    """Return the client's address, which comes before the ports."""
    return next(iter(_claimed(environ, name).split()), "")
