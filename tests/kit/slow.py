"""Clients that take their time, or never come to an end."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from itertools import repeat
from urllib.parse import urlsplit

_PATIENCE_S = 60.0
_BETWEEN_S = 0.1


def connect(base: str) -> socket.socket:
    address = urlsplit(base)
    return socket.create_connection((address.hostname, address.port), timeout=_PATIENCE_S)


def heard(connection: socket.socket) -> bytes:
    """All that the server says until it hangs up."""
    said = b""
    with suppress(ConnectionResetError, BrokenPipeError):
        while more := connection.recv(65_536):
            said += more
    return said


def dripped(connection: socket.socket, pieces: Iterable[bytes] = repeat(b"a")) -> bytes:
    """Sends piece after piece until the server says something or hangs up, or until there are none; all that it says."""
    said = None
    with suppress(ConnectionResetError, BrokenPipeError):
        for piece in pieces:
            connection.sendall(piece)
            said = _said_meanwhile(connection)
            if said is not None:
                break
    return b"" if said == b"" else (said or b"") + heard(connection)


def _said_meanwhile(connection: socket.socket) -> bytes | None:
    """None for nothing, blank when it hung up. Of TLS, what can be read need not be anything that was said."""
    connection.settimeout(_BETWEEN_S)
    try:
        return connection.recv(65_536)
    except TimeoutError:
        return None
    finally:
        connection.settimeout(_PATIENCE_S)
