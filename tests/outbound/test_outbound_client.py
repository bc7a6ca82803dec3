"""The outbound client with receivers of every kind: what it makes of their answers, and that it is bounded in all of them."""

import asyncio

import pytest
import uvloop

from kit.dns import free_port
from kit.outgoing import post_to, with_receiver
from kit.receivers import OK, Receiver, Script, endlessly, mute, saying
from stampwell import __version__
from stampwell.outbound.client import Answer, OutboundClient
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import EVERYWHERE, Reach


def _answer(script: Script) -> Answer:
    answer, _ = with_receiver(script, post_to)
    assert isinstance(answer, Answer)
    return answer


def _no_answer(script: Script, **options: float) -> tuple[NoAnswer, Receiver]:
    async def act(client: OutboundClient, receiver: Receiver) -> NoAnswer:
        with pytest.raises(NoAnswer) as raised:
            await post_to(client, receiver)
        return raised.value

    error, receiver = with_receiver(script, act, **options)
    assert isinstance(error, NoAnswer)
    return error, receiver


class TestAnswers:
    def test_what_is_sent(self) -> None:
        answer, receiver = with_receiver(None, lambda client, receiver: post_to(client, receiver, "/h%C3%A9/\N{SNOWMAN}?q=a+b"))
        assert answer == Answer(200, "ok", {"content-type": "text/plain", "content-length": "2"})
        assert receiver.requests == [
            (
                f"POST /h%C3%A9/%E2%98%83?q=a+b HTTP/1.1\r\nHost: 127.0.0.1:{receiver.port}\r\n"
                f"User-Agent: Stampwell/{__version__}\r\nAccept: */*\r\n"
                "Content-Type: application/json\r\nwebhook-id: evt_1_2\r\nContent-Length: 7\r\n\r\n"
                '{"a":1}'
            ).encode()
        ]

    @pytest.mark.parametrize(
        ("said", "status", "text"),
        [
            (b"HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
            (b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nsigh", 500, "sigh"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "abc"),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK, 200, "ok"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na\x00\xff\xe9", 200, "a\ufffd\ufffd\ufffd"),
            (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"),
        ],
        ids=["nothing", "refused", "chunks", "hints", "no text", "no gzip"],
    )
    def test_what_is_answered(self, said: bytes, status: int, text: str) -> None:
        answer = _answer(saying(said))
        assert (answer.status, answer.text) == (status, text)

    def test_an_answer_that_ends_with_its_connection(self) -> None:
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.0 200 OK\r\nRetry-After: 7\r\nRETRY-AFTER: 9\r\n\r\nold")
            writer.close()

        assert _answer(script) == Answer(200, "old", {"retry-after": "7"})

    @pytest.mark.parametrize(("size", "kept"), [(65_536, 1), (65_537, 0), (3_000_000, 0)])
    def test_no_more_than_64_kib_are_read(self, size: int, kept: int) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> tuple[Answer, int]:
            answer = await post_to(client, receiver)
            await receiver.until_open(kept)
            return answer, receiver.open

        said = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size
        (answer, still_open), receiver = with_receiver(saying(said), act)  # type: ignore[misc]
        assert (answer.status, answer.text, still_open) == (200, "x" * 65_536, kept)
        assert receiver.connections == 1

    def test_an_answer_without_end_is_one_too(self) -> None:
        answer = _answer(endlessly(b"HTTP/1.1 200 OK\r\n\r\n", b"y" * 1000))
        assert (answer.status, answer.text) == (200, "y" * 65_536)

    def test_a_redirect_is_not_followed(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> tuple[Answer, int]:
            async with Receiver() as inside:
                said = f"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
                receiver.script = saying(said.encode())
                return await post_to(client, receiver), inside.connections

        (answer, inside), _ = with_receiver(None, act)  # type: ignore[misc]
        assert (answer.status, inside) == (307, 0)

    def test_a_cookie_is_not_sent_back(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> None:
            for _ in range(2):
                await post_to(client, receiver)

        said = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
        _, receiver = with_receiver(saying(said), act)
        assert receiver.requests[0] == receiver.requests[1]

    def test_proxies_of_the_environment_are_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> int:
            async with Receiver() as proxy:
                for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
                    monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
                await post_to(client, receiver)
                return proxy.connections

        through, receiver = with_receiver(None, act)
        assert (through, receiver.connections) == (0, 1)


class TestNoAnswer:
    def test_nobody_listens(self) -> None:
        async def run() -> None:
            await OutboundClient(Reach(EVERYWHERE)).post(f"http://127.0.0.1:{port}/", headers={}, body=b"")

        port = free_port()
        with pytest.raises(NoAnswer, match=rf"^127\.0\.0\.1:{port} could not be reached: Connection refused\.$") as raised:
            uvloop.run(run())
        assert (raised.value.kind, raised.value.cause) == ("not reachable", "Connection refused")

    @pytest.mark.parametrize(
        "script",
        [
            mute,
            endlessly(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x", pause_s=0.01),
            endlessly(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n", pause_s=0.01),
        ],
        ids=["mute", "a body by drops", "headers by drops"],
    )
    def test_it_takes_too_long(self, script: Script) -> None:
        error, receiver = _no_answer(script, answer_s=0.3)
        assert error.kind == "timed out"
        assert str(error) == f"127.0.0.1:{receiver.port} did not answer within 0.3 seconds."

    @pytest.mark.parametrize(
        "script",
        [
            endlessly(b"HTTP/1.1 200 OK\r\nX-More: ", b"yes" * 1000),
            endlessly(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n" * 100),
            endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
            endlessly(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"e" * 1000 + b"\r\nx\r\n"),
        ],
        ids=["a header", "headers", "hints", "chunks"],
    )
    def test_it_says_too_much_around_its_text(self, script: Script) -> None:
        error, receiver = _no_answer(script)
        assert error.kind == "headers too long"
        assert str(error) == f"The answer of 127.0.0.1:{receiver.port} has too many or too long headers."

    @pytest.mark.parametrize(
        "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
    )
    @pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
    def test_it_is_broken_off(self, said: bytes, *, is_reset: bool) -> None:
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(said)
            await writer.drain()
            (writer.transport.abort if is_reset else writer.close)()

        error, receiver = _no_answer(script)
        assert error.kind == "broken off"
        assert str(error) == f"127.0.0.1:{receiver.port} closed the connection before its answer was complete."
        # Not on a kept connection: this is an answer, and no reason to send a second time.
        assert receiver.connections == 1

    @pytest.mark.parametrize(
        "said",
        [
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            b"220 mail.example ESMTP\r\n\r\n",
            b"HTTP/1.1 abc\r\n\r\n",
            b"HTTP/1.1 101 Other\r\nUpgrade: x\r\n\r\n",
            b"\x00" * 40 + b"\r\n\r\n",
        ],
    )
    def test_it_is_no_http(self, said: bytes) -> None:
        error, _ = _no_answer(saying(said))
        assert error.kind == "no HTTP"
