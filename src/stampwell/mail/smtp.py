"""The mail server of the settings: its address as a URL, and the sender's."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from stampwell.core.emails import is_email_address

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}

StartTls = Literal["always", "offered", "never"]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """tls: from the first byte on. A blank user signs in nowhere.

    plain: the operator has said that neither e-mails nor the password need TLS, on a network of their own.
    """

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)
    plain: bool = False

    @property
    def starttls(self) -> StartTls:
        """Whether TLS begins after the greeting. Where there is a password to protect it has to; else if it is offered."""
        if self.tls or self.plain:
            return "never"
        return "always" if self.user else "offered"


def smtp_server(url: str) -> SmtpServer:
    """`smtps://`: TLS from the first byte on. `smtp://`: STARTTLS, without which no password is sent. `smtp+plain://`: no TLS.

    Raises ValueError, whose sentence holds nothing of the URL: a password may be in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be smtp://user:password@host:port or smtps://user:password@host:port")
    return SmtpServer(
        parts.hostname,
        port,
        tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        plain=parts.scheme == "smtp+plain",
    )


def sender(text: str) -> str:
    """The text, if e-mails can come from it. Raises ValueError."""
    _, address = parseaddr(text)
    if not text.isprintable() or not is_email_address(address):
        raise ValueError("must be an address such as stamps@example.com or Bean & Co <stamps@example.com>")
    return text
