"""Which SQLite library opens a file: one that loses nothing, and the same one whoever opens it."""

import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from units import with_database

from kit.command import InProcess
from kit.databases import Databases
from kit.process import Command, Serve, environment
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database
from stampwell.db.migrations.__main__ import main as migrate
from stampwell.db.sqlite_file import sqlite_fault

_AFFECTED = "3.51.2"
_MOVE = Path(__file__).parents[2] / "deploy" / "move-to-postgresql"

# What a program has loaded of any SQLite: Python's own driver, the system's library, or ours.
_LIBRARIES = ("_sqlite3", "libsqlite3", "/apsw/")


_MIGRATE_AND_SHOW = """
import sys
from stampwell.db.database import Database
from stampwell.db.migrations.__main__ import main
main(sys.argv[1])
print(open("/proc/self/maps").read())
"""


async def _do_nothing(_db: Database) -> None:
    pass


def _loaded(maps: str) -> set[str]:
    return {library for library in _LIBRARIES if library in maps}


class TestVersions:
    @pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.44.5", "3.46.1", "3.50.6", "3.51.0", _AFFECTED])
    def test_affected(self, version: str) -> None:
        assert (sqlite_fault(version) or "").startswith(f"SQLite {version} can lose a committed transaction")

    @pytest.mark.parametrize("version", ["3.6.23", "3.44.6", "3.50.7", "3.51.3", "3.52.1", "3.54.1", "4.0.0"])
    def test_sound(self, version: str) -> None:
        assert sqlite_fault(version) is None

    def test_the_one_that_we_bring(self) -> None:
        assert apsw.using_amalgamation
        assert sqlite_fault(apsw.sqlite_lib_version()) is None


class TestAffected:
    @pytest.fixture(autouse=True)
    def _affected(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
        # The template is made by the sound one.
        request.getfixturevalue("databases").fresh("sqlite")
        monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: _AFFECTED)

    def test_no_server_opens_a_file(self, databases: Databases) -> None:
        with pytest.raises(DatabaseUnavailable) as raised:
            with_database(databases.fresh("sqlite"), _do_nothing)
        assert raised.value.cause.startswith(f"SQLite {_AFFECTED} can lose a committed transaction")

    def test_no_migration_makes_one(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match=f"SQLite {_AFFECTED} can lose a committed transaction"):
            migrate(f"sqlite:///{tmp_path}/new.db")
        assert list(tmp_path.iterdir()) == []

    def test_doctor_says_so(self, databases: Databases) -> None:
        done = InProcess(databases.fresh("sqlite")).json("doctor")
        wrong = {check["check"]: check["message"] for check in done.json["checks"] if check["okYn"] == "N"}
        assert (done.status, list(wrong)) == (1, ["database"])
        assert f"SQLite {_AFFECTED} can lose a committed transaction" in wrong["database"]
        assert "Install apsw" in wrong["database"]


class TestOneLibrary:
    def test_a_server_loads_no_other(self, databases: Databases, serve: Serve) -> None:
        server = serve(database_url=databases.fresh("sqlite"))
        assert _loaded(Path(f"/proc/{server.pid}/maps").read_text()) == {"/apsw/"}

    def test_a_migration_loads_no_other(self, databases: Databases) -> None:
        command = [sys.executable, "-c", _MIGRATE_AND_SHOW, databases.empty("sqlite")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        assert _loaded(done.stdout) == {"/apsw/"}

    def test_nothing_needs_pythons_own(
        self, databases: Databases, stampwell: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "sqlite3.py").write_text("raise ImportError('there is none')")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(subprocess.CalledProcessError):
            subprocess.run([sys.executable, "-c", "import sqlite3"], check=True, capture_output=True, timeout=60)
        url, target = databases.empty("sqlite"), databases.fresh("postgresql")
        for words in (("migrate",), ("account", "list"), ("doctor",), ("backup", str(tmp_path / "copies"))):
            done = stampwell(*words, database_url=url)
            assert (done.status, done.err) == (0, "")
        moved = subprocess.run(
            [sys.executable, str(_MOVE), url.removeprefix("sqlite:///")],
            env=environment(database_url=target),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (moved.returncode, moved.stderr) == (0, "")

    def test_doctor_names_it(self, databases: Databases) -> None:
        done = InProcess(databases.fresh("sqlite")).json("doctor")
        (message,) = (check["message"] for check in done.json["checks"] if check["check"] == "database")
        assert message == f"SQLite {apsw.sqlite_lib_version()}, by apsw {apsw.apsw_version()}"
