"""`stampwell serve`: starting, refusing to start, logging, stopping."""

import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest

from kit.data import Data
from kit.databases import Databases
from kit.load import PATH, Clients, wait_for
from kit.people import ALICES_CARD, Person, open_account
from kit.process import Command, Serve
from kit.shop import least


def _account(database_url: str) -> Person:
    with Data(database_url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1)


def _create(base: str, key: str, **headers: str) -> httpx2.Response:
    return httpx2.post(base + PATH, json=least(), headers={"Authorization": f"APIKey {key}", **headers})


class TestStart:
    def test_a_fresh_sqlite_file_is_migrated(self, tmp_path: Path, serve: Serve) -> None:
        serve(database_url=f"sqlite:///{tmp_path / 'new.db'}")
        assert (tmp_path / "new.db").stat().st_size > 0

    def test_an_unmigrated_postgresql_is_refused(self, databases: Databases, stampwell: Command) -> None:
        done = stampwell("serve", "--port", "0", database_url=databases.empty("postgresql"))
        assert done.status == 3
        assert done.err.strip().endswith("Run: stampwell migrate")

    def test_a_newer_schema_is_refused(self, database_url: str, stampwell: Command) -> None:
        with Data(database_url) as data:
            data.run("UPDATE alembic_version SET version_num = '9999'")
        done = stampwell("serve", "--port", "0", database_url=database_url)
        assert done.status == 3
        assert "newer than" in done.err

    def test_a_database_that_is_not_there(self, stampwell: Command) -> None:
        done = stampwell("serve", "--port", "0", database_url="postgresql://nobody@127.0.0.1:1/nothing")
        assert done.status == 3
        assert "the database is unavailable" in done.err

    @pytest.mark.one_database
    def test_a_port_that_is_taken(self, database_url: str, stampwell: Command) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = stampwell("serve", "--port", str(taken.getsockname()[1]), database_url=database_url)
        assert done.status == 1
        assert "Address already in use" in done.out

    @pytest.mark.one_database
    def test_a_metrics_port_that_is_taken(self, database_url: str, stampwell: Command) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = stampwell("serve", "--port", "0", database_url=database_url, metrics_port=taken.getsockname()[1])
        assert done.status == 2
        assert "STAMPWELL_METRICS_PORT" in done.err

    @pytest.mark.one_database
    def test_a_wrong_plan_table_stops_several_workers_too(self, database_url: str, tmp_path: Path, stampwell: Command) -> None:
        plans = tmp_path / "plans.toml"
        plans.write_text("[basic]\napi = 1\n")
        done = stampwell("serve", "--port", "0", "--workers", "2", database_url=database_url, plans_file=plans)
        assert done.status == 2
        assert "[basic] api" in done.err

    def test_wrong_settings_name_themselves(self, stampwell: Command) -> None:
        done = stampwell("serve", database_url="mysql://x", port="many")
        assert done.status == 2
        assert "STAMPWELL_DATABASE_URL: " in done.err
        assert "STAMPWELL_PORT: " in done.err

    def test_a_mistyped_setting(self, stampwell: Command) -> None:
        done = stampwell("doctor", databse_url="sqlite:///./x.db")
        assert done.status == 1
        assert "STAMPWELL_DATABSE_URL: there is no such setting; did you mean STAMPWELL_DATABASE_URL?" in done.out

    @pytest.mark.one_database
    def test_an_account_on_a_plan_that_the_table_lacks(self, database_url: str, tmp_path: Path, stampwell: Command) -> None:
        _account(database_url)
        plans = tmp_path / "plans.toml"
        plans.write_text("[basic]\napi = true\ncustom_domains = false\n")
        done = stampwell("serve", "--port", "0", database_url=database_url, plans_file=plans)
        assert done.status == 1
        assert "'enterprise', which the plan table lacks" in done.out


@pytest.mark.one_database
class TestLogs:
    def test_every_line_is_json_and_a_refusal_has_its_request_id(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url)
        _create(server.base, account.key, **{"X-Request-Id": "till-7"})
        _create(server.base, "sk_live_wrong", **{"X-Request-Id": "till-8"})
        assert server.stop() == 0
        ours = [line for line in server.logs() if "request_id" in line]
        assert [(line["request_id"], line["event"], line["code"], line["level"]) for line in ours] == [
            ("till-8", "refused", 40102, "info")
        ]

    def test_debug_logs_what_went_well(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url, log_level="debug")
        _create(server.base, account.key, **{"X-Request-Id": "till-7"})
        assert server.stop() == 0
        (line,) = [line for line in server.logs() if line.get("request_id") == "till-7"]
        assert (line["event"], line["path"], line["status"]) == ("answered", PATH, 200)

    def test_no_key_and_no_personal_data(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url, log_level="debug")
        headers = {"Authorization": f"APIKey {account.key}"}
        httpx2.post(server.base + PATH, json=least(userNm="Brown Smith"), headers=headers)
        httpx2.post(server.base + PATH, json=least(userNm="Brown Smith", oops=1), headers=headers)
        assert server.stop() == 0
        log = server.log_path.read_text()
        assert account.key not in log
        assert "Brown Smith" not in log


