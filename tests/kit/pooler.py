"""Fixture: Debian's PgBouncer in front of the tests' PostgreSQL."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

import pytest

from kit.folders import new_folder

_PATIENCE_S = 10.0
_USER = "postgres"

# Nothing that goes through it takes longer, whatever a test got wrong: it is cut off with an error.
_BOUND_S = 20


class PgBouncer:
    """In transaction mode, with so many connections to the server; `url` goes through it to the database of another URL."""

    def __init__(self, url: str, *, server_connections: int, wait_s: int) -> None:
        # Named, because Debian keeps it out of an ordinary user's PATH.
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        address = urlsplit(url)
        self._folder, _ = new_folder("stampwell-pooler-")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        server = {"host": address.hostname, "port": address.port or 5432, "user": unquote(address.username or _USER)}
        if address.password:
            server["password"] = unquote(address.password)
        options = {
            "listen_addr": "127.0.0.1",
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": server_connections,
            "query_wait_timeout": wait_s,
            "query_timeout": _BOUND_S,
            "idle_transaction_timeout": _BOUND_S,
        }
        written = self._folder / "pgbouncer.ini"
        written.write_text(
            f"[databases]\n* = {' '.join(f'{name}={value}' for name, value in server.items())}\n"
            "[pgbouncer]\n" + "".join(f"{name} = {value}\n" for name, value in options.items())
        )
        # It refuses to run as root.
        user = _USER if os.geteuid() == 0 else None
        if user is not None:
            shutil.chown(self._folder, user)
            shutil.chown(written, user)
        self.log_path = self._folder / "log"
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [program, str(written)], user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.url = urlunsplit(address._replace(netloc=f"{_USER}@127.0.0.1:{port}"))
        self._wait_for(port)

    def stop(self) -> None:
        # What SIGTERM means depends on its version: to go at once, or when the last client has gone.
        self._process.kill()
        self._process.wait(_PATIENCE_S)
        shutil.rmtree(self._folder)

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        said = self.log_path.read_text()
        self.stop()
        raise RuntimeError(f"PgBouncer did not start:\n{said}")


class Pooler(Protocol):
    def __call__(self, url: str, *, server_connections: int = 2, wait_s: int = _BOUND_S) -> PgBouncer:
        """`wait_s`: how long a client may wait for one of the connections to the server."""
        ...


@pytest.fixture
def pooler() -> Iterator[Pooler]:
    """`pooler(url).url`: that of the same database through a PgBouncer in transaction mode."""
    with ExitStack() as running:

        def through(url: str, *, server_connections: int = 2, wait_s: int = _BOUND_S) -> PgBouncer:
            started = PgBouncer(url, server_connections=server_connections, wait_s=wait_s)
            running.callback(started.stop)
            return started

        yield through
