"""Server processes on one database, and many requests that reach them at the same moment."""

import http.client
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kit.data import Data
from kit.people import open_account
from kit.process import ServerProcess
from kit.shop import Answer

_PATIENCE_S = 30.0
_NOBODY: Mapping[str, str] = {}

# Answers that ask for the same request again: still running, database away.
_AGAIN = (40908, 50301)


class Request(NamedTuple):
    """A request of the API; `path` without its beginning: `stamp/v1/add`."""

    method: str
    path: str
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = _NOBODY

    def with_key(self, key: str) -> "Request":
        return self._replace(headers={**self.headers, "Idempotency-Key": key})


def add(stamp: int, **fields: object) -> Request:
    return Request("PUT", "stamp/v1/add", {"stampIdx": stamp, **fields})


def remove(stamp: int, **fields: object) -> Request:
    return Request("PUT", "stamp/v1/remove", {"stampIdx": stamp, **fields})


def redeem(stamp: int, **fields: object) -> Request:
    return Request("PUT", "stamp/v1/redeem", {"stampIdx": stamp, **fields})


def update(stamp: int, **fields: object) -> Request:
    return Request("PUT", "stamp/v1/update", {"stampIdx": stamp, **fields})


def delete(stamp: int) -> Request:
    return Request("DELETE", f"stamp/v1/delete?stampIdx={stamp}")


def reverse(sale: str, **fields: object) -> Request:
    return Request("PUT", "stamp/v1/reverse", {"orderRef": sale, **fields})


def merge(source: int, target: int) -> Request:
    return Request("PUT", "stamp/v1/merge", {"fromStampIdx": source, "intoStampIdx": target})


def create(card: int, **fields: object) -> Request:
    """Of a stamp that can be used today and for a year."""
    end = datetime.now(UTC).date() + timedelta(days=365)
    return Request("POST", "stamp/v1/create", {"cardIdx": card, "strtYmd": "2020-01-01", "endYmd": str(end), **fields})


class Caller:
    """Sends requests with one account's key, each over a connection of its own."""

    def __init__(self, api_key: str) -> None:
        self._headers = {"Authorization": f"APIKey {api_key}", "Content-Type": "application/json"}

    def send(self, base: str, request: Request, *, ready: Callable[[], object] = lambda: None) -> Answer:
        """`ready` is called when the connection stands. Raises OSError or HTTPException when it breaks."""
        address = urlsplit(base)
        with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE_S)) as connection:
            connection.connect()
            ready()
            method, path, body, headers = request
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/api/{path}", content, {**self._headers, **headers})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def raw(self, request: Request) -> bytes:
        """The bytes that `send` would put on the wire."""
        content = json.dumps(request.body).encode()
        headers = {"Host": "stampwell", "Content-Length": str(len(content)), **self._headers, **request.headers}
        lines = [f"{request.method} /api/{request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + content

    def until_answered(self, base: Callable[[], str], request: Request, *, seconds: float = _PATIENCE_S) -> Answer:
        """Sends it again as long as the connection breaks, the first one runs or the database is away."""
        waiting = threading.Event()
        for _ in range(int(seconds / 0.02)):
            try:
                answer = self.send(base(), request)
            except (OSError, http.client.HTTPException):
                waiting.wait(0.02)
                continue
            if answer.json["code"] not in _AGAIN:
                return answer
            waiting.wait(0.02)
        raise AssertionError("it was not answered in time")


class Servers:
    """`count` processes on one database, with those settings, and an account there."""

    def __init__(self, folder: Path, url: str, *, count: int, **settings: object) -> None:
        self.data = Data(url)
        self._folder = folder
        self._settings = settings
        account = open_account(self.data, now_us=1)
        self.caller = Caller(account.key)
        self.processes: list[ServerProcess] = []
        try:
            for _ in range(count):
                self.start()
        except BaseException:
            self.close()
            raise

    @property
    def base(self) -> str:
        """Of the one that was started last."""
        return self.processes[-1].base

    def start(self, **settings: object) -> None:
        """One more."""
        self.processes.append(ServerProcess(self._folder, **{"database_url": self.data.url, **self._settings, **settings}))

    def kill(self) -> None:
        """The one that was started last, as a power cut would."""
        self.processes[-1].kill()

    def restart(self, place: int = -1) -> None:
        """Another one in the place of the last, or of the one at that place."""
        self.processes[place].kill()
        self.start()
        self.processes[place] = self.processes.pop()

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        self.data.close()

    def at_once(self, requests: Sequence[Request]) -> list[Answer]:
        """Each from a thread of its own, over a connection that stands already, to each server in turn; answers in order."""
        together = threading.Barrier(len(requests))
        with ThreadPoolExecutor(len(requests)) as threads:
            sent = [
                threads.submit(self.caller.send, process.base, request, ready=together.wait)
                for process, request in zip(cycle(self.processes), requests, strict=False)
            ]
            return [answer.result() for answer in sent]

    def send(self, request: Request) -> Answer:
        return self.caller.send(self.base, request)

    def until_answered(self, request: Request) -> Answer:
        return self.caller.until_answered(lambda: self.base, request)

    def new_card(self, **fields: object) -> int:
        made: int = self.send(Request("POST", "card/v1/create", {"cardNm": "Card", "maxStamps": 10, **fields})).result
        return made

    def new_stamp(self, card: int, *, marks: int = 0, **fields: object) -> int:
        made: int = self.send(create(card, **fields)).result
        if marks:
            assert self.send(update(made, stamps=marks)).result is None
        return made

    def stamp(self, stamp: int) -> dict[str, Any]:
        """The stamp object."""
        found: dict[str, Any] = self.send(Request("GET", f"stamp/v1/get?stampIdx={stamp}")).result
        return found


def codes(answers: Sequence[Answer]) -> dict[int, int]:
    """How many answers have each code."""
    counted: dict[int, int] = {}
    for answer in answers:
        code = answer.json["code"]
        counted[code] = counted.get(code, 0) + 1
    return counted


def ledger_of(data: Data, stamp: int) -> list[dict[str, Any]]:
    """The stamp's ledger, oldest first, once it is proved: an unbroken chain from nothing to the stamp's count."""
    rows = data.ledger(stamp)
    steps = [(row["stamps_before"], row["stamps_after"]) for row in rows]
    assert [row["kind"] for row in rows].count("issued") == 1
    assert (rows[0]["kind"], steps[0]) == ("issued", (0, 0))
    assert [before for before, _ in steps[1:]] == [after for _, after in steps[:-1]]
    assert sum(after - before for before, after in steps) == data.stamp(stamp)["stamps"]
    assert [row["kind"] for row in rows].count("redeemed") == (data.stamp(stamp)["redeemed_at"] is not None)
    return rows
