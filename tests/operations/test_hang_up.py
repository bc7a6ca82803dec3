"""Clients that hang up: in the middle of a request, before the answer, while it streams. None of it is an error of ours."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from kit.dashboard_client import DashboardClient, add_person
from kit.data import Data
from kit.databases import Databases
from kit.events import events
from kit.load import wait_for
from kit.people import ALICES_CARD, Person, open_account
from kit.process import ServerProcess
from kit.shop import CREATE, least
from stampwell.core.clock import SystemClock
from stampwell.features.people.model import Role

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
STAMPS = 500
"""Some pages of an export."""

_FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"Name\n" * 100_000


class Place(NamedTuple):
    """A server with a shop in it."""

    server: ServerProcess
    account: Person
    dashboard: DashboardClient
    code: str


class Sent(NamedTuple):
    """What is sent of a request: its head, and a body that may be shorter than it says."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    length: int | None = None

    def raw(self) -> bytes:
        length = len(self.body) if self.length is None else self.length
        given = {"Host": "127.0.0.1", **({"Content-Length": str(length)} if length else {}), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@pytest.fixture(scope="module")
def place(databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url, now_us = databases.fresh(dialect), SystemClock().now_us()
    with ServerProcess(tmp_path_factory.mktemp("server"), database_url=url, log_level="debug") as server, Data(url) as data:
        account = open_account(data, card_id=ALICES_CARD, now_us=now_us)
        owner = add_person(
            data, account.account_id, name="Alice", role=Role.OWNER, email="a@x.example", password_hash="", now_us=now_us
        )
        dashboard = DashboardClient.signed_in(urlsplit(server.base).port or 0, data, owner, now_us=now_us)
        headers = {"Authorization": f"APIKey {account.key}"}
        answer = httpx2.post(
            f"{server.base}/api/stamp/v1/bulk", json={"stamps": [least()] * STAMPS}, headers=headers, timeout=60
        )
        assert answer.json()["code"] == 0
        yield Place(server, account, dashboard, data.rows("SELECT code FROM stamp LIMIT 1")[0]["code"])


def _api(place: Place, **more: str) -> dict[str, str]:
    return {"Authorization": f"APIKey {place.account.key}", "Content-Type": "application/json", **more}


def _page(place: Place, **more: str) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in place.dashboard.cookies.items())
    return {"Origin": "http://127.0.0.1", "Cookie": cookies, "Content-Type": FORM, **more}


def _export(place: Place) -> Sent:
    path = "/dashboard/stamps/export"
    values = place.dashboard.get(path).form(path).values
    return Sent("POST", path, _page(place), urlencode(values).encode())


_CREATE = json.dumps(least()).encode()
HALVES: dict[str, Callable[[Place], Sent]] = {
    "a head": lambda _: Sent("GET", "/dashboard", {"Cookie": "a"}),
    "create": lambda place: Sent("POST", CREATE, _api(place), _CREATE[:20], len(_CREATE)),
    "create, nothing of the body": lambda place: Sent("POST", CREATE, _api(place), b"", len(_CREATE)),
    "get with a body": lambda place: Sent("GET", "/api/stamp/v1/get?stampIdx=1", _api(place), b"{", 100),
    "signing in": lambda place: Sent("POST", "/dashboard/sign-in", _page(place), b"email=a%40x.exam", 100),
    "signing in, in parts": lambda place: Sent(
        "POST", "/dashboard/sign-in", _page(place, **{"Content-Type": MULTIPART}), b"--b\r\nContent-Disp", 100
    ),
    "a new card": lambda place: Sent("POST", "/dashboard/cards/new", _page(place), b"cardNm=Te", 100),
    "a file": lambda place: Sent(
        "POST", "/dashboard/imports/new", _page(place, **{"Content-Type": MULTIPART}), _FILE, 2 * len(_FILE)
    ),
    "a PIN": lambda place: Sent("POST", f"/stamp/{place.code}/pin/choose", _page(place), b"token=", 100),
    "a staff password": lambda place: Sent("POST", f"/stamp/{place.code}/mark", _page(place), b"token=", 100),
    "an export": lambda place: Sent("POST", "/dashboard/stamps/export", _page(place), b"csrf=", 100),
}
WHOLE: dict[str, Callable[[Place], Sent]] = {
    "create": lambda place: Sent("POST", CREATE, _api(place), _CREATE),
    "bulk": lambda place: Sent("POST", "/api/stamp/v1/bulk", _api(place), json.dumps({"stamps": [least()] * 200}).encode()),
    "list": lambda place: Sent("GET", "/api/stamp/v1/list?limit=100", _api(place)),
    "the documentation": lambda _: Sent("GET", "/api/docs", {}),
    "the OpenAPI document": lambda _: Sent("GET", "/api/openapi.json", {}),
    "signing in": lambda place: Sent(
        "POST", "/dashboard/sign-in", _page(place, Cookie=""), urlencode({"email": "a@x.example", "password": "no"}).encode()
    ),
    "home": lambda place: Sent("GET", "/dashboard", _page(place)),
    "an export": _export,
    "a card": lambda place: Sent("GET", f"/stamp/{place.code}", {}),
    "a picture": lambda place: Sent("GET", f"/stamp/{place.code}/preview.png", {}),
    "news of a card": lambda place: Sent("GET", f"/stamp/{place.code}/events", {}),
}


def connect(place: Place) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(place.server.base).port or 0), timeout=60)


