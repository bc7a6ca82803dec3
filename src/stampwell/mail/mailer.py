"""Sends e-mail in threads, so that a slow mail server keeps nobody else waiting."""

import asyncio
import smtplib
import ssl
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import NamedTuple

import structlog

from stampwell.mail.smtp import SmtpServer

_TIMEOUT_S = 10.0
_AT_ONCE = 4
# What is still on its way when the server stops is given this long.
_LAST_S = 2.0

_log = structlog.get_logger("stampwell.mail")


class TlsMissing(smtplib.SMTPException):
    """The mail server offers no TLS, and a password was to be sent to it."""


class Email(NamedTuple):
    """Plain text to one address."""

    to: str
    subject: str
    text: str


class Mailer:
    """Hands e-mails to one mail server. Close it."""

    def __init__(self, server: SmtpServer, *, sender: str, timeout_s: float = _TIMEOUT_S) -> None:
        self._server = server
        self._sender = sender
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mail")
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, email: Email) -> bool:
        """Whether the mail server took it. Why it did not is logged, without addresses and secrets."""
        handing_over = asyncio.get_running_loop().run_in_executor(self._threads, self._hand_over, email)
        try:
            await asyncio.wait_for(handing_over, self._timeout_s)
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            code = getattr(error, "smtp_code", None)
            _log.warning("email not delivered", server=self._server.host, cause=type(error).__name__, smtp_code=code)
            return False
        return True

    async def deliver(self, email: Email) -> None:
        """The same, for `soon`: nobody waits for it."""
        await self.send(email)

    def soon(self, work: Coroutine[None, None, None]) -> None:
        """Does the work while the answer is on its way already."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_LAST_S)
            for task in late:
                task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("email not written", exc_info=task.exception())

    def _hand_over(self, email: Email) -> None:
        server, message = self._server, self._message(email)
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout_s, context=context)
            if server.tls
            else smtplib.SMTP(server.host, server.port, timeout=self._timeout_s)
        ) as smtp:
            smtp.ehlo()
            if server.starttls != "never" and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
            elif server.starttls == "always":
                # Somebody on the way may have taken the offer out of the greeting, to read the password.
                raise TlsMissing
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message, to_addrs=[email.to])

    def _message(self, email: Email) -> EmailMessage:
        message = EmailMessage(SMTP)
        message["From"] = self._sender
        message["To"] = email.to
        message["Subject"] = _one_line(email.subject)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2])
        # So that nobody's holiday notice answers.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.text)
        return message


def _one_line(text: str) -> str:
    """Whatever somebody put into a name, it begins no further header."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
