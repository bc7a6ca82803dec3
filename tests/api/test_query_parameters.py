"""Endpoints that take query parameters: what may be wrong with those, and with a body that nobody asked for."""

import json
import socket

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop, least

pytestmark = pytest.mark.one_database

GET = "/api/stamp/v1/get"
LIST = "/api/stamp/v1/list"
NO_BODY = ("body", "this endpoint takes query parameters only; send no body")


@pytest.fixture
def stamp(shop: Shop) -> int:
    stamp_id = shop.create(shop.alice, least()).result
    assert isinstance(stamp_id, int)
    return stamp_id


def _get(shop: Shop, path: str, **options: object) -> Answer:
    return shop.request("GET", path, by=shop.alice, **options)  # type: ignore[arg-type]


class TestParameters:
    def test_are_percent_encoded(self, shop: Shop, stamp: int) -> None:
        answer = _get(shop, f"{GET}?stamp%49dx={stamp}")
        assert answer.result["stampIdx"] == stamp

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("", [("stampIdx", "required")]),
            ("stampIdx=1&stampIdx=1", [("stampIdx", "given more than once; send it once")]),
            ("stampIdx=1&stampIdx=2&stamp%49dx=3", [("stampIdx", "given more than once; send it once")]),
            ("stampIdx=1&stampidx=1", [("stampidx", "unknown query parameter; did you mean stampIdx?")]),
            ("stampIdx=1&zzzzzz", [("zzzzzz", "unknown query parameter; the documentation lists the known ones")]),
            (
                "x=1&x=2",
                [
                    ("x", "given more than once; send it once"),
                    ("stampIdx", "required"),
                    ("x", "unknown query parameter; the documentation lists the known ones"),
                ],
            ),
        ],
    )
    def test_each_wrong_one_has_its_row(self, shop: Shop, query: str, rows: list[tuple[str, str]]) -> None:
        answer = _get(shop, f"{GET}?{query}")
        assert (answer.status, answer.json) == (400, wrong_fields(*rows))

    @pytest.mark.parametrize("value", ["%ff", "caf%E9", "%ED%A0%80"])
    def test_that_are_not_utf_8(self, shop: Shop, value: str) -> None:
        answer = _get(shop, f"{LIST}?userId={value}")
        assert (answer.status, answer.json) == (400, wrong_fields(("userId", "must be percent-encoded UTF-8")))


class TestBody:
    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_is_not_dropped(self, shop: Shop, stamp: int, method: str) -> None:
        path = GET if method == "GET" else "/api/stamp/v1/delete"
        before = shop.data.stored()
        answer = shop.request(method, f"{path}?stampIdx={stamp}", by=shop.alice, content=b"{}")
        assert (answer.status, answer.json) == (400, wrong_fields(NO_BODY))
        assert shop.data.stored() == before

    def test_is_one_wrong_thing_among_others(self, shop: Shop) -> None:
        answer = _get(shop, GET, body={"stampIdx": 1})
        assert (answer.status, answer.json) == (400, wrong_fields(NO_BODY, ("stampIdx", "required")))

    def test_of_too_many_bytes_is_not_read(self, shop: Shop, stamp: int) -> None:
        answer = _get(shop, f"{GET}?stampIdx={stamp}", content=b" " * (1024 * 1024 + 1))
        assert (answer.status, answer.json["code"]) == (413, 41301)

    @pytest.mark.parametrize(
        ("header", "content", "status"),
        [
            (b"", b"", 200),
            (b"Content-Length: 0\r\n", b"", 200),
            (b"Content-Type: text/plain\r\n", b"", 200),
            (b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", 200),
            (b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n", 400),
            (b"Content-Length: 2\r\n", b"{}", 400),
        ],
    )
    def test_of_no_bytes_is_none(self, shop: Shop, stamp: int, header: bytes, content: bytes, status: int) -> None:
        head = (
            f"GET {GET}?stampIdx={stamp} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: APIKey {shop.alice.key}\r\n"
        )
        with socket.create_connection(("127.0.0.1", shop.server.port), timeout=10) as connection:
            connection.sendall(head.encode() + header + b"\r\n" + content)
            received = b""
            while chunk := connection.recv(65_536):
                received += chunk
        assert int(received.split(b" ", 2)[1]) == status
        assert json.loads(received.partition(b"\r\n\r\n")[2])["code"] == (0 if status == 200 else 40002)


def test_no_credentials_come_before_wrong_parameters(shop: Shop) -> None:
    answer = shop.request("GET", f"{GET}?zzzzzz=1")
    expected = refusal(40101, "This endpoint needs an API key. Send the header: Authorization: APIKey sk_live_…")
    assert (answer.status, answer.json) == (401, expected)
