"""An assertion as it was presented, taken apart once: by whom about whom, what it says, and who has signed it."""

from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from jwt.utils import base64url_decode

from core.rules.assertions import LONGEST, NotAccepted, Said, check_times, json_in, parties_of, said_by

_JWS = jwt.PyJWS(algorithms=None)
_UNVERIFIED: dict[str, bool] = {"verify_signature": False}
_STRICT: dict[str, bool] = {"enforce_minimum_key_length": True}


class PresentedAssertion:
    """An assertion, taken apart as far as it can be."""

    def __init__(self, assertion: str) -> None:
        self._assertion = assertion
        self.parties: tuple[str, str] | None = None
        """Who is said to have issued it about whom, where that can be read."""
        self._parts: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
        self._problem = "not a JWT"
        try:
            _, claims = self._parts = _taken_apart(assertion)
            self.parties = parties_of(claims)
        except NotAccepted as problem:
            self._problem = problem.reason

    def checked(self, now: float) -> Said:
        """Return what it says, where that could count at *now*, in seconds since 1970; raises `NotAccepted`."""
        if self._parts is None:
            raise NotAccepted(self._problem)
        fields, claims = self._parts
        said = said_by(fields, claims)
        check_times(claims, now)
        return said

    def is_signed_by(self, keys: Iterable[jwt.PyJWK], alg: str) -> bool:
        """Tell whether one of *keys* has signed it by *alg*, which both the key and we allow."""
        return any(self._fits(alg, key) for key in keys)

    def _fits(self, alg: str, key: jwt.PyJWK) -> bool:
        if alg != key.algorithm_name:
            return False
        try:
            _JWS.decode_complete(self._assertion, key, [alg], _STRICT)  # type: ignore[arg-type]  # a TypedDict of theirs
        except (jwt.InvalidTokenError, jwt.PyJWTError, ValueError, TypeError):
            return False
        return True


def _taken_apart(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if len(assertion) >= LONGEST:
        raise NotAccepted("too long")
    try:
        whole = _JWS.decode_complete(assertion, options=_UNVERIFIED)  # type: ignore[arg-type]  # a TypedDict of theirs
        header = base64url_decode(assertion.partition(".")[0])
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotAccepted("not a JWT") from None
    return json_in(header), json_in(whole["payload"])
