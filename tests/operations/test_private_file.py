"""A SQLite database is its owner's alone to read, whatever the umask; one that is not is warned of."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.process import Command, Serve
from stampwell.db.private_file import create_private


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o377], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Of this process and of those it starts."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def rights(stampwell: Command, url: str) -> dict[str, Any]:
    (found,) = [one for one in stampwell("doctor", "--json", database_url=url).json["checks"] if one["check"] == "rights"]
    return dict(found)


@pytest.mark.usefixtures("umask")
def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    create_private(path)
    assert (mode_of(path), path.read_bytes()) == (0o600, b"")
    path.write_bytes(b"content")
    path.chmod(0o644)
    # One that is there stays as it is.
    create_private(path)
    assert (mode_of(path), path.read_bytes()) == (0o644, b"content")


def test_so_are_a_servers_and_those_beside_it(tmp_path: Path, serve: Serve) -> None:
    before = os.umask(0)
    try:
        serve(database_url=f"sqlite:///{tmp_path / 'x.db'}")
    finally:
        os.umask(before)
    files = {path.name: mode_of(path) for path in tmp_path.glob("x.db*")}
    assert files == dict.fromkeys(("x.db", "x.db-server", "x.db-wal", "x.db-shm"), 0o600)


def test_so_is_a_commands(tmp_path: Path, stampwell: Command) -> None:
    before = os.umask(0)
    try:
        assert stampwell("migrate", database_url=f"sqlite:///{tmp_path / 'x.db'}").status == 0
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "x.db") == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_one_that_others_may_read_is_warned_of(tmp_path: Path, stampwell: Command, mode: int) -> None:
    path, url = tmp_path / "a shop.db", f"sqlite:///{tmp_path / 'a shop.db'}"
    assert stampwell("migrate", database_url=url).status == 0
    found = rights(stampwell, url)
    assert (found["okYn"], found["warningYn"]) == ("Y", "N")
    path.chmod(mode)
    found = rights(stampwell, url)
    assert (found["okYn"], found["warningYn"]) == ("Y", "Y")
    assert found["message"] == f"others on this machine may open customers' data. Run: chmod 600 '{path}'"
    assert stampwell("doctor", database_url=url).status == 0
