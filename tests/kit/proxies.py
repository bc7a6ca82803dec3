"""Fixtures: the network and the servers around the app, which a test may break."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import pytest

_PATIENCE_S = 10.0
_CHUNK = 65_536


class TcpProxy:
    """Carries bytes between whoever connects to `port` and a server; can be cut, as a network can, and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_cut = False
        self._accepting = threading.Thread(target=self._accept, name="relay", daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """Every connection breaks, and new ones break at once."""
        self._is_cut = True
        with self._lock:
            for connection in self._open:
                _hang_up(connection)

    def mend(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        _hang_up(self._listener)
        self._accepting.join(_PATIENCE_S)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_cut:
                    client.close()
                    continue
                server = socket.create_connection(self._target)
                with self._lock:
                    self._open |= {client, server}
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=(source, target), name="relay", daemon=True).start()

    def forward(self, chunk: bytes, source: socket.socket, target: socket.socket) -> None:  # noqa: ARG002 - for subclasses
        """Hands on what came from the source."""
        target.sendall(chunk)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                self.forward(chunk, source, target)
        # The other direction wakes up, and each closes the end that it reads.
        _hang_up(target)
        with self._lock:
            self._open.discard(source)
            source.close()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class TcpProxyTo(Protocol):
    def __call__(self, host: str, port: int) -> TcpProxy: ...


@pytest.fixture
def tcp_proxy() -> Iterator[TcpProxyTo]:
    with ExitStack() as opened:

        def relay_to(host: str, port: int) -> TcpProxy:
            made = TcpProxy(host, port)
            opened.callback(made.close)
            return made

        yield relay_to


class RedisServer:
    """A redis-server that keeps nothing; `url` is for STAMPWELL_REDIS_URL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Answers when it returns; started again, on the same port."""
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as listener:
                self.port = listener.getsockname()[1]
        options = {"bind": "127.0.0.1", "port": str(self.port), "save": "", "appendonly": "no", "dir": str(self._folder)}
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(["redis-server", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        self.kill()
        raise TimeoutError("redis-server did not answer")

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_PATIENCE_S)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections, and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.kill()
