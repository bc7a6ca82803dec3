"""Letters by a mail server on loopback: invitations, new passwords, and servers that refuse or say nothing."""

import gettext
import re
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from structlog.testing import capture_logs

from kit.command import InProcess
from kit.load import wait_for
from kit.mail import SAMPLE, SENDER, Mailbox, free_port, send, serving
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell import locales
from stampwell.features.people.model import Role
from stampwell.mail.mailer import Email
from stampwell.mail.smtp import SmtpServer, smtp_server

FORGOT = "/dashboard/forgot"


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(box: Mailbox) -> Iterator[int]:
    yield from serving(box)


@pytest.fixture
def posting_shop(open_shop: OpenShop, dialect: str, port: int) -> Shop:
    return open_shop(
        dialect, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SENDER, dashboard_url="http://stamps.beans.example"
    )


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def link_in(message: EmailMessage) -> str:
    found = re.search(r"^http://stamps\.beans\.example(/dashboard/\S+)$", text_of(message), re.MULTILINE)
    assert found is not None, text_of(message)
    return found[1]


class TestPostOffice:
    def test_hands_an_email_over(self, box: Mailbox, port: int) -> None:
        assert send(SmtpServer("127.0.0.1", port, tls=False), Email("dora@beans.example", "도장 카드", "안녕하세요.\n"))
        ((to, message),) = box.taken
        assert (to, message["To"], message["Subject"]) == (["dora@beans.example"], "dora@beans.example", "도장 카드")
        assert message["From"] == SENDER or message["From"].addresses[0].addr_spec == "stamps@beans.example"
        assert text_of(message) == "안녕하세요.\n"
        assert message["Auto-Submitted"] == "auto-generated"

    @pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
    @pytest.mark.parametrize(("password", "goes"), [("s:e/c@ret", True), ("wrong", False)])
    def test_signs_in(self, box: Mailbox, password: str, *, goes: bool) -> None:
        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=(data.login, data.password) == (b"alice", b"s:e/c@ret"), handled=False)

        options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
        for port in serving(box, **options):
            with capture_logs() as logs:
                server = SmtpServer("127.0.0.1", port, tls=False, user="alice", password=password, plain=True)
                assert send(server) is goes
        assert len(box.taken) == int(goes)
        assert password not in repr(logs)

    @pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
    def test_without_signing_in_where_it_must_is_not_delivered(self, box: Mailbox) -> None:
        for port in serving(box, authenticator=lambda *_: AuthResult(success=True), auth_required=True, auth_require_tls=False):
            assert not send(SmtpServer("127.0.0.1", port, tls=False))

    def test_a_server_that_refuses(self, box: Mailbox, port: int) -> None:
        box.refuses = True
        with capture_logs() as logs:
            assert not send(SmtpServer("127.0.0.1", port, tls=False))
        (line,) = logs
        assert (line["event"], line["cause"], line["smtp_code"]) == ("email not delivered", "SMTPDataError", 554)
        assert "dora@" not in repr(logs)

    def test_a_server_that_says_nothing_is_given_up(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            began_s = time.monotonic()
            assert not send(SmtpServer("127.0.0.1", silent.getsockname()[1], tls=False), timeout_s=0.3)
        assert time.monotonic() - began_s < 3

    def test_no_server_at_all(self) -> None:
        assert not send(SmtpServer("127.0.0.1", free_port(), tls=False))

    @pytest.mark.parametrize("name", ["x\r\nBcc: eve@x.example", "x\nBcc: eve@x.example", "x\u2028y\x0b\x00z", "x\r\n\r\nbody"])
    def test_a_name_begins_no_further_header(self, box: Mailbox, port: int, name: str) -> None:
        assert send(SmtpServer("127.0.0.1", port, tls=False), SAMPLE._replace(subject=f"Join {name}"))
        ((to, message),) = box.taken
        assert to == ["dora@beans.example"]
        assert message["Bcc"] is None
        assert text_of(message) == "A line.\n"

    def test_an_address_that_is_two_is_not_delivered_to_either(self, box: Mailbox, port: int) -> None:
        assert not send(
            SmtpServer("127.0.0.1", port, tls=False), SAMPLE._replace(to="dora@beans.example\r\nRCPT TO:<eve@x.example>")
        )
        assert box.taken == []


@pytest.mark.one_database
class TestInvitation:
    def test_goes_to_the_one_who_is_invited(self, posting_shop: Shop, box: Mailbox) -> None:
        owner = posting_shop.dashboard(name="Alice Brown")
        page = owner.submit(
            owner.get("/dashboard/people/new"), "/dashboard/people/new", email="dora@beans.example", role="staff"
        )
        assert "We sent a link to dora@beans.example." in page.text
        ((to, message),) = box.taken
        assert (to, message["Subject"]) == (["dora@beans.example"], "Alice Brown invites you to Bean & Co")
        path = link_in(message)
        # Whoever invites is shown another one, or could prove any address.
        assert path not in page.html
        assert posting_shop.stranger().get(path).status == 200

    def test_that_cannot_be_delivered_is_shown_all_the_same(self, posting_shop: Shop, box: Mailbox) -> None:
        box.refuses = True
        owner = posting_shop.dashboard()
        page = owner.submit(
            owner.get("/dashboard/people/new"), "/dashboard/people/new", email="dora@beans.example", role="staff"
        )
        assert (page.status, "The e-mail couldn't be delivered." in page.text) == (200, True)
        assert "http://stamps.beans.example/dashboard/join/" in page.html

    def test_a_link_for_a_new_password_goes_to_its_person(self, posting_shop: Shop, box: Mailbox) -> None:
        owner, staff = posting_shop.dashboard(), posting_shop.dashboard(role=Role.STAFF)
        assert staff.person is not None
        path = f"/dashboard/people/{staff.person.person_id}"
        owner.submit(owner.get(path), f"{path}/password-link")
        assert [to for to, _ in box.taken] == [[staff.person.email]]


@pytest.mark.one_database
class TestForgotten:
    def test_answers_alike_whoever_it_is_and_sends_to_those_who_sign_in(self, posting_shop: Shop, box: Mailbox) -> None:
        person = posting_shop.dashboard(role=Role.STAFF).person
        assert person is not None
        stranger = posting_shop.stranger()
        for email in ("nobody@beans.example", person.email.upper(), "no address"):
            assert stranger.submit(stranger.get(FORGOT), FORGOT, email=email).location == f"{FORGOT}/sent"
        assert "we have sent it an e-mail with a link" in stranger.get(f"{FORGOT}/sent").text
        wait_for(lambda: len(box.taken) == 1)
        ((to, message),) = box.taken
        assert (to, message["Subject"]) == ([person.email], "A new password for Bean & Co")
        path = link_in(message)
        assert stranger.submit(stranger.get(path), path, password="correct horse battery").location == "/dashboard"

    def test_is_in_the_language_of_the_shop(self, posting_shop: Shop, box: Mailbox) -> None:
        person = posting_shop.dashboard().person
        assert person is not None
        posting_shop.data.run("UPDATE account SET language = 'ko' WHERE account_id = :it", it=person.account_id)
        stranger = posting_shop.stranger()
        stranger.submit(stranger.get(FORGOT), FORGOT, email=person.email)
        wait_for(lambda: len(box.taken) == 1)
        ((_, message),) = box.taken
        said = gettext.translation("stampwell", Path(locales.__file__).parent, ["ko"]).gettext("A new password for {shop}")
        assert message["Subject"] == said.format(shop="Bean & Co")

    def test_is_counted_by_address_whether_it_is_known_or_not(self, posting_shop: Shop) -> None:
        person, stranger = posting_shop.dashboard().person, posting_shop.stranger()
        assert person is not None
        for email in ("nobody@beans.example", person.email):
            answers = [stranger.submit(stranger.get(FORGOT), FORGOT, email=email).status for _ in range(4)]
            assert answers == [303, 303, 303, 429]

    def test_is_counted_by_client_too(self, posting_shop: Shop) -> None:
        stranger = posting_shop.stranger()
        page = stranger.get(FORGOT)
        answers = [stranger.submit(page, FORGOT, email=f"nobody{number}@x.example").status for number in range(21)]
        assert answers == [303] * 20 + [429]

    def test_without_a_mail_server_the_page_says_whom_to_ask(self, own_shop: Shop) -> None:
        stranger = own_shop.stranger()
        page = stranger.get(FORGOT)
        assert "An owner of the shop can create a password link" in page.text
        assert "stampwell person password-link" in page.text
        assert stranger.post(FORGOT, [("email", "alice@beans.example")]).status == 404
        assert f'href="{FORGOT}"' in stranger.get("/dashboard/sign-in").html


@pytest.fixture
def command(tmp_path: Path) -> InProcess:
    return InProcess(f"sqlite:///{tmp_path / 'never-made.db'}")


class TestSettings:
    def test_of_a_mail_server(self) -> None:
        assert smtp_server("smtp://al%40ice:s%3Ae%2Fc@mail.example:2525") == SmtpServer(
            "mail.example", 2525, tls=False, user="al@ice", password="s:e/c"
        )
        assert smtp_server("smtps://mail.example") == SmtpServer("mail.example", 465, tls=True)
        assert smtp_server("smtp://mail.example").port == 587

    @pytest.mark.parametrize(
        "url",
        [
            "mail.example",
            "http://u:hunter2@mail.example",
            "smtp://u:hunter2@:25",
            "smtp://u:hunter2@mail.example:port",
            "smtp://u:hunter2@[::1",
            "smtp://mail.example/hunter2",
            "smtp://u:p@mail.example?hunter2",
            "smtp://u:p@mail.example/#hunter2",
        ],
    )
    def test_a_wrong_one_stops_the_start_without_its_secret(self, command: InProcess, url: str) -> None:
        done = command("serve", smtp_url=url)
        assert done.status == 2
        assert "STAMPWELL_SMTP_URL: must be smtp://user:password@host:port" in done.err
        assert "hunter2" not in done.err + done.out

    def test_emails_need_a_sender_and_an_address_of_the_dashboard(self, command: InProcess) -> None:
        done = command("serve", smtp_url="smtp://u:hunter2@mail.example")
        assert done.status == 2
        assert "STAMPWELL_SMTP_URL: e-mails need STAMPWELL_MAIL_FROM and STAMPWELL_DASHBOARD_URL as well" in done.err
        assert "hunter2" not in done.err + done.out

    @pytest.mark.parametrize("address", ["Bean & Co", "Bean\tCo <stamps@example.com>", "Bean & Co <stamps@example>"])
    def test_a_sender_that_is_none(self, command: InProcess, address: str) -> None:
        done = command("serve", mail_from=address)
        assert (done.status, "STAMPWELL_MAIL_FROM: must be an address such as" in done.err) == (2, True)

    def test_a_password_is_in_no_repr(self) -> None:
        assert "hunter2" not in repr(smtp_server("smtp://u:hunter2@mail.example"))
