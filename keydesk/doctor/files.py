"""The files around the database: whose they are, who else may read them, what was left behind, what room there is."""

import os
import pwd
import shlex
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from keydesk.doctor.finding import Finding, ok, problem, warning
from store.place import OTHERS_MAY_WRITE, birth_names, glob_escaped

_OTHERS = 0o077
_MEGABYTE = 1024 * 1024
_TOO_LITTLE = 16 * _MEGABYTE
_LITTLE = 256 * _MEGABYTE
_MOUNTS = Path("/proc/mounts")
# SQLite's log lives in shared memory, which two machines do not share.
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs")


def examine_configuration(files: Sequence[Path]) -> Iterator[Finding]:
    """Look at who else could change the configuration, and so choose the database."""
    if not files:
        yield ok("configuration", "no file; the defaults hold")
    for file in files:
        if stat.S_ISREG(file.stat().st_mode) and file.stat().st_mode & OTHERS_MAY_WRITE:
            yield problem("configuration", f"{file} is writable by others", f"chmod go-w {_quoted(file)}")
        else:
            yield ok("configuration", str(file))


def examine_files(database: Path) -> Iterator[Finding]:
    """Look at the directory and at every file whose name begins with the database's."""
    yield from _private("directory", database.parent, "700")
    for file in sorted(database.parent.glob(f"{glob_escaped(database.name)}*")):
        yield from _private("file", file, "600")
    yield from _owner(database)
    leftovers = birth_names(database)
    if leftovers:
        names = " ".join(map(str, leftovers))
        yield warning(
            "leftovers", f"a first start was cut off: {names}", f"While no keydesk starts: rm {_quoted(*leftovers)}"
        )


def examine_disk(directory: Path, mounts: str | None = None) -> Iterator[Finding]:
    """Look at the free space, and at the kind of file system; *mounts* is the text of /proc/mounts."""
    free = shutil.disk_usage(directory).free
    words = f"{free // _MEGABYTE} MB free"
    if free < _TOO_LITTLE:
        yield problem("disk", words, "Make room: without it nothing can be changed, a revocation neither.")
    elif free < _LITTLE:
        yield warning("disk", words, "Make room before it runs out.")
    else:
        yield ok("disk", words)
    if mounts is None:
        mounts = _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""
    kind = _file_system(directory.resolve(), mounts)
    if kind in _NETWORK:
        yield problem(
            "disk", f"{directory} lies on a network file system ({kind})", "Move it to a disk of this machine."
        )


def _private(subject: str, path: Path, mode: str) -> Iterator[Finding]:
    try:
        found = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:  # a log comes and goes
        return
    if found & _OTHERS:
        yield warning(subject, f"{path} is open to others (mode {found:03o})", f"chmod {mode} {_quoted(path)}")
    else:
        yield ok(subject, f"{path} is for its owner only")


def _owner(database: Path) -> Iterator[Finding]:
    owner = database.stat().st_uid
    if owner != os.getuid():
        name = _account(owner)
        yield warning(
            "owner", f"{database} belongs to {name}", f"Work as that account: sudo -u {_quoted(name)} keydesk"
        )


def _quoted(*words: object) -> str:
    """Return words as a shell takes them: what is proposed will be copied."""
    return shlex.join(map(str, words))


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def _file_system(directory: Path, mounts: str) -> str:
    """Return the kind of the file system that is mounted nearest above *directory*."""
    nearest = ("", "")
    for line in mounts.splitlines():
        words = line.split()
        if len(words) > 2 and directory.is_relative_to(words[1].replace("\\040", " ")):
            nearest = max(nearest, (words[1], words[2]), key=lambda mount: len(mount[0]))
    return nearest[1]
