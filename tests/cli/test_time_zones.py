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

from kit.process import Command, Serve
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


def _is_now_in_seoul(shown: str) -> bool:
    instant = datetime.strptime(shown, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SEOUL)
    return abs(datetime.now(UTC) - instant) < timedelta(minutes=5)


@pytest.mark.usefixtures("wrong_system")
class TestAMachineWithWrongZones:
    def test_the_command_line(self, stampwell: Command) -> None:
        stampwell("account", "create", "Bean & Co", "--timezone", "Asia/Seoul")
        card = stampwell("card", "create", "--account", "1", "--name", "C", "--max-stamps", "5", "--json").json
        assert _is_now_in_seoul(card["regYmdt"])

    def test_the_server(self, stampwell: Command, serve: Serve) -> None:
        stampwell("account", "create", "Bean & Co", "--timezone", "Asia/Seoul")
        stampwell("card", "create", "--account", "1", "--name", "C", "--max-stamps", "5", "--card-idx", "123")
        key = stampwell("key", "create", "--account", "1", "--json").json["apiKey"]
        asked = f"{serve().base}/api/card/v1/get?cardIdx=123"
        card = httpx2.get(asked, headers={"Authorization": f"APIKey {key}"}).json()["result"]
        assert _is_now_in_seoul(card["regYmdt"])


@pytest.fixture
def old_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zones of a release long ago, found before those that are installed."""
    folder = tmp_path / "old"
    with as_file(files("tzdata")) as present:
        shutil.copytree(present, folder / "tzdata")
    (folder / "tzdata" / "__init__.py").write_text('IANA_VERSION = "2023c"\n')
    monkeypatch.setenv("PYTHONPATH", str(folder))


class TestDoctor:
    def test_says_which_zones_are_used(self, stampwell: Command) -> None:
        stampwell("migrate")
        (check,) = (check for check in stampwell("doctor", "--json").json["checks"] if check["check"] == "time zones")
        assert check == {
            "check": "time zones",
            "okYn": "Y",
            "warningYn": "N",
            "message": f"{VERSION}, published in {VERSION[:4]}, from the tzdata package; the system's own are not used",
        }

    @pytest.mark.usefixtures("old_zones")
    def test_warns_of_old_ones_and_says_what_to_do(self, stampwell: Command) -> None:
        stampwell("migrate")
        done = stampwell("doctor", "--json")
        (check,) = (check for check in done.json["checks"] if check["check"] == "time zones")
        assert (done.status, done.json["okYn"], check["okYn"], check["warningYn"]) == (0, "Y", "Y", "Y")
        assert check["message"] == (
            "2023c, published in 2023, from the tzdata package; the system's own are not used. "
            "Clock changes that countries have announced since are missing, and with them the right day there. "
            f"Upgrade Stampwell, or the zones alone: {sys.executable} -m pip install --upgrade tzdata. Then restart the server."
        )
        assert f"WARN   time zones  {check['message']}\n" in stampwell("doctor").out
