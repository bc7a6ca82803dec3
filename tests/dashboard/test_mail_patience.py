"""Mail servers that take their time: nobody waits for them beyond the time-out, and no thread is left with them."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kit.load import wait_for
from kit.mail import send
from stampwell.mail.smtp import SmtpServer

_TIMEOUT_S = 0.3


@contextmanager
def _dribbling() -> Iterator[int]:
    """The port of a server that greets by a byte now and then, and never comes to an end."""
    ended = threading.Event()

    def greet(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                while not ended.wait(_TIMEOUT_S / 6):
                    connection.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        ended.set()
    thread.join()


def _mail_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("mail")]


def test_a_silent_one_keeps_no_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not send(SmtpServer("127.0.0.1", silent.getsockname()[1], tls=False), timeout_s=_TIMEOUT_S)
        wait_for(lambda: not _mail_threads())


def test_one_that_is_silent_when_tls_begins_keeps_none_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not send(SmtpServer("127.0.0.1", silent.getsockname()[1], tls=True), timeout_s=_TIMEOUT_S)
        wait_for(lambda: not _mail_threads())


def test_one_that_is_never_quite_silent_is_given_up_too() -> None:
    with _dribbling() as port:
        began_s = time.monotonic()
        assert not send(SmtpServer("127.0.0.1", port, tls=False), timeout_s=_TIMEOUT_S)
        assert time.monotonic() - began_s < 5
        # It would be at it still.
        assert _mail_threads()
    wait_for(lambda: not _mail_threads())
