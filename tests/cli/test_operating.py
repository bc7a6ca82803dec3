"""`migrate`, `doctor`, `demo` and the command itself."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from kit.command import InProcess
from kit.data import Data
from kit.databases import Databases
from kit.load import PATH
from kit.process import Command
from stampwell import __version__
from stampwell.cli import doctor
from stampwell.db import versions
from stampwell.db.revision import HEAD
from stampwell.features.stamps.contract.examples import SAMPLE_CREATE


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """Commands in an empty folder, where the default database would be."""
    monkeypatch.chdir(tmp_path)
    return InProcess("sqlite:///./stampwell.db")


class TestRoot:
    def test_version(self, stampwell: Command) -> None:
        assert stampwell("--version").out == f"stampwell {__version__}\n"

    def test_without_a_command_it_shows_them(self, here: InProcess) -> None:
        done = here()
        assert done.status == 2
        for command in ("serve", "migrate", "demo", "doctor", "account", "key", "card", "domain", "stamp"):
            assert command in done.out + done.err

    def test_an_unknown_command(self, here: InProcess) -> None:
        assert here("fly").status == 2


class TestMigrate:
    def test_twice(self, databases: Databases, dialect: str, stampwell: Command) -> None:
        url = databases.empty(dialect)
        assert stampwell("migrate", "--json", database_url=url).json == {"revision": HEAD}
        assert stampwell("migrate", "--json", database_url=url).json == {"revision": HEAD}

    def test_two_at_once(self, databases: Databases, dialect: str) -> None:
        url = databases.empty(dialect)
        command = [sys.executable, "-m", "stampwell.db.migrations", url]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        assert [(one.communicate(timeout=60)[0], one.returncode) for one in both] == [(f"{HEAD}\n".encode(), 0)] * 2

    def test_a_database_that_is_not_there(self, stampwell: Command) -> None:
        done = stampwell("migrate", "--json", database_url="postgresql://nobody@127.0.0.1:1/nothing")
        assert done.status == 3
        assert done.json["message"].startswith("The migration failed: connection failed: ")

    def test_other_commands_migrate_a_fresh_file(self, stampwell: Command, tmp_path: Path) -> None:
        assert stampwell("account", "list", "--json").json == {"list": []}
        assert (tmp_path / "stampwell.db").exists()

    def test_other_commands_refuse_an_unmigrated_postgresql(self, databases: Databases, stampwell: Command) -> None:
        done = stampwell("account", "list", database_url=databases.empty("postgresql"))
        assert done.status == 3
        assert done.err == "stampwell: The database has no Stampwell schema yet. Run: stampwell migrate\n"


class TestDoctor:
    def test_all_is_well(self, database_url: str, here: InProcess) -> None:
        done = here("doctor", "--json", database_url=database_url)
        assert done.status == 0
        assert done.json["okYn"] == "Y"
        checks = [check["check"] for check in done.json["checks"]]
        disk = ["disk", "rights"] if database_url.startswith("sqlite") else []
        assert checks == ["settings", "time zones", *disk, "database", "schema", "durability", "clock", "upgrade"]
        assert here("doctor", database_url=database_url).out.count("ok   ") == len(checks)

    def _wrong(self, here: InProcess, **settings: object) -> dict[str, str]:
        done = here("doctor", "--json", **settings)
        assert done.status == 1
        return {check["check"]: check["message"] for check in done.json["checks"] if check["okYn"] == "N"}

    def test_wrong_settings(self, here: InProcess) -> None:
        assert "STAMPWELL_PORT" in self._wrong(here, port="many")["settings"]

    def test_no_file_yet(self, here: InProcess) -> None:
        assert "does not exist yet. Run: stampwell migrate" in self._wrong(here)["schema"]

    def test_no_schema(self, databases: Databases, here: InProcess) -> None:
        wrong = self._wrong(here, database_url=databases.empty("postgresql"))
        assert wrong == {"schema": "The database has no Stampwell schema yet. Run: stampwell migrate"}

    def test_no_database(self, here: InProcess) -> None:
        assert "unavailable" in self._wrong(here, database_url="postgresql://nobody@127.0.0.1:1/nothing")["database"]

    def test_a_file_that_is_no_database(self, here: InProcess, tmp_path: Path) -> None:
        (tmp_path / "stampwell.db").write_bytes(b"not a database" * 100)
        assert "file is not a database" in self._wrong(here)["database"]
        done = here("account", "list")
        assert (done.status, done.out) == (3, "")
        assert "file is not a database" in done.err

    def test_a_url_that_cannot_be_read(self, here: InProcess) -> None:
        assert "STAMPWELL_DATABASE_URL" in self._wrong(here, database_url="postgresql://h:1/x?port")["settings"]

    def test_a_postgresql_that_does_not_wait_for_the_disk(self, databases: Databases, here: InProcess) -> None:
        url = databases.fresh("postgresql")
        wrong = self._wrong(here, database_url=f"{url}?options=-csynchronous_commit%3Doff")
        assert wrong == {
            "durability": "PostgreSQL's synchronous_commit is off: a crash can lose answered stamps. Switch it on."
        }

    def test_a_postgresql_that_is_not_supported(self, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
        """The one that is there, on a day when only others are supported."""
        monkeypatch.setattr(versions, "POSTGRESQL_MAJORS", (7, 8))
        monkeypatch.setattr(doctor, "POSTGRESQL_MAJORS", (7, 8))
        done = InProcess(databases.fresh("postgresql")).json("doctor")
        (check,) = (check for check in done.json["checks"] if check["check"] == "database")
        assert (done.status, done.json["okYn"], check["okYn"], check["warningYn"]) == (0, "Y", "Y", "Y")
        assert re.fullmatch(
            r"PostgreSQL \d\d\.\d+.*: Stampwell is tested with PostgreSQL 7 to 8\. Move to one of them\.", check["message"]
        )

    def test_a_clock_that_is_behind(self, database_url: str, here: InProcess) -> None:
        here("account", "create", "A shop", database_url=database_url)
        with Data(database_url) as data:
            data.run("UPDATE account SET created_at = created_at + 3600000000")
        assert "clock is behind" in self._wrong(here, database_url=database_url)["clock"]

    @pytest.mark.parametrize(("apart_s", "is_wrong"), [(4, False), (6, True)])
    def test_a_clock_that_is_not_the_database_server_s(
        self, databases: Databases, here: InProcess, monkeypatch: pytest.MonkeyPatch, *, apart_s: int, is_wrong: bool
    ) -> None:
        monkeypatch.setattr(doctor, "clock_us", lambda _tx: doctor.SystemClock().now_us() + apart_s * 1_000_000)
        done = here("doctor", "--json", database_url=databases.fresh("postgresql"))
        (clock,) = (check for check in done.json["checks"] if check["check"] == "clock")
        assert (clock["okYn"] == "N", "Set both with NTP." in clock["message"]) == (is_wrong, is_wrong)

    @pytest.mark.parametrize(("free_bytes", "is_wrong"), [(256 * 2**20 - 1, True), (256 * 2**20, False)])
    def test_a_disk_that_is_nearly_full(
        self, databases: Databases, here: InProcess, monkeypatch: pytest.MonkeyPatch, *, free_bytes: int, is_wrong: bool
    ) -> None:
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free_bytes))
        done = here("doctor", "--json", database_url=databases.fresh("sqlite"))
        (disk,) = (check for check in done.json["checks"] if check["check"] == "disk")
        assert (disk["okYn"] == "N", disk["message"].startswith("only ")) == (is_wrong, is_wrong)


class TestDemo:
    @pytest.fixture
    def stopped(self, stampwell: Command) -> Iterator[None]:
        yield
        stampwell("demo", "--stop")

    def test_once_and_again(self, stampwell: Command, tmp_path: Path) -> None:
        for expected in (121, 122):
            done = stampwell("demo", "--once", port=8700)
            assert done.status == 0, done.err
            assert '"cardIdx": 123' in done.out
            assert f'{{"code":0,"message":"","result":{expected}}}' in done.out
            assert "sk_live_" in done.out
            assert "/api/docs" in done.out
        assert not (tmp_path / "stampwell-demo.json").exists()

    def test_whatever_the_log_level(self, stampwell: Command) -> None:
        assert stampwell("demo", "--once", port=8700, log_level="error").status == 0

    @pytest.mark.usefixtures("stopped")
    def test_background_leaves_one_server_running(self, stampwell: Command) -> None:
        first = stampwell("demo", "--background", "--json", port=8700)
        assert first.status == 0, first.err
        shown = first.json
        request = shown["request"]
        assert request == {**SAMPLE_CREATE, "strtYmd": request["strtYmd"], "endYmd": request["endYmd"]}
        assert request["strtYmd"] <= str(datetime.now(UTC).date()) < request["endYmd"]
        assert shown["answer"] == {"code": 0, "message": "", "result": 121}
        again = stampwell("demo", "--background", "--json", port=8700).json
        assert (again["url"], again["answer"]["result"]) == (shown["url"], 122)
        # The first key still works, and so does the curl.
        pasted = subprocess.run(shown["curl"], shell=True, capture_output=True, check=True)
        assert json.loads(pasted.stdout) == {"code": 0, "message": "", "result": 123}
        assert {httpx2.get(link).status_code for link in shown["links"].values()} == {200}
        assert stampwell("demo", "--stop", "--json").json == {"stoppedYn": "Y"}
        assert stampwell("demo", "--stop", "--json").json == {"stoppedYn": "N"}
        with pytest.raises(httpx2.ConnectError):
            httpx2.post(shown["url"] + PATH)

    def test_a_card_123_of_somebody_else(self, stampwell: Command) -> None:
        stampwell("account", "create", "Other")
        stampwell("card", "create", "--account", "1", "--name", "C", "--max-stamps", "5", "--card-idx", "123")
        done = stampwell("demo", "--once", "--json", port=8700)
        assert done.json["cardIdx"] == 124
        assert done.json["answer"]["code"] == 0
