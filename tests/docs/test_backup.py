"""deploy/backup on a database that is being written to, and what can be done with its copy."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from texts import ROOT

from kit.data import Data
from kit.databases import Databases
from kit.load import Clients, wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Serve, environment
from stampwell.db.revision import require_head

Backup = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def backup() -> Backup:
    def run(url: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "deploy" / "backup"), *map(str, words)],
            env=environment(database_url=url),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def _restored(copy: Path, databases: Databases, folder: Path, dialect: str) -> str:
    """The URL of a database that holds the copy."""
    if dialect == "sqlite":
        return f"sqlite:///{copy.rename(folder / 'restored.db')}"
    url = databases.empty(dialect)
    command = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url}", str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return url


def test_under_writes(database_url: str, databases: Databases, serve: Serve, backup: Backup, tmp_path: Path) -> None:
    with Data(database_url) as data:
        api_key = open_account(data, card_id=ALICES_CARD, now_us=1).key
        dialect = data.dialect
        server = serve(database_url=database_url)
        clients = Clients(server.base, api_key, count=4)
        try:
            wait_for(lambda: data.count("stamp") > 20)
            before = data.count("stamp")
            done = backup(database_url, tmp_path / "copies")
            wait_for(lambda: data.count("stamp") > before + 20)
        finally:
            clients.stop()
            clients.join()
    assert (done.returncode, done.stderr) == (0, "")
    copy = Path(done.stdout.strip())
    assert list((tmp_path / "copies").iterdir()) == [copy]
    assert copy.stat().st_mode & 0o077 == 0
    if dialect == "sqlite":
        with closing(sqlite3.connect(copy)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Data(_restored(copy, databases, tmp_path, dialect)) as restored:
        restored.read(require_head)
        stored = restored.stored()
        assert len(set(stored.values())) == 1
        assert stored["stamp"] >= before
        # It goes on from where the copy was made.
        assert restored.rows("SELECT MAX(stamp_id) AS last FROM stamp")[0]["last"] >= before


def test_keeps_the_newest(database_url: str, backup: Backup, tmp_path: Path) -> None:
    other = tmp_path / "notes.db"
    other.touch()
    made = [Path(backup(database_url, tmp_path, "--keep", "2").stdout.strip()) for _ in range(3)]
    assert sorted(tmp_path.iterdir()) == sorted([other, *made[1:]])


class TestNoCopy:
    def test_of_a_file_that_is_not_there(self, backup: Backup, tmp_path: Path) -> None:
        done = backup(f"sqlite:///{tmp_path}/nothing.db", tmp_path / "copies")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"backup: {tmp_path}/nothing.db does not exist\n"
        assert list((tmp_path / "copies").iterdir()) == []

    def test_of_a_damaged_file(self, databases: Databases, backup: Backup, tmp_path: Path) -> None:
        url = databases.fresh("sqlite")
        path = Path(url.removeprefix("sqlite:///"))
        content = bytearray(path.read_bytes())
        for page in range(3, len(content) // 4096):
            content[page * 4096 : page * 4096 + 100] = os.urandom(100)
        path.write_bytes(content)
        done = backup(url, tmp_path / "copies")
        assert (done.returncode, done.stdout) == (1, "")
        assert list((tmp_path / "copies").iterdir()) == []

    def test_without_a_server(self, backup: Backup, tmp_path: Path) -> None:
        done = backup("postgresql://somebody:s%40cret@127.0.0.1:1/nothing", tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("backup: pg_dump: ")
        assert "cret" not in done.stderr

    def test_with_a_wrong_number_to_keep(self, database_url: str, backup: Backup, tmp_path: Path) -> None:
        assert backup(database_url, tmp_path, "--keep", "0").returncode == 2


_RECORDER = """#!/bin/sh
for word; do case $word in --file=*) touch "${word#--file=}" ;; esac; done
echo "$* $PGPASSWORD" >> "$0.log"
"""


def test_the_password_is_not_on_a_command_line(backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (programs / name).write_text(_RECORDER)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    done = backup("postgresql://some%20body:s%40cret@db.example:5433/shop?sslmode=require", tmp_path / "copies")
    assert done.returncode == 0
    *words, password = (programs / "pg_dump.log").read_text().split()
    assert password == "s@cret"
    assert urlsplit(words[-1].removeprefix("--dbname=")).netloc == "some%20body@db.example:5433"
    assert not any("cret" in word for word in words)
