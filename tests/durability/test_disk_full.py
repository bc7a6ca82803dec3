"""A full disk refuses with 50301, stores nothing by halves, and the server goes on when there is room again."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from kit.data import Data
from kit.databases import Databases
from kit.load import PATH, wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Serve, ServerProcess

_DISK_MIB = 4
_MOST_STAMPS = 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A file system of 4 MiB, or None where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MIB}m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        yield None
        return
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path | None, server: ServerProcess, database: Path) -> Iterator[None]:
    """No room for the database while it lasts: a file that takes the rest of the disk, or a limit on the file's size."""
    if disk is None:
        largest = database.stat().st_size + 64 * 1024
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        yield
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 128 * 1024)))
    yield
    ballast.unlink()


def test_a_full_disk_refuses_and_recovers(databases: Databases, small_disk: Path | None, tmp_path: Path, serve: Serve) -> None:
    database = (small_disk or tmp_path) / "stampwell.db"
    shutil.copyfile(databases.fresh("sqlite").removeprefix("sqlite:///"), database)
    url = f"sqlite:///{database}"
    with Data(url) as data:
        api_key = open_account(data, card_id=ALICES_CARD, now_us=1).key
    server = serve(database_url=url)
    body = {"cardIdx": 123, "strtYmd": "2025-01-01", "endYmd": "2025-12-31", "memo": "x" * 1000}
    issued: list[int] = []
    headers = {"Authorization": f"APIKey {api_key}"}
    with httpx2.Client(base_url=server.base, headers=headers) as client:
        with full(small_disk, server, database):
            for _ in range(_MOST_STAMPS):
                answer = client.post(PATH, json=body)
                if answer.status_code != 200:
                    break
                issued.append(answer.json()["result"])
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert answer.json() == {
                "code": 50301,
                "message": (
                    "The database is unavailable or busy, and nothing was stored. Send the same request again in a moment."
                ),
                "result": None,
            }
            assert client.get("/healthz").status_code == 200
            wait_for(lambda: client.get("/readyz").status_code == 503)
            reason = client.get("/readyz").json()["reason"]
            assert reason.startswith("Nothing can be written: ")

        answer = client.post(PATH, json=body)
        assert answer.json()["code"] == 0, "there is room again"
        wait_for(lambda: client.get("/readyz").status_code == 200)
        issued.append(answer.json()["result"])

    assert server.stop() == 0
    with Data(url) as data:
        assert [row["stamp_id"] for row in data.rows("SELECT stamp_id FROM stamp ORDER BY stamp_id")] == issued
        assert data.count("stamp_event") == data.count("told") == len(issued)
        assert data.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
