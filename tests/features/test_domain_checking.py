"""Looking for the proof of a domain: what counts as one, and what is said of everything else. Nothing private is asked."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from kit.dns import NameServer, RawServer, free_port
from stampwell.core.ip_addresses import is_public
from stampwell.core.phrases import english
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.domains.checking import NameServer as Asked
from stampwell.features.domains.model import Domain, Outcome
from stampwell.features.domains.proof_file import FileReader

_TOKEN = "Xk29aLmQ0bZr71TtYw5eUcVd8HnPsJ4f"
_HOST = "stamps.beans.example"
_URL = f"http://{_HOST}/.well-known/stampwell-domain.txt"
_RECORD = f"_stampwell.{_HOST}"
_WHOLE = f"whose whole text is {_TOKEN}"
_DOMAIN = Domain(1, 1, f"https://{_HOST}", None, 0, _TOKEN, None, None, ())

_PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
]

ServeRaw = Callable[..., RawServer]


def _http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@pytest.fixture(autouse=True)
def clean(name_server: NameServer) -> None:
    name_server.silent.clear()
    name_server.failing.clear()
    name_server.set(_RECORD, "TXT")
    name_server.set(_HOST, "A", "127.0.0.1")
    name_server.set(_HOST, "AAAA")


@pytest.fixture
def serve_raw() -> Iterator[ServeRaw]:
    with ExitStack() as opened:

        def serve(*args: bytes, **options: bool) -> RawServer:
            server = RawServer(*args, **options)
            opened.callback(server.close)
            return server

        yield serve


@pytest.fixture
def check(name_server: NameServer) -> Callable[..., Outcome]:
    """A check whose http goes to that port, and whose https finds nobody."""

    def run(
        http_port: int | None = None,
        *,
        allow_private: bool = True,
        https_port: int | None = None,
        patience_s: float = 5,
        try_s: float = 2,
    ) -> Outcome:
        files = FileReader(
            allow_private=allow_private,
            https_port=https_port or free_port(),
            http_port=http_port or free_port(),
            patience_s=patience_s,
            try_s=try_s,
        )
        checker = DomainChecker(name_servers=[Asked("127.0.0.1", name_server.port)], files=files)
        return asyncio.run(checker.check(_DOMAIN))

    return run


def _said(outcome: Outcome) -> list[str]:
    assert outcome.verified_by is None
    return [problem.said(english) for problem in outcome.problems]


class TestDns:
    @pytest.mark.parametrize(
        "texts",
        [
            [f"stampwell-domain={_TOKEN}"],
            ["v=spf1 -all", f"stampwell-domain={_TOKEN}"],
            [f" stampwell-domain={_TOKEN} "],
            [f'stampwell-domain={_TOKEN[:10]}" "{_TOKEN[10:]}'],
        ],
        ids=["alone", "beside another", "with spaces", "in two strings"],
    )
    def test_the_record_is_a_proof(self, name_server: NameServer, check: Callable[..., Outcome], texts: list[str]) -> None:
        name_server.set_text(_RECORD, *texts)
        assert check() == Outcome("dns")

    def test_no_record(self, check: Callable[..., Outcome]) -> None:
        assert _said(check())[0] == (
            f"There is no TXT record at {_RECORD} yet. Add one that says stampwell-domain={_TOKEN}. "
            "It can take an hour until it is seen everywhere."
        )

    def test_another_text_is_shown(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.set_text(_RECORD, f"stampwell-domain={_TOKEN.lower()}")
        assert _said(check())[0] == (
            f"The TXT record at {_RECORD} says stampwell-domain={_TOKEN.lower()}, "
            f"but it has to say stampwell-domain={_TOKEN}. Correct it, or add a second one."
        )

    @pytest.mark.parametrize(
        "text",
        [
            f"stampwell-domain={_TOKEN}x",
            f"x-stampwell-domain={_TOKEN}",
            f"v=spf1 stampwell-domain={_TOKEN} -all",
            f"stampwell-domain={_TOKEN[:-1]}",
            f"stampwell-domain= {_TOKEN}",
            _TOKEN,
        ],
    )
    def test_what_only_holds_it_is_no_proof(self, name_server: NameServer, check: Callable[..., Outcome], text: str) -> None:
        """Other texts may be of anybody's making: a page of comments, a record with somebody's input in it."""
        name_server.set_text(_RECORD, text)
        assert check().verified_by is None

    def test_a_long_or_strange_text_is_made_fit_to_read(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.set_text(_RECORD, "\\007" + "x" * 200)
        said = _said(check())[0]
        assert f"says \N{REPLACEMENT CHARACTER}{'x' * 119}…, but" in said

    def test_name_servers_that_fail(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.failing.add(_RECORD)
        assert _said(check())[0] == (
            f"The name servers answered with an error when asked for the TXT record at {_RECORD}. "
            "See whether the domain's name servers work, then check again."
        )

    def test_name_servers_that_are_silent(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.silent.add(_RECORD)
        assert _said(check())[0] == (
            f"No name server answered within 5 seconds when asked for the TXT record at {_RECORD}. "
            "See whether the domain's name servers work, then check again."
        )


class TestFile:
    @pytest.mark.parametrize("body", [_TOKEN, f"{_TOKEN}\r\n", f"\ufeff{_TOKEN}\n"], ids=["bare", "line", "marked"])
    def test_the_file_is_a_proof(self, check: Callable[..., Outcome], serve_raw: ServeRaw, body: str) -> None:
        server = serve_raw(_http(body.encode()))
        assert check(server.port) == Outcome("file")
        (asked,) = server.asked
        assert asked.startswith(b"GET /.well-known/stampwell-domain.txt HTTP/1.1\r\nHost: stamps.beans.example\r\n")

    def test_in_chunks_it_is_one_too(self, check: Callable[..., Outcome], serve_raw: ServeRaw) -> None:
        chunked = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{_TOKEN}\r\n0\r\n\r\n".encode()
        assert check(serve_raw(chunked).port) == Outcome("file")

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (_http(b"", "404 Not Found"), f"{_URL} was answered with 404. Put a file there whose whole text is {_TOKEN}."),
            (_http(_TOKEN.encode(), "206 Partial Content"), f"{_URL} was answered with 206. Put a file there {_WHOLE}."),
            (_http(_TOKEN.lower().encode()), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(f"{_TOKEN}x".encode()), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(f"<p>{_TOKEN}</p>".encode()), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(f"{_TOKEN}\nmore".encode()), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(b"other"), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(b""), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (_http(_TOKEN.encode() + b" " * 2000), f"{_URL} holds another text. Its whole text has to be {_TOKEN}."),
            (
                _http(b"", "302 Found", "Location: http://169.254.169.254/\r\n"),
                f"{_URL} sends on to another address (302), which is not followed. The file has to be there itself.",
            ),
        ],
        ids=[
            "404",
            "a part",
            "small letters",
            "one more",
            "within a page",
            "a line",
            "another text",
            "empty",
            "too long",
            "redirect",
        ],
    )
    def test_what_is_none(self, check: Callable[..., Outcome], serve_raw: ServeRaw, answer: bytes, said: str) -> None:
        assert _said(check(serve_raw(answer).port))[1] == said

    @pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b""], ids=["no http", "hangs up"])
    def test_what_is_no_web_server(self, check: Callable[..., Outcome], serve_raw: ServeRaw, answer: bytes) -> None:
        said = _said(check(serve_raw(answer).port))[1]
        assert said.startswith(f"https://{_HOST}/.well-known/stampwell-domain.txt could not be reached: ")

    def test_a_body_without_end_is_not_read_to_its_end(self, check: Callable[..., Outcome], serve_raw: ServeRaw) -> None:
        server = serve_raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 4096, endless=True)
        assert _said(check(server.port))[1].endswith(f"holds another text. Its whole text has to be {_TOKEN}.")

    def test_headers_without_end_are_not_either(self, check: Callable[..., Outcome], serve_raw: ServeRaw) -> None:
        server = serve_raw(b"HTTP/1.1 200 OK\r\nX-More: " + b"yes" * 400, endless=True)
        # It was given up for its size, not when its time was over.
        assert _said(check(server.port))[1].endswith(f"holds another text. Its whole text has to be {_TOKEN}.")

    @pytest.mark.parametrize(("size", "verified_by"), [(1024, "file"), (1025, None)])
    def test_a_file_has_at_most_a_kibibyte(
        self, check: Callable[..., Outcome], serve_raw: ServeRaw, size: int, verified_by: str | None
    ) -> None:
        server = serve_raw(_http(_TOKEN.encode().ljust(size)))
        assert check(server.port).verified_by == verified_by

    def test_two_addresses_are_the_most_that_are_asked(
        self, name_server: NameServer, check: Callable[..., Outcome], serve_raw: ServeRaw
    ) -> None:
        server = serve_raw(_http(_TOKEN.encode()))
        name_server.set(_HOST, "A", "127.0.0.1", "127.0.0.2")
        assert check(server.port) == Outcome("file")
        # IPv4 is asked first. The last one leads to the server too.
        name_server.set(_HOST, "A", "127.0.0.2", "127.0.0.3")
        name_server.set(_HOST, "AAAA", "::ffff:127.0.0.1")
        assert check(server.port).verified_by is None

    def test_who_never_answers_is_not_waited_for(self, check: Callable[..., Outcome], serve_raw: ServeRaw) -> None:
        server = serve_raw(mute=True)
        said = _said(check(server.port, https_port=server.port, try_s=0.3))[1]
        assert said == f"https://{_HOST}/.well-known/stampwell-domain.txt did not answer in time."

    def test_in_all_it_takes_a_bounded_time(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        """The name servers have patience of their own, which is longer here."""
        name_server.silent.add(_HOST)
        assert _said(check(patience_s=0.5))[1] == f"https{_URL[4:]} did not answer within 0.5 seconds."

    def test_a_name_without_an_address(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.set(_HOST, "A")
        assert _said(check())[1] == f"There is no file to look for either: {_HOST} has no address in the DNS yet."


class TestPrivateAddresses:
    @pytest.mark.parametrize("address", _PRIVATE)
    def test_they_are_told_from_public_ones(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
    def test_public_ones_are_public(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
    def test_they_are_not_asked(
        self, name_server: NameServer, check: Callable[..., Outcome], serve_raw: ServeRaw, address: str
    ) -> None:
        server = serve_raw(_http(_TOKEN.encode()))
        name_server.set(_HOST, "A", *([] if ":" in address else [address]))
        name_server.set(_HOST, "AAAA", *([address] if ":" in address else []))
        outcome = check(server.port, allow_private=False, https_port=server.port)
        assert _said(outcome)[1] == f"The file was not looked for: {_HOST} has the address {address}, which is not public."
        assert server.asked == []

    def test_beside_a_public_one_they_are_not_asked_either(
        self, name_server: NameServer, check: Callable[..., Outcome], serve_raw: ServeRaw
    ) -> None:
        """Whoever owns the name may have it lead to both. The public one is of a block that nobody has (RFC 4291)."""
        server = serve_raw(_http(_TOKEN.encode()))
        name_server.set(_HOST, "A", "127.0.0.1", "10.0.0.1")
        name_server.set(_HOST, "AAAA", "3000::1")
        outcome = check(server.port, allow_private=False, https_port=server.port, try_s=0.3)
        assert outcome.verified_by is None
        assert server.asked == []

    def test_a_proof_in_the_dns_needs_no_address(self, name_server: NameServer, check: Callable[..., Outcome]) -> None:
        name_server.set_text(_RECORD, f"stampwell-domain={_TOKEN}")
        assert check(allow_private=False) == Outcome("dns")
