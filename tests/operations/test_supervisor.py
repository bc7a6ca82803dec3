"""`stampwell serve --workers`: kill -9 of the supervisor leaves nobody behind, and nothing that a run of the tests starts
outlives it.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from kit.data import Data
from kit.databases import Databases
from kit.leftovers import MARK, marked
from kit.load import PATH, Clients, wait_for
from kit.people import ALICES_CARD, Person, open_account
from kit.process import Serve, ServerProcess
from kit.shop import least

TESTS = Path(__file__).parents[1]
ENDS_WITHIN_S = 60.0
"""It takes a moment; a busy machine takes longer."""

_SUITE = """
from pathlib import Path
from kit.process import ServerProcess

def test_that_never_ends(tmp_path):
    server = ServerProcess(tmp_path, "--workers", "2", database_url="sqlite:///x.db")
    Path({told!r}).write_text(" ".join(map(str, [server.pid, *server.workers()])))
    while True:
        server.process.wait()
"""

_DEAF_WORKER = """
import multiprocessing, os, signal, time
from stampwell.operations.supervised import end_with_supervisor

def worker():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_with_supervisor(longest_end_s=0.2)
    print(os.getpid(), flush=True)
    while True:
        time.sleep(600)

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=worker)
    process.start()
    process.join()
"""


def open_shop(url: str) -> Person:
    with Data(url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1)


def port_of(server: ServerProcess) -> int:
    port = httpx2.URL(server.base).port
    assert port is not None
    return port


def is_over(pid: int) -> bool:
    """Whether the process has ended; its parent may not have taken note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def create(server: ServerProcess, account: Person) -> int:
    answer = httpx2.post(server.base + PATH, json=least(), headers={"Authorization": f"APIKey {account.key}"}, timeout=30)
    return answer.status_code


def test_workers_end_with_their_supervisor_and_finish_what_is_under_way(database_url: str, serve: Serve) -> None:
    account = open_shop(database_url)
    server = serve("--workers", "2", database_url=database_url)
    workers = server.workers()
    assert len(workers) == 2
    clients = Clients(server.base, account.key, count=16)
    with Data(database_url) as data:
        wait_for(lambda: data.count("stamp") > 100, seconds=ENDS_WITHIN_S)
        server.kill_supervisor()
        wait_for(lambda: all(map(is_over, workers)), seconds=ENDS_WITHIN_S)
        clients.stop()
        answers = clients.join()
        stored = {row["stamp_id"] for row in data.rows("SELECT stamp_id FROM stamp")}
    # Whoever was let in was answered, and answered the truth.
    assert {answer.envelope["code"] for answer in answers} == {0}
    assert {answer.envelope["result"] for answer in answers} == stored
    said = [line for line in server.logs() if "supervisor is gone" in line["event"]]
    assert [line["level"] for line in said] == ["warning", "warning"]
    assert [line for line in server.logs() if "exception" in line] == []


def test_the_next_start_on_the_same_port_answers(database_url: str, serve: Serve) -> None:
    account = open_shop(database_url)
    server = serve("--workers", "2", database_url=database_url)
    for _ in range(2):
        clients = Clients(server.base, account.key, count=8)
        assert create(server, account) == 200
        workers = server.workers()
        server.kill_supervisor()
        server = serve("--workers", "2", port=port_of(server), database_url=database_url)
        clients.stop()
        clients.join()
        assert create(server, account) == 200
        # What answers is new.
        wait_for(lambda gone=tuple(workers): all(map(is_over, gone)), seconds=ENDS_WITHIN_S)  # type: ignore[misc]
        assert create(server, account) == 200


def test_a_request_that_never_ends_does_not_keep_a_worker(databases: Databases, serve: Serve) -> None:
    url = databases.fresh("sqlite")
    account = open_shop(url)
    server = serve("--workers", "2", database_url=url)
    workers = server.workers()
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=ENDS_WITHIN_S) as stalled:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: APIKey {account.key}\r\n"
        stalled.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
        server.kill_supervisor()
        wait_for(lambda: all(map(is_over, workers)), seconds=ENDS_WITHIN_S)
        assert stalled.makefile("rb").read().startswith(b"HTTP/1.1 503 ")


def test_a_worker_that_does_not_stop_when_asked_ends_too(tmp_path: Path) -> None:
    program = tmp_path / "supervisor.py"
    program.write_text(_DEAF_WORKER)
    supervisor = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    with supervisor.stdout as told:
        worker = int(told.readline())
        assert not is_over(worker)
        supervisor.kill()
        supervisor.wait()
        wait_for(lambda: is_over(worker), seconds=ENDS_WITHIN_S)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_that_a_run_of_the_tests_starts_outlives_it(tmp_path: Path, number: signal.Signals) -> None:
    told = tmp_path / "told"
    (tmp_path / "test_suite.py").write_text(_SUITE.format(told=str(told)))
    (tmp_path / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    given = {**os.environ, "PYTHONPATH": str(TESTS)}
    suite = subprocess.Popen(command, cwd=tmp_path, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: told.exists() and told.read_text() != "", seconds=ENDS_WITHIN_S)
        pids = [int(pid) for pid in told.read_text().split()]
        assert len(pids) == 3
        assert not any(map(is_over, pids))
        suite.send_signal(number)
        suite.wait(ENDS_WITHIN_S)
        wait_for(lambda: all(map(is_over, pids)), seconds=ENDS_WITHIN_S)
    finally:
        suite.kill()
        suite.wait()


def test_the_mark_of_a_run_finds_what_it_started() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        found = set(marked(os.environ[MARK]))
        assert child.pid in found
        assert set(marked("0" * 32)) == set()
    finally:
        child.kill()
        child.wait()
