"""What speaks against a presented secret, once it is known whose it is: at a logon, and when somebody asks why."""

from typing import NamedTuple

from core.present import lock_of, scopes_of, secret_view
from core.rules.clocks import Clocks
from core.rules.denials import Denial
from core.rules.scopes import ApiScope
from store.tables import Application, ClientSecret


class Objection(NamedTuple):
    """Why a secret is refused, and in the words of the activity."""

    denial: Denial
    reason: str

    @property
    def counts(self) -> bool:
        """Tell whether it counts towards the lock: whoever has the right secret is no guesser."""
        return self.denial is Denial.WRONG_SECRET


def objection(
    application: Application, secret: ClientSecret | None, scope: ApiScope | None, clocks: Clocks, *, locked: bool
) -> Objection | None:
    """Return what speaks against *secret*, which is the presented one, or None where that was none of these.

    *scope* is the API scope that is wanted; *locked* tells that nothing was verified, since the client ID was locked.
    """
    if not application.enabled:
        return _plain(Denial.DISABLED)
    if locked or lock_of(application).is_locked(clocks):
        return _plain(Denial.LOCKED)
    if secret is None:
        return _plain(Denial.WRONG_SECRET)
    view = secret_view(secret, clocks.time)
    if not view.state.works:
        word = f"secret {view.revoked_reason or view.state}"
        return Objection(_ENDED.get(word, Denial.SECRET_REVOKED), word)
    if scope is not None and scope not in scopes_of(secret):
        return Objection(Denial.NO_API_SCOPE, f"{Denial.NO_API_SCOPE} {scope}")
    return None


def _plain(denial: Denial) -> Objection:
    return Objection(denial, str(denial))


_ENDED = {str(each): each for each in (Denial.SECRET_EXPIRED, Denial.SECRET_REVOKED, Denial.SECRET_ROTATED)}
