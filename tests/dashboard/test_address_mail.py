"""Addresses proved by e-mail: confirmations, invitations and new passwords, and e-mails that somebody else asked for."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.load import wait_for
from kit.mail import SENDER, Mailbox, serving
from kit.people import Person
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, service
from stampwell.features.people.model import Member, Role

PASSWORD, OTHER = "correct horse battery", "another horse battery"
PROFILE, FORGOT, SIGN_IN = "/dashboard/profile", "/dashboard/forgot", "/dashboard/sign-in"
BOB = "bob@beans.example"


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def shop(open_shop: OpenShop, dialect: str, box: Mailbox) -> Iterator[Shop]:
    for port in serving(box):
        url = f"smtp://127.0.0.1:{port}"
        yield open_shop(dialect, smtp_url=url, mail_from=SENDER, dashboard_url="http://stamps.beans.example")


def join(shop: Shop, of: Person, email: str = BOB, *, role: Role = Role.STAFF, password: str = PASSWORD) -> DashboardClient:
    """By the link that the owner was shown: the address is unproved."""
    given = {"email": email, "role": role, "actor": OPERATOR, "now_us": shop.clock.now_us()}
    link = shop.data.write(access_links.invite, of.account_id, **given)
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.token}"
    assert dashboard.submit(dashboard.get(path), path, name="Bob", password=password).status == 303
    return dashboard


def ask(dashboard: DashboardClient, email: str, password: str = PASSWORD) -> DashboardPage:
    return dashboard.submit(dashboard.get(PROFILE), f"{PROFILE}/address", email=email, own=password)


def newest_email(box: Mailbox, number: int = 1) -> tuple[str, str]:
    """Whom the newest e-mail is to, and the path that it holds, once there are so many."""
    wait_for(lambda: len(box.taken) == number)
    (to,), message = box.taken[-1]
    return to, path_in(message)


def path_in(message: EmailMessage) -> str:
    found = re.search(r"^http://stamps\.beans\.example(/dashboard/\S+)\s*$", str(message.get_content()), re.MULTILINE)
    assert found is not None, message.get_content()
    return found[1]


def member_at(shop: Shop, of: Person) -> Member:
    (member,) = shop.data.read(service.list_people, of.account_id)
    return member


def sign_in(shop: Shop, email: str, password: str) -> int:
    dashboard = shop.stranger()
    return dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email=email, password=password).status


class TestConfirming:
    def test_the_present_address(self, shop: Shop, box: Mailbox) -> None:
        dashboard = join(shop, shop.alice)
        assert f"{BOB} is not confirmed yet." in dashboard.get("/dashboard").text
        assert f"We sent an e-mail to {BOB}." in dashboard.follow(ask(dashboard, BOB)).text
        to, path = newest_email(box)
        assert to == BOB
        assert not member_at(shop, shop.alice).proved
        assert f"From now on you sign in with {BOB}." in dashboard.done(dashboard.get(path), path).text
        assert member_at(shop, shop.alice).proved
        assert "is not confirmed yet" not in dashboard.get("/dashboard").text

    def test_a_new_one_takes_its_place_when_the_link_is_opened(self, shop: Shop, box: Mailbox) -> None:
        dashboard = join(shop, shop.alice)
        ask(dashboard, "bob@home.example")
        to, path = newest_email(box)
        assert (to, member_at(shop, shop.alice).email) == ("bob@home.example", BOB)
        dashboard.done(dashboard.get(path), path)
        assert member_at(shop, shop.alice).email == "bob@home.example"
        assert [sign_in(shop, email, PASSWORD) for email in (BOB, "bob@home.example")] == [403, 303]
        rows = shop.data.rows("SELECT action, changes FROM audit ORDER BY audit_id DESC LIMIT 2")
        assert rows[-1] == {"action": "person.address", "changes": '{"email": null}'}

    def test_asks_for_the_present_password(self, shop: Shop, box: Mailbox) -> None:
        dashboard = join(shop, shop.alice)
        page = ask(dashboard, "bob@home.example", "wrong wrong wrong")
        assert (page.status, "This isn't your current password." in page.text) == (400, True)
        assert 'value="bob@home.example"' in page.html
        assert shop.data.count("access_link") == 1
        assert box.taken == []

    def test_an_address_that_is_none_is_refused(self, shop: Shop) -> None:
        page = ask(join(shop, shop.alice), "bob")
        assert (page.status, "Enter an e-mail address" in page.text) == (400, True)

    def test_an_email_that_somebody_else_asked_for_gives_them_nothing(self, shop: Shop, box: Mailbox) -> None:
        """Eve asks for Bob's address; Bob opens the link, signed in as himself or not at all."""
        bob = join(shop, shop.alice)
        eve = join(shop, shop.charlie, "eve@x.example", password=OTHER)
        ask(eve, BOB, OTHER)
        _, path = newest_email(box)
        assert bob.get(path).status == 404
        values = bob.get(PROFILE).form(f"{PROFILE}/name").values
        assert bob.post(path, values).status == 404
        assert shop.stranger().get(path).location.startswith(SIGN_IN)
        assert member_at(shop, shop.charlie).email == "eve@x.example"
        # It is still there for whom it was made.
        assert eve.get(path).status == 200

    def test_is_not_held_up_by_strangers_who_ask_for_passwords_at_the_address(self, shop: Shop, box: Mailbox) -> None:
        dashboard, new = join(shop, shop.alice), "bob@home.example"
        asked = [shop.stranger() for _ in range(4)]
        assert [one.submit(one.get(FORGOT), FORGOT, email=new).status for one in asked] == [303] * 3 + [429]
        assert ask(dashboard, new).status == 303
        assert newest_email(box)[0] == new

    def test_e_mails_are_counted(self, shop: Shop, box: Mailbox) -> None:
        dashboard = join(shop, shop.alice)
        assert [ask(dashboard, "bob@home.example").status for _ in range(4)] == [303] * 3 + [429]
        wait_for(lambda: len(box.taken) == 3)


