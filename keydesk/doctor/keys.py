"""The key file: whether it is there where keys are sealed under it, is for its owner only, and opens them."""

from collections.abc import Mapping
from pathlib import Path

from core.rules.errors import Refusal, UnfitPlace
from core.services import Services
from core.tokens.signing_keys import SigningKeys
from keydesk.compose import key_file_of, signing_keys
from keydesk.doctor.finding import Finding, ok, problem
from keydesk.settings import Settings
from store import key_file

_SUBJECT = "key file"
_REMEDY = "Put it back from where you keep a copy, or, if it is lost: keydesk keys rotate --new-key-file."
_BEFORE = "keydesk serve does not start before."


def examine_key_file(services: Services, settings: Settings, environ: Mapping[str, str]) -> Finding:
    """Look at the key file as the server would at its start, but make nothing."""
    try:
        sealed = any(key.signs for key in SigningKeys(services.desk, None).list())
    except Refusal:
        return problem(_SUBJECT, "not looked at: the signing keys cannot be read", "Correct the times first.")
    try:
        path = key_file_of(settings, environ)
    except UnfitPlace as error:
        return problem(_SUBJECT, error.sentence, _BEFORE) if sealed else ok(_SUBJECT, f"none yet. {error.sentence}")
    try:
        found = key_file.read(path) is not None
    except UnfitPlace as error:
        return problem(_SUBJECT, error.sentence, _BEFORE)
    if not sealed:
        return ok(_SUBJECT, f"{path}, nothing is sealed under it yet" if found else "none yet; keydesk serve makes it")
    if not found:
        return problem(_SUBJECT, f"{path} is missing, and the signing key is sealed under it", _REMEDY)
    return _opening(services, settings, environ, path)


def _opening(services: Services, settings: Settings, environ: Mapping[str, str], path: Path) -> Finding:
    try:
        signing_keys(services, settings, environ).signer()
    except UnfitPlace:
        return problem(_SUBJECT, f"{path} is another one than the signing key is sealed under", _REMEDY)
    return ok(_SUBJECT, f"{path}, the signing key opens")
