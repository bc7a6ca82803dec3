"""Files that take much memory for their size: one at a time, and never more than a bounded amount of it."""

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image

from kit.budget import Meter
from kit.dashboard_client import DashboardClient, DashboardPage, add_person
from kit.data import Data
from kit.databases import Databases
from kit.people import ALICES_CARD, open_account
from kit.process import ServerProcess
from stampwell.core.clock import SystemClock
from stampwell.features.images.reencoding import LONGEST_SIDE
from stampwell.features.imports.model import LARGEST_FILE
from stampwell.features.people.model import Role

PICTURE_MIB = 160
"""However many are sent at once; 62 KB took 255 MiB, and each beside it as much again."""

FILE_MIB = 160
"""Of twenty megabytes: the file itself some times over, on its way into the database; its text a line at a time."""


class Place(NamedTuple):
    meter: Meter
    dashboard: DashboardClient


@pytest.fixture
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url, now_us = databases.fresh("sqlite"), SystemClock().now_us()
    with ServerProcess(tmp_path_factory.mktemp("server"), database_url=url) as server, Data(url) as data:
        account = open_account(data, card_id=ALICES_CARD, now_us=now_us)
        owner = add_person(
            data, account.account_id, name="Alice", role=Role.OWNER, email="a@x.example", password_hash="", now_us=now_us
        )
        yield Place(Meter(server.pid), DashboardClient.signed_in(urlsplit(server.base).port or 0, data, owner, now_us=now_us))


def at_once(place: Place, path: str, field: str, content: bytes, *, times: int, **fields: str) -> list[DashboardPage]:
    """The same upload by so many at the same moment."""
    shown = place.dashboard.get(path)

    def upload(number: int) -> DashboardPage:
        dashboard = DashboardClient(place.dashboard.port, cookies=dict(place.dashboard.cookies))
        return dashboard.upload(shown, path, field, f"{number}", content, once=f"once{number}", **fields)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(upload, range(times)))


def test_the_largest_pictures_are_read_one_at_a_time(place: Place) -> None:
    written = BytesIO()
    Image.new("RGBA", (LONGEST_SIDE, LONGEST_SIDE)).save(written, "PNG")
    content = written.getvalue()
    assert len(content) < 100_000
    small = BytesIO()
    Image.new("RGB", (8, 8)).save(small, "PNG")
    path = "/dashboard/cards/new"
    assert at_once(place, path, "picture", small.getvalue(), times=1, cardNm="Tea", maxStamps="3")[0].status == 303
    before = place.meter.highest_mib()
    statuses = {page.status for page in at_once(place, path, "picture", content, times=8, cardNm="Tea", maxStamps="3")}
    assert statuses <= {303, 503}
    assert 303 in statuses
    assert place.meter.highest_mib() - before < PICTURE_MIB


@pytest.mark.parametrize("letter", ["a", "é", "김", "\N{GRINNING FACE}"])
def test_the_largest_files_are_read_one_at_a_time(place: Place, letter: str) -> None:
    row = ("\N{GRINNING FACE}" + letter * 200 + "\n").encode()
    content = b"Name\n" + row * (LARGEST_FILE // len(row) - 1)
    path = "/dashboard/imports/new"
    assert at_once(place, path, "file", b"Name\nKim\n", times=1)[0].status == 303
    before = place.meter.highest_mib()
    statuses = {page.status for page in at_once(place, path, "file", content, times=3)}
    assert statuses <= {303, 400, 503}
    assert place.meter.highest_mib() - before < FILE_MIB


def test_what_grows_while_it_is_read_is_no_form(place: Place) -> None:
    """A body is never unpacked, whatever it says it is."""
    before = place.meter.highest_mib()
    packed = zlib.compress(b"a" * 200 * 2**20)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Encoding": "deflate",
        "Origin": f"http://127.0.0.1:{place.dashboard.port}",
    }
    assert place.dashboard.send("POST", "/dashboard/cards/new", packed, headers).status in {400, 403, 413}
    assert place.meter.highest_mib() - before < 16
