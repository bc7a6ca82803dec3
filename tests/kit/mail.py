"""A mail server on loopback, and e-mails handed to one."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from stampwell.mail.mailer import Email, Mailer
from stampwell.mail.smtp import SmtpServer

SENDER = "Bean & Co <stamps@beans.example>"
_PATIENCE_S = 20
SAMPLE = Email("dora@beans.example", "Hello", "A line.\n")


class Mailbox:
    """A mail server; what it took."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.taken: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name for it
        if self.refuses:
            return "554 5.7.1 Not from you"
        self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))  # type: ignore[arg-type]
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class _MailServer(Controller):
    def __init__(self, box: object, **options: Any) -> None:
        self._opened: list[SMTP] = []
        super().__init__(box, hostname="127.0.0.1", port=free_port(), **options)

    def factory(self) -> SMTP:
        connection = super().factory()
        self._opened.append(connection)
        return connection

    def stop(self, no_assert: bool = False) -> None:  # noqa: FBT002 - its name for it
        asyncio.run_coroutine_threadsafe(self._close_connections(), self.loop).result(_PATIENCE_S)
        super().stop(no_assert)

    async def _close_connections(self) -> None:
        """By itself it leaves those of e-mails under way open, which Python tells of in the middle of a later test."""
        # Not `server.close()`: what was accepted just before it would be left open as well (https://github.com/python/cpython/issues/109564).
        for listener in self.server.sockets if isinstance(self.server, asyncio.Server) else ():
            self.loop.remove_reader(listener.fileno())
        while len(asyncio.all_tasks()) > 1 or any(connection.transport is not None for connection in self._opened):
            for connection in self._opened:
                if connection.transport is not None:
                    connection.transport.abort()
            await asyncio.sleep(0)


def serving(box: object, **options: Any) -> Iterator[int]:
    """The port of a mail server."""
    controller = _MailServer(box, **options)
    controller.start()
    yield controller.port
    controller.stop()


def send(server: SmtpServer, email: Email = SAMPLE, *, timeout_s: float = 5) -> bool:
    async def main() -> bool:
        mailer = Mailer(server, sender=SENDER, timeout_s=timeout_s)
        try:
            return await mailer.send(email)
        finally:
            await mailer.close()

    return asyncio.run(main())
