"""`stampwell backup`."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stampwell.cli.output import NO_DATABASE, REFUSED, AsJson, fail, show_json
from stampwell.cli.running import settings_or_exit
from stampwell.core.clock import SystemClock
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.units import SECOND_US
from stampwell.db.backup import BackupFailed, copy_database, copy_ending


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where copies are kept; best on another disk.")],
    *,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="Delete all but the newest copies in FOLDER.")] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database while the server goes on working, prove the copy, and print its path."""
    url = settings_or_exit(as_json=as_json).database_url
    # Customers' names and numbers are in it.
    os.umask(0o077)
    try:
        copy = _copied(url, folder)
        if keep is not None:
            _delete_all_but(keep, folder, copy_ending(url))
    except BackupFailed as error:
        fail(str(error), status=REFUSED, as_json=as_json)
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}", status=REFUSED, as_json=as_json)
    except DatabaseUnavailable as error:
        fail(f"the database is unavailable: {error.cause}", status=NO_DATABASE, as_json=as_json)
    if as_json:
        show_json({"file": str(copy)})
    else:
        typer.echo(copy)


def _copied(url: str, folder: Path) -> Path:
    """The new copy. It gets its name last: whatever has one is whole and on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    made_at = datetime.fromtimestamp(SystemClock().now_us() / SECOND_US, UTC)
    copy = folder / f"stampwell-{made_at:%Y%m%dT%H%M%S.%fZ}{copy_ending(url)}"
    unproved = copy.with_name(f".{copy.name}.part")
    try:
        copy_database(url, unproved)
        _sync(unproved)
        unproved.rename(copy)
    finally:
        unproved.unlink(missing_ok=True)
    _sync(folder)
    return copy


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete_all_but(count: int, folder: Path, ending: str) -> None:
    # The names sort by time.
    for old in sorted(folder.glob(f"stampwell-*{ending}"))[:-count]:
        old.unlink()