class TestInvitation:
    def test_the_email_proves_what_the_link_that_the_owner_sees_does_not(self, shop: Shop, box: Mailbox) -> None:
        owner = join(shop, shop.alice, "alice@beans.example", role=Role.OWNER)
        for number, opened in enumerate(("shown", "sent")):
            email = f"dora{number}@beans.example"
            new = "/dashboard/people/new"
            page = owner.submit(owner.get(new), new, email=email, role="staff")
            _, sent = newest_email(box, number + 1)
            shown = re.search(r"/dashboard/join/\w{43}", page.html)
            assert shown is not None
            assert shown[0] != sent
            path = shown[0] if opened == "shown" else sent
            dashboard = shop.stranger()
            assert dashboard.submit(dashboard.get(path), path, name="Dora", password=OTHER).status == 303
            # The other one is spent with it.
            assert {shop.stranger().get(other).status for other in (shown[0], sent)} == {404}
        proved = {member.email: member.proved for member in shop.data.read(service.list_people, shop.alice.account_id)}
        assert (proved["dora0@beans.example"], proved["dora1@beans.example"]) == (False, True)


class TestNewPassword:
    def test_a_forgotten_one_is_sent_to_each_who_gives_the_address(self, shop: Shop, box: Mailbox) -> None:
        join(shop, shop.alice)
        join(shop, shop.charlie, password=OTHER)
        stranger = shop.stranger()
        stranger.submit(stranger.get(FORGOT), FORGOT, email=BOB)
        wait_for(lambda: len(box.taken) == 2)
        by_shop = {str(message["Subject"]): path_in(message) for _, message in box.taken}
        assert set(by_shop) == {"A new password for Bean & Co", "A new password for Charlie's"}
        path = by_shop["A new password for Bean & Co"]
        dashboard = shop.stranger()
        assert dashboard.submit(dashboard.get(path), path, password="a third horse battery").location == "/dashboard"
        assert (member_at(shop, shop.alice).proved, member_at(shop, shop.charlie).proved) == (True, False)
        assert [sign_in(shop, BOB, password) for password in (PASSWORD, "a third horse battery", OTHER)] == [403, 303, 303]

    def test_an_owners_link_is_another_than_the_one_that_is_sent(self, shop: Shop, box: Mailbox) -> None:
        owner = join(shop, shop.alice, "alice@beans.example", role=Role.OWNER)
        join(shop, shop.alice)
        (bob,) = [one for one in shop.data.read(service.list_people, shop.alice.account_id) if one.email == BOB]
        path = f"/dashboard/people/{bob.person_id}"
        page = owner.submit(owner.get(path), f"{path}/password-link")
        _, sent = newest_email(box)
        assert sent not in page.html
        dashboard = shop.stranger()
        assert "for this shop only" not in dashboard.get(sent).text
        assert dashboard.submit(dashboard.get(sent), sent, password=OTHER).status == 303
        assert sign_in(shop, BOB, OTHER) == 303
        (after,) = [one for one in shop.data.read(service.list_people, shop.alice.account_id) if one.email == BOB]
        assert (after.person_id, after.proved) == (bob.person_id, True)
