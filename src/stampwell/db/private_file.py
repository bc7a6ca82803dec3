"""SQLite's files are their owner's alone: they hold customers' names, numbers and addresses."""

import os
import stat
from pathlib import Path

_OWNERS_ALONE = 0o600
_BESIDE = ("", "-wal", "-shm")


def create_private(path: Path) -> None:
    """Creates the file if there is none, whatever the umask says. SQLite gives the files beside it the same rights."""
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_ALONE)
    except FileExistsError:
        return
    try:
        os.fchmod(file, _OWNERS_ALONE)
    finally:
        os.close(file)


def open_to_others(path: Path) -> list[Path]:
    """Of the file and those beside it, those that not only their owner may read or write."""
    files = (path.with_name(path.name + ending) for ending in _BESIDE)
    return [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & ~_OWNERS_ALONE]
