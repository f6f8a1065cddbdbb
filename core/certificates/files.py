"""Certificates from files and into files: what is read stays within a bound, what is written is for its owner only."""

import os
import stat
from pathlib import Path

from core.certificates.certificates import Certificates
from core.rules.errors import Refusal
from core.rules.limits import CERTIFICATE_FILE_BYTES
from core.rules.requests.certificates import NewCertificate
from core.rules.views.certificates import CertificateView
from store.new_file import new_file

MOST = CERTIFICATE_FILE_BYTES + 1
"""So much is read at most: by the one byte more the services see that it was too much."""


def read_file(path: Path) -> bytes:
    """Return what the file at *path* begins with, `MOST` bytes at most; refuses what is no plain file, in a sentence.

    Nothing is waited for: a pipe that nobody writes to would hold up whoever reads it for ever.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path holds a zero byte"
        raise Refusal(f"{path} cannot be read: {reason}.", field="file") from None
    try:
        return _beginning(handle, path)
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.", field="file") from None
    finally:
        os.close(handle)


def _beginning(handle: int, path: Path) -> bytes:
    kind = os.fstat(handle).st_mode
    if stat.S_ISDIR(kind):
        raise Refusal(f"{path} is a directory; name a file in it.", field="file")
    if not stat.S_ISREG(kind):
        raise Refusal(f"{path} is no file but a pipe or a device; copy the certificate into a file.", field="file")
    with os.fdopen(handle, "rb", closefd=False) as file:
        return file.read(MOST)


def generate_into(
    target: Path, certificates: Certificates, application_id: str, asked: NewCertificate
) -> CertificateView:
    """Generate a certificate, and write it with its key to *target*: a new PKCS #12 file of mode 0600.

    Nothing is generated where the file cannot be made; where it could not be written in full, the certificate, whose
    key nobody has, is deleted again.
    """
    with new_file(target):
        made = certificates.generate(application_id, asked)
        try:
            with target.open("wb") as file:
                file.write(made.pkcs12)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            certificates.delete(application_id, made.view.id)
            raise
    return made.view
