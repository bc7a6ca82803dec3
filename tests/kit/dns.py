"""Fixtures: a real name server, and a web server for the file that proves a domain."""

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest

_TTL_S = 60


class NameServer:
    """Answers over UDP and TCP on `port` of loopback what it was told, and nothing for names in `silent`.

    A name that it was not told does not exist; names in `failing` are answered with a fault of the server's.
    Each answer over UDP takes `slow_s`; `most_at_once` is how many were waited for at the same time.
    """

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.slow_s = 0.0
        self.most_at_once = 0
        self._records: dict[tuple[dns.name.Name, str], list[str]] = {}
        self._opened = ExitStack()
        answer, under_way = self.answer, self._under_way
        self._lock, self._at_once = threading.Lock(), 0

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                query, reply_to = self.request
                with under_way():
                    reply = answer(query)
                if reply is not None:
                    reply_to.sendto(reply, self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                (length,) = struct.unpack("!H", self.rfile.read(2))
                reply = answer(self.rfile.read(length))
                if reply is not None:
                    self.wfile.write(struct.pack("!H", len(reply)) + reply)

        for server in _on_one_port(Udp, Tcp):
            self.port: int = server.server_address[1]
            self._serve(server)

    @property
    def setting(self) -> str:
        """For STAMPWELL_DNS_SERVERS."""
        return f"127.0.0.1:{self.port}"

    def set(self, name: str, kind: str, *values: str) -> None:
        """`set("beans.example", "A", "127.0.0.1")`; without values the name exists, but has no such record."""
        self._records[dns.name.from_text(name), kind] = list(values)

    def set_text(self, name: str, *texts: str) -> None:
        """TXT records, one for each text."""
        self.set(name, "TXT", *(f'"{text}"' for text in texts))

    def answer(self, content: bytes) -> bytes | None:
        query = dns.message.from_wire(content)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        if name in self.silent:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        kind = dns.rdatatype.to_text(question.rdtype)
        values = self._records.get((question.name, kind), [])
        if name in self.failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif values:
            reply.answer.append(dns.rrset.from_text(question.name, _TTL_S, dns.rdataclass.IN, question.rdtype, *values))
        elif not any(known == question.name for known, _ in self._records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def close(self) -> None:
        self._opened.close()

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        if self.slow_s:
            threading.Event().wait(self.slow_s)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def _serve(self, server: Any) -> None:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self._opened.callback(server.server_close)
        self._opened.callback(server.shutdown)


def _on_one_port(udp: type[socketserver.BaseRequestHandler], tcp: type[socketserver.BaseRequestHandler]) -> tuple[Any, Any]:
    """A server for each on a port that is free for both."""
    while True:
        over_tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), tcp)
        try:
            return socketserver.ThreadingUDPServer(over_tcp.server_address, udp), over_tcp
        except OSError:
            over_tcp.server_close()


class RawServer:
    """Answers every connection on `port` of loopback with those bytes, whatever was asked; `asked` is what came.

    `endless` repeats them until the other side hangs up; `mute` answers nothing and keeps the connection; `tls` comes first.
    """

    def __init__(
        self, content: bytes = b"", *, endless: bool = False, mute: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self.content = content
        self.asked: list[bytes] = []
        asked, get_content, ended = self.asked, lambda: self.content, threading.Event()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    with self.request if tls is None else tls.wrap_socket(self.request, server_side=True) as connection:
                        self.talk(connection)
                except OSError:
                    return

            def talk(self, connection: socket.socket) -> None:
                asked.append(connection.recv(65_536))
                if mute:
                    ended.wait(20)
                    return
                connection.sendall(get_content())
                while endless and not ended.is_set():
                    connection.sendall(get_content())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._ended = ended
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def name_server() -> Iterator[NameServer]:
    server = NameServer()
    yield server
    server.close()
