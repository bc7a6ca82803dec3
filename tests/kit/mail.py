"""A mail server on loopback, and letters handed to one."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from kit.load import wait_for
from stampwell.letters.post_office import Letter, PostOffice
from stampwell.letters.smtp import SmtpServer

SENDER = "Bean & Co <stamps@beans.example>"
LETTER = Letter("dora@beans.example", "Hello", "A line.\n")


class LetterBox:
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


def serving(box: LetterBox, **options: Any) -> Iterator[int]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    yield controller.port
    wait_for(lambda: not asyncio.all_tasks(controller.loop))  # it would leave the connection of a letter under way open
    controller.stop()


def send(server: SmtpServer, letter: Letter = LETTER, *, timeout_s: float = 5) -> bool:
    async def main() -> bool:
        post = PostOffice(server, sender=SENDER, timeout_s=timeout_s)
        try:
            return await post.send(letter)
        finally:
            await post.close()

    return asyncio.run(main())
