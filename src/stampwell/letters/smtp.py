"""The mail server of the settings: its address as a URL, and the sender's."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from stampwell.core.emails import is_email_address

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """tls: from the first byte on; otherwise as soon as the server offers it. A blank user signs in nowhere."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def smtp_server(url: str) -> SmtpServer:
    """Raises ValueError, whose sentence holds nothing of the URL: a password may be in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be smtp://user:password@host:port or smtps://user:password@host:port")
    return SmtpServer(
        parts.hostname, port, parts.scheme == "smtps", unquote(parts.username or ""), unquote(parts.password or "")
    )


def sender(text: str) -> str:
    """The text, if letters can come from it. Raises ValueError."""
    _, address = parseaddr(text)
    if not text.isprintable() or not is_email_address(address):
        raise ValueError("must be an address such as stamps@example.com or Bean & Co <stamps@example.com>")
    return text
