"""Whatever zone data the machine has, `stampwell` goes by its own, and `doctor` says how old that is."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest

from kit.command import InProcess
from kit.data import Data
from kit.people import Person, open_account
from kit.process import Command, Serve
from stampwell.core.clock import SystemClock
from stampwell.core.zone_data import VERSION

_SEOUL = ZoneInfo("Asia/Seoul")
_ASK = "from datetime import datetime; from zoneinfo import ZoneInfo; print(datetime.now(ZoneInfo('Asia/Seoul')).utcoffset())"


@pytest.fixture
def wrong_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose own data holds that Seoul's clocks show UTC."""
    with as_file(files("tzdata") / "zoneinfo" / "UTC") as utc:
        (tmp_path / "zones" / "Asia").mkdir(parents=True)
        shutil.copy(utc, tmp_path / "zones" / "Asia" / "Seoul")
    monkeypatch.setenv("PYTHONTZPATH", str(tmp_path / "zones"))
    said = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    assert said.stdout == "0:00:00\n"


def _open_account(database_url: str) -> Person:
    with Data(database_url) as data:
        return open_account(data, now_us=SystemClock().now_us())


def _is_now_in_seoul(shown: str) -> bool:
    instant = datetime.strptime(shown, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SEOUL)
    return abs(datetime.now(UTC) - instant) < timedelta(minutes=5)


@pytest.mark.one_database
@pytest.mark.usefixtures("wrong_system")
class TestAMachineWithWrongZones:
    def test_the_command_line_shows_the_right_hour(self, database_url: str, stampwell: Command) -> None:
        person = _open_account(database_url)
        words = ("card", "list", "--account", str(person.account_id), "--json")
        (card,) = stampwell(*words, database_url=database_url).json["list"]
        assert _is_now_in_seoul(card["regYmdt"])

    def test_the_server_does(self, database_url: str, serve: Serve) -> None:
        person = _open_account(database_url)
        asked = f"{serve(database_url=database_url).base}/api/card/v1/get?cardIdx={person.card_id}"
        card = httpx2.get(asked, headers={"Authorization": f"APIKey {person.key}"}).json()["result"]
        assert _is_now_in_seoul(card["regYmdt"])


@pytest.fixture
def old_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zones of a release long ago, found before those that are installed."""
    folder = tmp_path / "old"
    with as_file(files("tzdata")) as present:
        shutil.copytree(present, folder / "tzdata")
    (folder / "tzdata" / "__init__.py").write_text('IANA_VERSION = "2023c"\n')
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.one_database
class TestDoctor:
    def test_says_which_zones_are_used(self, database_url: str) -> None:
        checks = InProcess(database_url).json("doctor").json["checks"]
        (check,) = (check for check in checks if check["check"] == "time zones")
        assert check == {
            "check": "time zones",
            "okYn": "Y",
            "warningYn": "N",
            "message": f"{VERSION}, published in {VERSION[:4]}, from the tzdata package; the system's own are not used",
        }

    @pytest.mark.usefixtures("old_zones")
    def test_warns_of_old_ones_and_says_what_to_do(self, database_url: str, stampwell: Command) -> None:
        done = stampwell("doctor", database_url=database_url)
        assert done.status == 0
        assert (
            "WARN   time zones  2023c, published in 2023, from the tzdata package; the system's own are not used. "
            "Clock changes that countries have announced since are missing, and with them the right day there. "
            f"Upgrade Stampwell, or the zones alone: {sys.executable} -m pip install --upgrade tzdata. "
            "Then restart the server.\n"
        ) in done.out
