"""`stampwell stamp import` killed, stopped, run twice at once, and beside a busy server: each row is one stamp."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.data import Data
from kit.load import Clients, wait_for
from kit.people import Person
from kit.process import Serve, environment

_ROWS = 6000
_REFUSED = _ROWS // 100

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file whose every hundredth row is refused; the users of the others are numbered."""
    path = tmp_path / "members.csv"
    ends = ("2026-12-31", "2026-02-30")
    rows = [f"123,2026-01-01,{ends[number % 100 == 0]},{number}" for number in range(_ROWS)]
    path.write_text("\n".join(["cardIdx,strtYmd,endYmd,userId", *rows]))
    return path


@pytest.fixture
def start(data: Data, path: Path) -> Iterator[Start]:
    """Starts an import of the file, a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start_one(*words: str, file: Path = path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "stampwell", "stamp", "import", str(file), "--account", "1", *words],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment(database_url=data.url),
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def _finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, (out, err)
    shown: dict[str, Any] = json.loads(out)
    return shown


def _assert_each_once(data: Data) -> None:
    users = [int(row["user_id"]) for row in data.rows("SELECT user_id FROM stamp")]
    assert sorted(users) == [number for number in range(_ROWS) if number % 100]
    remembered = data.rows("SELECT stamp_id FROM imported_row")
    assert len({row["stamp_id"] for row in remembered}) == len(remembered) == len(users)


@pytest.mark.usefixtures("alice")
def test_killed_again_and_again_it_goes_on(data: Data, start: Start, path: Path) -> None:
    for kills in range(1, 4):
        process = start("--json")
        wait_for(lambda so_far=kills: data.count("imported_row") >= so_far * 900, seconds=30)
        process.kill()
        process.communicate()
    done = data.count("imported_row")
    assert 0 < done < _ROWS - _REFUSED
    assert not path.with_name("members.refused.csv").exists()
    shown = _finished(start("--json"))
    assert (shown["alreadyIssued"], shown["issued"], shown["refused"]) == (done, _ROWS - _REFUSED - done, _REFUSED)
    _assert_each_once(data)


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_what_was_done(data: Data, start: Start, path: Path, number: signal.Signals) -> None:
    process = start("--json")
    wait_for(lambda: data.count("imported_row") > 0, seconds=30)
    process.send_signal(number)
    shown = _finished(process)
    assert shown["stoppedYn"] == "Y"
    assert shown["issued"] == data.count("stamp") == data.count("imported_row") < _ROWS - _REFUSED
    report = path.with_name("members.refused.csv").read_text().splitlines()
    assert len(report) == 1 + shown["refused"]
    assert [other.name for other in path.parent.iterdir() if other.name.startswith(".")] == []
    assert _finished(start("--json"))["alreadyIssued"] == shown["issued"]
    _assert_each_once(data)


@pytest.mark.usefixtures("alice")
def test_two_at_once_share_the_rows(data: Data, start: Start) -> None:
    shown = [_finished(process) for process in (start("--json"), start("--json"))]
    assert sum(one["issued"] for one in shown) == _ROWS - _REFUSED
    assert [one["issued"] + one["alreadyIssued"] for one in shown] == [_ROWS - _REFUSED] * 2
    _assert_each_once(data)


@pytest.mark.usefixtures("alice")
def test_killed_then_mended_it_goes_on(data: Data, start: Start, path: Path) -> None:
    process = start("--json")
    wait_for(lambda: data.count("imported_row") > 0, seconds=30)
    process.kill()
    process.communicate()
    done = data.count("imported_row")
    assert 0 < done < _ROWS - _REFUSED
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{header},memo", *(f"{row},mended" for row in rows)]))
    shown = _finished(start("--json"))
    assert (shown["alreadyIssued"], shown["issued"], shown["refused"]) == (done, _ROWS - _REFUSED - done, _REFUSED)
    assert len(shown["sameCustomerRows"]) == min(done, 1000)
    _assert_each_once(data)


@pytest.mark.usefixtures("alice")
def test_two_versions_of_a_file_at_once(data: Data, start: Start, path: Path, tmp_path: Path) -> None:
    """Each says something else of the same customers; of every customer one row is issued."""
    header, *rows = path.read_text().splitlines()
    mended = tmp_path / "mended.csv"
    mended.write_text("\n".join([f"{header},memo", *(f"{row},mended" for row in rows)]))
    shown = [_finished(process) for process in [start("--json", "--name", "x", file=file) for file in (path, mended)]]
    assert sum(one["issued"] for one in shown) == _ROWS - _REFUSED
    assert [one["issued"] + one["alreadyIssued"] for one in shown] == [_ROWS - _REFUSED] * 2
    _assert_each_once(data)


def test_beside_a_busy_server(data: Data, alice: Person, start: Start, serve: Serve) -> None:
    server = serve(database_url=data.url)
    clients = Clients(server.base, alice.key, count=8)
    shown = _finished(start("--json"))
    clients.stop()
    answers = clients.join()
    assert (shown["issued"], shown["refused"]) == (_ROWS - _REFUSED, _REFUSED)
    assert {answer.envelope["code"] for answer in answers} == {0}
    assert data.count("stamp") == len(answers) + shown["issued"]


@pytest.mark.one_database
@pytest.mark.usefixtures("alice")
def test_a_bar_on_a_terminal_and_none_beside_it(start: Start) -> None:
    controller, terminal = pty.openpty()
    process = start(stderr=terminal)
    os.close(terminal)
    seen = b""
    while process.poll() is None or b"/s" not in seen:
        try:
            seen += os.read(controller, 65_536)
        except OSError:
            break
    os.close(controller)
    out, _ = process.communicate(timeout=60)
    assert b"reading" in seen
    assert b"issuing" in seen
    assert f"/{_ROWS}".encode() in seen
    assert b"/s" in seen
    assert "issuing" not in out
    assert f"refused        {_REFUSED}\n" in out
    process = start()
    assert process.communicate(timeout=60)[1] == ""
