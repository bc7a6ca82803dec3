"""`stampwell backup` on a database that is being written to, and what can be done with its copy."""

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.load import Clients, wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Command, Serve
from stampwell.db.revision import require_head
from stampwell.db.sqlite_file import READ_ONLY, READ_WRITE, open_sqlite

_DEPLOY = Path(__file__).parents[2] / "deploy"


def _restored(copy: Path, databases: Databases, folder: Path, dialect: str) -> str:
    """The URL of a database that holds the copy."""
    if dialect == "sqlite":
        return f"sqlite:///{copy.rename(folder / 'restored.db')}"
    url = databases.empty(dialect)
    command = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url}", str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return url


def test_under_writes(database_url: str, databases: Databases, serve: Serve, stampwell: Command, tmp_path: Path) -> None:
    with Data(database_url) as data:
        api_key = open_account(data, card_id=ALICES_CARD, now_us=1).key
        dialect = data.dialect
        server = serve(database_url=database_url)
        clients = Clients(server.base, api_key, count=4)
        try:
            wait_for(lambda: data.count("stamp") > 20)
            before = data.count("stamp")
            done = stampwell("backup", str(tmp_path / "copies"), database_url=database_url)
            wait_for(lambda: data.count("stamp") > before + 20)
        finally:
            clients.stop()
            clients.join()
    assert (done.status, done.err) == (0, "")
    copy = Path(done.out.strip())
    assert list((tmp_path / "copies").iterdir()) == [copy]
    assert copy.stat().st_mode & 0o077 == 0
    if dialect == "sqlite":
        with closing(open_sqlite(copy, READ_ONLY)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Data(_restored(copy, databases, tmp_path, dialect)) as restored:
        restored.read(require_head)
        stored = restored.stored()
        assert len(set(stored.values())) == 1
        assert stored["stamp"] >= before
        # It goes on from where the copy was made.
        assert restored.rows("SELECT MAX(stamp_id) AS last FROM stamp")[0]["last"] >= before


def test_keeps_the_newest(database_url: str, stampwell: Command, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    other = folder / "notes.db"
    other.touch()
    made = [
        Path(stampwell("backup", str(folder), "--keep", "2", "--json", database_url=database_url).json["file"])
        for _ in range(3)
    ]
    assert sorted(folder.iterdir()) == sorted([other, *made[1:]])


class TestNoCopy:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "copies"

    def test_of_a_file_that_is_not_there(self, stampwell: Command, folder: Path) -> None:
        done = stampwell("backup", str(folder), database_url="sqlite:////nowhere/nothing.db")
        assert (done.status, done.out, done.err) == (1, "", "stampwell: /nowhere/nothing.db does not exist\n")
        assert list(folder.iterdir()) == []

    def test_of_a_damaged_file(self, databases: Databases, stampwell: Command, folder: Path) -> None:
        url = databases.fresh("sqlite")
        path = Path(url.removeprefix("sqlite:///"))
        content = bytearray(path.read_bytes())
        for page in range(3, len(content) // 4096):
            content[page * 4096 : page * 4096 + 100] = os.urandom(100)
        path.write_bytes(content)
        done = stampwell("backup", str(folder), "--json", database_url=url)
        assert done.status == 1
        assert "malformed" in done.json["message"]
        assert list(folder.iterdir()) == []

    def test_with_rows_whose_parents_are_missing(self, databases: Databases, stampwell: Command, folder: Path) -> None:
        url = databases.fresh("sqlite")
        with Data(url) as data:
            open_account(data, card_id=ALICES_CARD, now_us=1)
        with closing(open_sqlite(Path(url.removeprefix("sqlite:///")), READ_WRITE)) as opened:
            opened.execute("DELETE FROM account")
        done = stampwell("backup", str(folder), database_url=url)
        assert (done.status, done.out) == (1, "")
        assert "rows whose parents are missing" in done.err
        assert list(folder.iterdir()) == []

    def test_with_values_that_the_schema_forbids(self, databases: Databases, stampwell: Command, folder: Path) -> None:
        url = databases.fresh("sqlite")
        with Data(url) as data:
            open_account(data, card_id=ALICES_CARD, now_us=1)
        with closing(open_sqlite(Path(url.removeprefix("sqlite:///")), READ_WRITE)) as opened:
            opened.execute("PRAGMA ignore_check_constraints = ON")
            opened.execute("UPDATE account SET stamp_idx_format = 'x'")
        done = stampwell("backup", str(folder), database_url=url)
        assert (done.status, done.out) == (1, "")
        assert "integrity_check: CHECK constraint failed in account" in done.err
        assert list(folder.iterdir()) == []

    def test_where_a_folder_cannot_be(self, database_url: str, stampwell: Command, folder: Path) -> None:
        folder.touch()
        done = stampwell("backup", str(folder), database_url=database_url)
        assert (done.status, done.out, done.err) == (1, "", f"stampwell: {folder}: File exists\n")

    def test_without_a_server(self, stampwell: Command, folder: Path) -> None:
        done = stampwell("backup", str(folder), database_url="postgresql://somebody:s%40cret@127.0.0.1:1/nothing")
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("stampwell: pg_dump: ")
        assert "cret" not in done.err

    def test_with_a_wrong_number_to_keep(self, database_url: str, stampwell: Command, folder: Path) -> None:
        assert stampwell("backup", str(folder), "--keep", "0", database_url=database_url).status == 2


def test_timers_that_call_the_old_script_go_on(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "stampwell"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(_DEPLOY / "backup", tmp_path / "deploy" / "backup")
    done = subprocess.run([script, "/srv/copies", "--keep", "3"], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "backup /srv/copies --keep 3\n"


_RECORDER = """#!/bin/sh
for word; do case $word in --file=*) touch "${word#--file=}" ;; esac; done
echo "$* $PGPASSWORD" >> "$0.log"
"""


def test_the_password_is_not_on_a_command_line(stampwell: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (programs / name).write_text(_RECORDER)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    url = "postgresql://some%20body:s%40cret@db.example:5433/shop?sslmode=require"
    done = stampwell("backup", str(tmp_path / "copies"), database_url=url)
    assert done.status == 0
    *words, password = (programs / "pg_dump.log").read_text().split()
    assert password == "s@cret"
    assert urlsplit(words[-1].removeprefix("--dbname=")).netloc == "some%20body@db.example:5433"
    assert not any("cret" in word for word in words)