def reset(connection: socket.socket) -> None:
    """Hangs up without a word: the other side hears that there is no connection any more."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def nothing_went_wrong(place: Place) -> None:
    """Since the server started: what was left behind may be noticed late."""
    assert httpx2.get(f"{place.server.base}/readyz", timeout=60).status_code == 200
    assert place.dashboard.get("/dashboard").status == 200
    assert [line for line in place.server.logs() if line["level"] not in {"debug", "info"} or "exception" in line] == []


@pytest.mark.parametrize("goes", [socket.socket.close, reset], ids=["closed", "reset"])
class TestHangingUp:
    @pytest.mark.parametrize("what", HALVES)
    def test_in_the_middle_of_a_request(self, place: Place, what: str, goes: Callable[[socket.socket], None]) -> None:
        raw = HALVES[what](place).raw()
        for _ in range(3):
            connection = connect(place)
            connection.sendall(raw.removesuffix(b"\r\n\r\n") if what == "a head" else raw)
            goes(connection)
        nothing_went_wrong(place)

    @pytest.mark.parametrize("what", WHOLE)
    def test_before_the_answer(self, place: Place, what: str, goes: Callable[[socket.socket], None]) -> None:
        raw = WHOLE[what](place).raw()
        for _ in range(3):
            connection = connect(place)
            connection.sendall(raw)
            goes(connection)
        nothing_went_wrong(place)

    @pytest.mark.parametrize("what", WHOLE)
    def test_in_the_middle_of_the_answer(self, place: Place, what: str, goes: Callable[[socket.socket], None]) -> None:
        raw = WHOLE[what](place).raw()
        for _ in range(3):
            connection = connect(place)
            connection.sendall(raw)
            assert connection.recv(20).startswith(b"HTTP/1.1 ")
            goes(connection)
        nothing_went_wrong(place)


@pytest.mark.parametrize("goes", [socket.socket.close, reset], ids=["closed", "reset"])
@pytest.mark.parametrize("what", WHOLE)
def test_with_requests_behind_the_one_that_is_answered(place: Place, what: str, goes: Callable[[socket.socket], None]) -> None:
    raw = WHOLE[what](place).raw()
    for _ in range(3):
        connection = connect(place)
        connection.sendall(raw * 5)
        assert connection.recv(20).startswith(b"HTTP/1.1 ")
        goes(connection)
    nothing_went_wrong(place)


def test_an_open_card_that_went_away_is_forgotten(place: Place) -> None:
    """However many went away: one card may be looked at by twenty at a time."""
    path = f"/stamp/{place.code}/events"
    for _ in range(40):
        connection = connect(place)
        connection.sendall(Sent("GET", path, {}).raw())
        assert connection.recv(12) in {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        reset(connection)

    def lets_in() -> bool:
        with events(place.server.base, path) as stream:
            return stream.status == 200

    wait_for(lets_in, seconds=60)
    nothing_went_wrong(place)
