"""`stampwell listen` with a server in a process of its own."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from kit.data import Data
from kit.hooks import Hooks, Received, Reply
from kit.load import wait_for
from kit.mail import free_port
from kit.people import ALICES_CARD, Person, add_key, open_account
from kit.process import Command, Serve, ServerProcess, environment
from kit.shop import least

pytestmark = pytest.mark.one_database

SECRET = "whsec_c2FtcGxlIG9mIGEgc2VjcmV0LCB3aGljaCBzaWducyBub3RoaW5n"


class Listening:
    """`stampwell listen` with those options; `out` and `err` are the lines that it has printed."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self._out, self._err = folder / f"out-{time.monotonic_ns()}", folder / f"err-{time.monotonic_ns()}"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "stampwell", "listen", *options],
                cwd=folder,
                env=environment(**settings) | {"TZ": "Asia/Seoul"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> list[str]:
        return self._out.read_text("utf-8").splitlines()

    @property
    def err(self) -> list[str]:
        return self._err.read_text("utf-8").splitlines()

    def until_listening(self) -> Self:
        wait_for(lambda: any(line.startswith("Listening") for line in self.err), seconds=60)
        return self

    def until(self, count: int) -> list[str]:
        """Its first lines, once there are so many."""
        wait_for(lambda: len(self.out) >= count, seconds=60)
        return self.out

    def until_said(self, sentence: str) -> None:
        wait_for(lambda: any(sentence in line for line in self.err), seconds=60)

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Its exit status."""
        self._process.send_signal(number)
        return self._process.wait(60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Listen(Protocol):
    def __call__(self, *options: str, **settings: str) -> Listening: ...


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Listen]:
    with ExitStack() as running:

        def start(*options: str, **settings: str) -> Listening:
            listening = Listening(tmp_path, *options, **settings)
            running.callback(listening.kill)
            return listening

        yield start


@pytest.fixture
def alice(database_url: str) -> Person:
    with Data(database_url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1)


@pytest.fixture
def server(database_url: str, alice: Person, serve: Serve) -> ServerProcess:
    assert alice
    return serve(database_url=database_url)


class Api:
    """Calls by Alice's key."""

    def __init__(self, base: str, key: str) -> None:
        self._base = base
        self._headers = {"Authorization": f"APIKey {key}"}

    def __call__(self, method: str, path: str, **body: object) -> Any:
        answer = httpx2.request(method, self._base + path, json=body or None, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def issue(self) -> int:
        number: int = self("POST", "/api/stamp/v1/create", **least(userId="somebody"))
        return number

    def add(self, stamp: int, **fields: object) -> None:
        self("PUT", "/api/stamp/v1/add", stampIdx=stamp, **fields)


@pytest.fixture
def api(server: ServerProcess, alice: Person) -> Api:
    return Api(server.base, alice.key)


class TestPrinting:
    def test_a_line_an_event_from_now_on(self, server: ServerProcess, alice: Person, api: Api, listen: Listen) -> None:
        before = api.issue()
        listening = listen("--url", server.base, "--key", alice.key).until_listening()
        api.add(before, count=3, orderRef="A-1001")
        api.add(before)
        first, second = (line.split() for line in listening.until(2))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", " ".join(first[:2]))
        said = ["stamp.added", "stamp", str(before), "0", "→", "3", "apiKey", str(alice.key_id), "sale", "A-1001"]
        assert first[3:] == said
        assert second[3:] == [*said[:3], "3", "→", "4", *said[6:8]]
        assert int(second[2]) == int(first[2]) + 1

    def test_everything_behind_a_number_as_the_list_has_it(
        self, server: ServerProcess, alice: Person, api: Api, listen: Listen
    ) -> None:
        api.add(api.issue(), count=10)
        listed = api("GET", "/api/webhook/v1/events")["list"]
        assert [event["type"] for event in listed] == ["stamp.issued", "stamp.added", "stamp.full"]
        everything = listen("--url", f"{server.base}/", "--after", "0", "--json", listen_key=alice.key)
        assert [json.loads(line) for line in everything.until(3)] == listed
        rest = listen("--url", server.base, "--after", str(listed[0]["data"]["eventIdx"]), "--json", listen_key=alice.key)
        assert [json.loads(line) for line in rest.until(2)] == listed[1:]
        recent = listen("--url", server.base, "--since", "1h", "--type", "stamp.full", "--json", listen_key=alice.key)
        assert [json.loads(line) for line in recent.until(1)] == listed[2:]

    def test_no_personal_field_without_its_scope(
        self, server: ServerProcess, database_url: str, alice: Person, api: Api, listen: Listen
    ) -> None:
        with Data(database_url) as data:
            key, _ = add_key(data, alice.account_id, scopes=["webhook:read"], now_us=1)
        api.issue()
        (line,) = listen("--url", server.base, "--key", key, "--after", "0", "--json").until(1)
        assert "userId" not in json.loads(line)["data"]["stamp"]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_ctrl_c_says_how_to_go_on(
        self, server: ServerProcess, alice: Person, api: Api, listen: Listen, number: int
    ) -> None:
        api.issue()
        listening = listen("--url", server.base, "--key", alice.key, "--after", "0", "--json")
        last = json.loads(listening.until(1)[0])["data"]["eventIdx"]
        wait_for(lambda: listening.interrupt(number) == 0, seconds=60)
        assert listening.err[-1] == f"Ended. To go on from here: --after {last}"
        assert not any("Traceback" in line for line in listening.err)


class TestForwarding:
    def test_a_receiver_verifies_what_it_is_sent(self, server: ServerProcess, alice: Person, api: Api, listen: Listen) -> None:
        api.add(api.issue(), count=2)
        with Hooks() as hooks:
            listening = listen("--url", server.base, "--key", alice.key, "--after", "0", "--forward", hooks.url)
            received = hooks.until(2)
            assert re.fullmatch(r" +→ 200 in \d+ ms", listening.until(4)[1])
        (secret,) = re.findall(r"whsec_\S+", listening.err[0])
        listed = api("GET", "/api/webhook/v1/events")["list"]
        assert [Webhook(secret).verify(one.body, one.headers) for one in received] == listed
        assert [one.headers["webhook-id"] for one in received] == [
            f"evt_{event['data']['eventIdx']}_listen_personal" for event in listed
        ]
        assert received[0].headers["content-type"] == "application/json"

    def test_the_body_is_that_of_a_webhook(self, database_url: str, alice: Person, serve: Serve, listen: Listen) -> None:
        server = serve(database_url=database_url, webhook_allow="127.0.0.0/8")
        api = Api(server.base, alice.key)
        with Hooks() as delivered, Hooks() as forwarded:
            api("POST", "/api/webhook/v1/create", url=delivered.url, personalYn="Y")
            api("POST", "/api/stamp/v1/create", **least(userNm='김하늘 ☕ "é" \u2028', userId="x/y"))
            listen("--url", server.base, "--key", alice.key, "--after", "0", "--forward", forwarded.url, "--secret", SECRET)
            assert forwarded.until(1)[0].body == delivered.until(1)[0].body
            Webhook(SECRET).verify(forwarded.received[0].body, forwarded.received[0].headers)

    def test_what_it_refuses_is_shown_and_the_next_follows(
        self, server: ServerProcess, alice: Person, api: Api, listen: Listen
    ) -> None:
        def answer(received: Received) -> Reply:
            return Reply(400, text="no\x1b[2J\nsuch thing") if received.type == "stamp.issued" else Reply(204)

        api.add(api.issue())
        with Hooks(answer) as hooks:
            listening = listen(
                "--url", server.base, "--key", alice.key, "--after", "0", "--forward", hooks.url, "--json", listen_secret=SECRET
            )
            hooks.until(2)
            listening.until_said("→ 204 in")
        assert [json.loads(line)["type"] for line in listening.out] == ["stamp.issued", "stamp.added"]
        (refused,) = [line for line in listening.err if line.startswith("→ 400 in")]
        assert refused.endswith(" ms: no\N{REPLACEMENT CHARACTER}[2J such thing")

    def test_one_that_is_not_there(self, server: ServerProcess, alice: Person, api: Api, listen: Listen) -> None:
        api.add(api.issue())
        address = f"127.0.0.1:{free_port()}"
        listening = listen("--url", server.base, "--key", alice.key, "--after", "0", "--forward", f"http://{address}/hook")
        lines = listening.until(4)
        assert [line.strip() for line in lines[1::2]] == [f"→ {address} could not be reached: Connection refused."] * 2


class TestTrouble:
    def test_a_server_that_is_killed_and_comes_back(
        self, database_url: str, alice: Person, serve: Serve, listen: Listen
    ) -> None:
        port = free_port()
        listening = listen("--url", f"http://127.0.0.1:{port}", "--key", alice.key, "--after", "0", "--json")
        away = f"127.0.0.1:{port} could not be reached: Connection refused. Trying again."
        listening.until_said(away)
        settings: dict[str, Any] = {"database_url": database_url, "port": port}
        server = serve(**settings)
        api = Api(server.base, alice.key)
        stamp = api.issue()
        listening.until(1)
        server.kill()
        wait_for(lambda: listening.err.count(away) == 2, seconds=60)
        serve(**settings)
        api.add(stamp)
        assert [json.loads(line)["type"] for line in listening.until(2)] == ["stamp.issued", "stamp.added"]
        assert [line for line in listening.err if not line.startswith("Listening")] == [away, "The server answers again."] * 2
        assert listening.interrupt() == 0

    def test_a_plan_s_rate_limit(self, tmp_path: Path, database_url: str, serve: Serve, listen: Listen) -> None:
        plans = tmp_path / "plans.toml"
        plans.write_text("[slow]\nrequests_per_minute = 1\nrequests_per_hour = 100\napi = true\ncustom_domains = false\n")
        server = serve(database_url=database_url, plans_file=plans)
        with Data(database_url) as data:
            slow = open_account(data, now_us=1, plan="slow")
        listening = listen("--url", server.base, "--key", slow.key, "--after", "0", "--json")
        listening.until_said("The rate limit of the account's plan is used up for the next ")
        assert listening.interrupt() == 0
        assert listening.out == []

    @pytest.mark.parametrize("way", [(), ("--json",)])
    def test_a_wrong_key(self, server: ServerProcess, stampwell: Command, way: tuple[str, ...]) -> None:
        done = stampwell("listen", "--url", server.base, "--key", "sk_live_wrong", *way)
        assert done.status == 1
        said = json.loads(done.out) if way else {"code": 40102, "message": done.err.removeprefix("stampwell: ").strip()}
        assert said["code"] // 100 == 401
        assert said["message"]

    def test_a_key_without_the_scope(self, server: ServerProcess, database_url: str, alice: Person, stampwell: Command) -> None:
        with Data(database_url) as data:
            key, _ = add_key(data, alice.account_id, scopes=["stamp:read"], now_us=1)
        done = stampwell("listen", "--url", server.base, "--json", listen_key=key)
        assert (done.status, done.json["code"]) == (1, 40304)
        assert "webhook:read" in done.json["message"]

    def test_a_type_that_there_is_not(self, server: ServerProcess, alice: Person, stampwell: Command) -> None:
        done = stampwell("listen", "--url", server.base, "--key", alice.key, "--type", "stamp.ful")
        assert done.status == 1
        assert "stamp.full" in done.err
