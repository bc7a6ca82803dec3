"""A hundred wrong passwords and PINs a day on a card: its owners are told, once, on Home and by e-mail."""

from collections.abc import Iterator

import pytest

from kit.load import wait_for
from kit.mail import Mailbox, serving
from kit.shop import Shop
from kit.shops import OpenShop
from kit.stamps import ask, change_card, code_of, issue, make_card
from stampwell.features.people.model import Role

PASSWORD = "latte77"
SENTENCE = "100 or more wrong staff passwords and PINs were typed for"
IN_THE_EMAIL = "Today 100 wrong staff passwords and PINs were entered for the card “Coffee”."


@pytest.fixture
def box() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    for port in serving(box):
        yield box, port


@pytest.fixture
def shop(open_shop: OpenShop, dialect: str, box: tuple[Mailbox, int]) -> Shop:
    return open_shop(
        dialect,
        smtp_url=f"smtp://127.0.0.1:{box[1]}",
        mail_from="stamps@beans.example",
        dashboard_url="http://stamps.beans.example",
    )


def card_of(shop: Shop, **fields: object) -> int:
    return make_card(shop, cardNm="Coffee", onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=1, **fields)


def guess(shop: Shop, card: int, number: int, *, first: int = 0) -> None:
    """Wrong passwords, four a network and stamp: none of them is refused by a lock."""
    stamps = [issue(shop, card, marks=1) for _ in range(-(-number // 4))]
    for one in range(number):
        network = first + one // 4
        headers = {"X-Forwarded-For": f"203.0.{network // 250}.{network % 250 + 1}"}
        assert ask(shop, "redeem", stamps[one // 4], onsitePwd="wrong", headers=headers).json["code"] == 40305


class TestHome:
    def test_tells_owners_and_nobody_else(self, shop: Shop) -> None:
        card = card_of(shop)
        owner, manager = shop.dashboard(role=Role.OWNER), shop.dashboard(role=Role.MANAGER)
        guess(shop, card, 99)
        assert SENTENCE not in owner.get("/dashboard").text
        guess(shop, card, 1, first=99)
        page = owner.get("/dashboard")
        assert f"{SENTENCE} Coffee within a day." in page.text
        assert f'href="/dashboard/cards/{card}/edit"' in page.html
        assert SENTENCE not in manager.get("/dashboard").text
        assert SENTENCE not in shop.dashboard(shop.charlie).get("/dashboard").text
        shop.clock.advance(seconds=86_400)
        assert SENTENCE not in owner.get("/dashboard").text

    def test_those_of_another_day_do_not_count(self, shop: Shop) -> None:
        card, owner = card_of(shop), shop.dashboard()
        guess(shop, card, 99)
        shop.clock.advance(seconds=86_400)
        guess(shop, card, 10, first=200)
        assert SENTENCE not in owner.get("/dashboard").text

    def test_a_day_of_a_clock_that_was_ahead_begins_now(self, shop: Shop) -> None:
        card, owner = card_of(shop), shop.dashboard()
        shop.clock.advance(seconds=100 * 86_400)
        guess(shop, card, 40)
        shop.clock.advance(seconds=-100 * 86_400)
        guess(shop, card, 1, first=100)
        shop.clock.advance(seconds=86_400)
        guess(shop, card, 60, first=200)
        assert SENTENCE not in owner.get("/dashboard").text

    def test_nothing_is_told_that_a_clock_which_was_ahead_has_stored(self, shop: Shop) -> None:
        card = card_of(shop)
        shop.clock.advance(seconds=100 * 86_400)
        guess(shop, card, 100)
        shop.clock.advance(seconds=-100 * 86_400)
        owner = shop.dashboard()
        assert SENTENCE not in owner.get("/dashboard").text

    def test_those_that_a_lock_refuses_do_not_count(self, shop: Shop) -> None:
        card, owner = card_of(shop), shop.dashboard()
        guess(shop, card, 94)
        stamp, headers = issue(shop, card, marks=1), {"X-Forwarded-For": "198.51.100.1"}
        codes = [ask(shop, "redeem", stamp, onsitePwd="wrong", headers=headers).json["code"] for _ in range(9)]
        assert codes == [40305] * 5 + [42902] * 4
        assert SENTENCE not in owner.get("/dashboard").text
        guess(shop, card, 1, first=200)
        assert SENTENCE in owner.get("/dashboard").text

    def test_pins_count_too(self, shop: Shop) -> None:
        card, owner = card_of(shop), shop.dashboard()
        guess(shop, card, 98)
        path = f"/stamp/{code_of(shop, issue(shop, card))}"
        phone, stranger = shop.stranger(), shop.stranger()
        phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071")
        for _ in range(2):
            assert stranger.submit(stranger.get(path), f"{path}/pin", pin="0000").status == 403
        assert SENTENCE in owner.get("/dashboard").text


class TestTheEmail:
    def test_comes_once_a_day_to_every_owner(self, shop: Shop, box: tuple[Mailbox, int]) -> None:
        owners = [shop.dashboard(role=Role.OWNER).person for _ in range(2)]
        shop.dashboard(role=Role.MANAGER)
        card = card_of(shop)
        guess(shop, card, 110)
        wait_for(lambda: len(box[0].taken) == 2)
        assert sorted(to[0] for to, _ in box[0].taken) == sorted(owner.email for owner in owners if owner)
        text = str(box[0].taken[0][1].get_content())
        assert IN_THE_EMAIL in text
        assert f"http://stamps.beans.example/dashboard/cards/{card}/edit" in text
        shop.clock.advance(seconds=86_400)
        guess(shop, card, 100, first=400)
        wait_for(lambda: len(box[0].taken) == 4)

    def test_a_new_password_lets_staff_in_while_it_lasts(self, shop: Shop) -> None:
        card = card_of(shop)
        guess(shop, card, 100)
        change_card(shop, card, onsitePwd="longer-than-before")
        stamp = issue(shop, card, marks=1)
        assert ask(shop, "redeem", stamp, onsitePwd="longer-than-before").json["code"] == 0


class TestTheEditor:
    @pytest.mark.one_database
    @pytest.mark.parametrize(("password", "warned"), [("1234", True), ("12345", True), ("123456", False), ("", False)])
    def test_warns_of_a_short_password_and_takes_it(self, shop: Shop, password: str, *, warned: bool) -> None:
        card, owner = card_of(shop), shop.dashboard()
        path = f"/dashboard/cards/{card}/edit"
        page = owner.done(owner.get(path), path, onsitePwd=password)
        assert "Coffee is saved." in page.text
        assert ("Its staff password is short and easy to guess: use 6 characters or more." in page.text) == warned
        stamp = issue(shop, card, marks=1)
        assert ask(shop, "redeem", stamp, onsitePwd=password or PASSWORD).json["code"] == 0

    @pytest.mark.one_database
    def test_a_new_card_too(self, shop: Shop) -> None:
        owner, path = shop.dashboard(), "/dashboard/cards/new"
        fields = {"cardNm": "Tea", "maxStamps": "3", "onsiteYn": "Y", "onsitePwd": "1234"}
        page = owner.done(owner.get(path), path, **fields)
        assert "Its staff password is short and easy to guess: use 6 characters or more." in page.text
