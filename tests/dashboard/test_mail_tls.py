"""A mail password never goes in clear where TLS was asked for, whatever the mail server, or somebody before it, offers."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from structlog.testing import capture_logs

from kit.certificates import self_signed
from kit.mail import Mailbox, send, serving
from kit.proxies import TcpProxy
from stampwell.mail.smtp import SmtpServer, smtp_server

USER, PASSWORD = "alice", "s3cret-of-the-mail"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def accept(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server at 127.0.0.1 whose certificate this process trusts."""
    certificate, context = self_signed(tmp_path, "IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return context


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(box: Mailbox, tls: ssl.SSLContext) -> Iterator[int]:
    """A server that offers STARTTLS, and takes a password without it as well."""
    yield from serving(box, tls_context=tls, authenticator=accept, auth_required=True, auth_require_tls=False)


class Stripping(TcpProxy):
    """Somebody on the way, who takes the offer of TLS out of what the server says and reads along."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        self.seen = b""

    def forward(self, chunk: bytes, source: socket.socket, target: socket.socket) -> None:
        self.seen += chunk
        super().forward(chunk.replace(b"250-STARTTLS\r\n", b"250-8BITMIME\r\n"), source, target)


def server(port: int, scheme: str = "smtp", *, password: str = PASSWORD) -> SmtpServer:
    return smtp_server(f"{scheme}://{USER}:{password}@127.0.0.1:{port}")


def test_the_password_and_the_email_go_by_starttls(box: Mailbox, port: int) -> None:
    with closing(TcpProxy("127.0.0.1", port)) as tcp_proxy:
        assert send(server(tcp_proxy.port))
    assert len(box.taken) == 1


def test_where_the_offer_was_taken_out_nothing_is_sent(box: Mailbox, port: int) -> None:
    with closing(Stripping(port)) as somebody, capture_logs() as logs:
        assert not send(server(somebody.port))
        seen = somebody.seen
    assert b"EHLO" in seen.upper()
    assert b"AUTH " not in seen.upper().replace(b"250-AUTH ", b"").replace(b"250 AUTH ", b"")
    assert b"MAIL FROM" not in seen.upper()
    assert box.taken == []
    (line,) = logs
    assert (line["event"], line["cause"]) == ("email not delivered", "TlsMissing")
    assert PASSWORD not in repr(logs)


def test_a_server_that_offers_none_gets_no_password(box: Mailbox) -> None:
    for port in serving(box, authenticator=accept, auth_required=True, auth_require_tls=False):
        with closing(Stripping(port)) as somebody:
            assert not send(server(somebody.port))
            assert b"MAIL FROM" not in somebody.seen.upper()
    assert box.taken == []


def test_a_server_that_refuses_to_begin_tls_gets_no_password(box: Mailbox) -> None:
    """It offers STARTTLS and answers it with 454."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_refuse_tls, args=(listener, heard))
        thread.start()
        assert not send(server(listener.getsockname()[1]))
        thread.join()
    commands = [line.split()[0].upper() for line in b"".join(heard).splitlines() if line]
    assert commands[:2] == [b"EHLO", b"STARTTLS"]
    assert {b"AUTH", b"MAIL"}.isdisjoint(commands)
    assert box.taken == []


def _refuse_tls(listener: socket.socket, heard: list[bytes]) -> None:
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        connection.sendall(b"220 mail.example\r\n")
        while line := connection.recv(1000):
            heard.append(line)
            word = line.split()[0].upper()
            answers = {
                b"EHLO": b"250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
                b"STARTTLS": b"454 not now\r\n",
            }
            connection.sendall(answers.get(word, b"221 bye\r\n"))


def test_a_certificate_of_nobody_is_not_trusted(box: Mailbox, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert not send(server(port))
    assert box.taken == []


@pytest.mark.parametrize("is_trusted", [True, False])
def test_tls_from_the_first_byte_on(
    box: Mailbox, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, *, is_trusted: bool
) -> None:
    if not is_trusted:
        monkeypatch.delenv("SSL_CERT_FILE")
    for port in serving(box, ssl_context=tls, authenticator=accept, auth_required=True, auth_require_tls=False):
        assert send(server(port, "smtps")) is is_trusted
    assert len(box.taken) == int(is_trusted)


def test_without_tls_where_the_operator_says_so(box: Mailbox) -> None:
    for port in serving(box, authenticator=accept, auth_required=True, auth_require_tls=False):
        assert send(server(port, "smtp+plain"))
    assert len(box.taken) == 1


def test_a_server_without_a_password_need_not_offer_tls(box: Mailbox) -> None:
    for port in serving(box):
        assert send(smtp_server(f"smtp://127.0.0.1:{port}"))
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("url", "tls", "starttls"),
    [
        ("smtps://u:p@mail.example", True, "never"),
        ("smtp://u:p@mail.example", False, "always"),
        ("smtp://mail.example", False, "offered"),
        ("smtp+plain://u:p@mail.example", False, "never"),
    ],
)
def test_what_a_url_asks_for(url: str, *, tls: bool, starttls: str) -> None:
    made = smtp_server(url)
    assert (made.tls, made.starttls) == (tls, starttls)
