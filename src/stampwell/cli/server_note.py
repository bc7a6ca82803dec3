"""Where a server listens, noted beside its SQLite file: the links that other commands print name the port that is really open.

PostgreSQL has no such place, and a server behind a proxy is reached at another address: both have STAMPWELL_DASHBOARD_URL.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from stampwell.db.opening import sqlite_path
from stampwell.db.private_file import create_private

_SUFFIX = "-server"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}  # noqa: S104 - compared, not listened on
_PATIENCE_S = 1.0


@contextmanager
def noted(database_url: str, listening: socket.socket) -> Iterator[None]:
    """For as long as that socket is served. Where the folder takes no file there is no note, and nothing else is lost."""
    path, url = _path(database_url), _url(listening)
    if path is None:
        yield
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)
        create_private(path)
        path.write_text(url, encoding="utf-8")
    try:
        yield
    finally:
        # Another server on the same file may have put its own there since.
        with suppress(OSError):
            if path.read_text(encoding="utf-8") == url:
                path.unlink()


def find_server(database_url: str) -> str | None:
    """The address of a server on that database which answers now, if it is known. A killed one leaves its note behind."""
    path = _path(database_url)
    if path is None:
        return None
    try:
        url = path.read_text(encoding="utf-8")
        there = urlsplit(url)
        socket.create_connection((there.hostname or "", there.port or 0), timeout=_PATIENCE_S).close()
    except (OSError, ValueError):
        return None
    return url


def _path(database_url: str) -> Path | None:
    path = sqlite_path(database_url)
    return None if path is None else path.with_name(path.name + _SUFFIX)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
