"""A network that loses an answer at a chosen moment."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress

from kit.data import Data
from kit.proxies import TcpProxy

# As a client says it: the server's answer has the same word.
_COMMIT = b"Q\0\0\0\x0bCOMMIT\0"

_QUIET_LOOKS = 6
_KEYS_NOTED = "SELECT COUNT(*) AS n FROM api_key WHERE last_used_at IS NOT NULL"
_STILL_TO_DO = """
SELECT (SELECT COUNT(*) FROM outbox) + COUNT(*) AS n FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


class Commits:
    """Looks at what goes to PostgreSQL for the COMMIT of a transaction that may write. One that only reads ends so, too."""

    def __init__(self) -> None:
        self._reading: set[socket.socket] = set()

    def is_one(self, chunk: bytes, source: socket.socket) -> bool:
        if b"BEGIN " in chunk:
            (self._reading.add if b"READ ONLY" in chunk else self._reading.discard)(source)
            return False
        return chunk.endswith(_COMMIT) and source not in self._reading


class FaultProxy(TcpProxy):
    """Set, it waits for `word` from a client and hangs up before the client has an answer; then it is a plain relay again.

    delivers: whether the server gets the word. then: called when the server's answer is there, or the word where it is
    not delivered.
    """

    def __init__(self, host: str, port: int, *, word: bytes) -> None:
        self._word = word
        self._is_set = False
        self._delivers = True
        self._then: Callable[[], object] = lambda: None
        self._caught: socket.socket | None = None
        super().__init__(host, port)

    def set(self, *, delivers: bool = True, then: Callable[[], object] = lambda: None) -> None:
        self._delivers, self._then, self._is_set = delivers, then, True

    def forward(self, chunk: bytes, source: socket.socket, target: socket.socket) -> None:
        if target is self._caught:
            self._caught = None
            self._hang_up(source, target)
        elif not (self.catches(chunk, source) and self._is_set):
            target.sendall(chunk)
        elif self._delivers:
            self._is_set, self._caught = False, source
            target.sendall(chunk)
        else:
            self._is_set = False
            self._hang_up(source, target)

    def catches(self, chunk: bytes, source: socket.socket) -> bool:  # noqa: ARG002 - for subclasses
        return self._word in chunk

    def _hang_up(self, *connections: socket.socket) -> None:
        self._then()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class CommitFaultProxy(FaultProxy):
    """One in front of PostgreSQL whose word is a COMMIT of something written."""

    def __init__(self, host: str, port: int) -> None:
        self._commits = Commits()
        super().__init__(host, port, word=_COMMIT)

    def catches(self, chunk: bytes, source: socket.socket) -> bool:
        return self._commits.is_one(chunk, source)


def until_quiet(data: Data) -> None:
    """Returns when the server on that PostgreSQL database has done what it does by itself when it starts, a key is first used
    and something has changed: a fault must not meet a commit of those.
    """
    deadline_s, quiet = time.monotonic() + 20, 0
    while quiet < _QUIET_LOOKS:
        assert time.monotonic() < deadline_s
        quiet = quiet + 1 if data.rows(_KEYS_NOTED)[0]["n"] and not data.rows(_STILL_TO_DO)[0]["n"] else 0
        time.sleep(0.05)