class TestStop:
    def test_sigterm_under_load_answers_what_it_took(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url)
        clients = Clients(server.base, account.key, count=32)
        time.sleep(0.5)
        asked_s = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - asked_s < 10
        clients.stop()
        answers = clients.join()
        with Data(database_url) as data:
            stored = {row["stamp_id"] for row in data.rows("SELECT stamp_id FROM stamp")}
        assert {answer.envelope["code"] for answer in answers} == {0}
        assert {answer.envelope["result"] for answer in answers} == stored

    @pytest.mark.one_database
    def test_a_request_that_never_ends_is_answered_before_the_end(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url)
        address = httpx2.URL(server.base)
        with socket.create_connection((address.host, address.port or 80), timeout=20) as stalled:
            head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: APIKey {account.key}\r\n"
            stalled.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
            time.sleep(0.3)
            asked_s = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - asked_s < 10
            answer = stalled.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b'"code":50301,"message":"The database is unavailable or busy, and nothing was stored.' in answer
        assert [line for line in server.logs() if "exception" in line] == []

    @pytest.mark.one_database
    def test_sigint_too(self, database_url: str, serve: Serve) -> None:
        assert serve(database_url=database_url).stop(signal.SIGINT) == 0

    def test_several_workers(self, database_url: str, serve: Serve) -> None:
        account = _account(database_url)
        server = serve("--workers", "2", database_url=database_url)
        clients = Clients(server.base, account.key, count=8)
        time.sleep(0.5)
        assert server.stop() == 0
        clients.stop()
        answered = {answer.envelope["result"] for answer in clients.join()}
        with Data(database_url) as data:
            stored = {row["stamp_id"] for row in data.rows("SELECT stamp_id FROM stamp")}
        assert answered == stored

    def test_the_file_alone_holds_everything_afterwards(self, databases: Databases, tmp_path: Path, serve: Serve) -> None:
        url = databases.fresh("sqlite")
        account = _account(url)
        server = serve(database_url=url)
        assert _create(server.base, account.key).status_code == 200
        assert server.stop() == 0
        copy = tmp_path / "copy.db"
        copy.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        with Data(f"sqlite:///{copy}") as data:
            assert data.stored() == {"stamp": 1, "stamp_event": 1, "told": 1}


class TestOtherProcesses:
    def test_revocation_works_within_a_second_on_every_process(
        self, database_url: str, serve: Serve, stampwell: Command
    ) -> None:
        account = _account(database_url)
        server = serve("--workers", "2", database_url=database_url)
        # Every worker has the key in its cache.
        assert {_create(server.base, account.key).status_code for _ in range(20)} == {200}
        assert stampwell("key", "revoke", str(account.key_id), database_url=database_url).status == 0
        time.sleep(1)
        assert {_create(server.base, account.key).status_code for _ in range(20)} == {401}

    def test_suspending_and_resuming(self, database_url: str, serve: Serve, stampwell: Command) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url)
        assert _create(server.base, account.key).status_code == 200
        stampwell("account", "suspend", str(account.account_id), database_url=database_url)
        wait_for(lambda: bool(_create(server.base, account.key).json()["code"] == 40303), seconds=1)
        stampwell("account", "resume", str(account.account_id), database_url=database_url)
        wait_for(lambda: bool(_create(server.base, account.key).status_code == 200), seconds=1)

    def test_last_use_is_noted(self, database_url: str, serve: Serve, stampwell: Command) -> None:
        account = _account(database_url)
        server = serve(database_url=database_url)
        (before,) = stampwell("key", "list", "--json", database_url=database_url).json["list"]
        assert before["lastUsedYmdt"] is None
        _create(server.base, account.key)
        assert server.stop() == 0
        (after,) = stampwell("key", "list", "--json", database_url=database_url).json["list"]
        assert after["lastUsedYmdt"] is not None
