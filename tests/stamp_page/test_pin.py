"""The PIN: chosen by the customer, asked of every phone but those that know it, taken away by the shop."""

import threading

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.stamp_page.context import PIN_COOKIE

PIN = "4071"


@pytest.fixture
def number(own_shop: Shop) -> int:
    card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd="latte77", cardTtl="Secret coffee")
    return stamps.issue(own_shop, card, marks=2)


@pytest.fixture
def path(own_shop: Shop, number: int) -> str:
    return f"/stamp/{code_of(own_shop, number)}"


@pytest.fixture
def owner(own_shop: Shop, path: str) -> DashboardClient:
    """The phone that has chosen the PIN."""
    phone = own_shop.stranger()
    chosen(phone, path)
    return phone


def chosen(phone: DashboardClient, path: str, pin: str = PIN) -> DashboardPage:
    return phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin=pin, again=pin)


def told(phone: DashboardClient, path: str, pin: str) -> DashboardPage:
    return phone.submit(phone.get(path), f"{path}/pin", pin=pin)


class TestChoosing:
    def test_the_phone_that_chose_it_goes_on_and_others_are_asked(
        self, own_shop: Shop, path: str, owner: DashboardClient
    ) -> None:
        assert "2 of 3 stamps" in owner.get(path).text
        page = own_shop.stranger().get(path)
        assert page.status == 200
        assert " of 3 stamps" not in page.text
        assert "Open card" in page.text

    @pytest.mark.one_database
    @pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "\uff11\uff12\uff13\uff14", " 1 2 3 4", "-123"])
    def test_it_is_four_to_six_digits(self, own_shop: Shop, path: str, pin: str) -> None:
        phone = own_shop.stranger()
        page = chosen(phone, path, pin)
        assert (page.status, "Enter 4 to 6 digits." in page.text) == (400, True)
        assert "2 of 3 stamps" in own_shop.stranger().get(path).text

    def test_it_can_be_changed_and_given_up_by_a_phone_that_knows_it(
        self, own_shop: Shop, path: str, owner: DashboardClient
    ) -> None:
        other = own_shop.stranger()
        other.follow(told(other, path, PIN))
        assert "Your PIN is set." in owner.follow(chosen(owner, path, "998877")).text
        # What the other phone knew is worth nothing any more.
        assert "Open card" in other.get(path).text
        page = owner.get(f"{path}/pin/choose")
        assert "The PIN is removed." in owner.follow(owner.submit(page, f"{path}/pin/remove")).text
        assert "2 of 3 stamps" in own_shop.stranger().get(path).text

    def test_the_ledger_says_that_and_not_what(self, own_shop: Shop, number: int, owner: DashboardClient) -> None:
        assert owner
        row = own_shop.data.ledger(number)[-1]
        assert (row["kind"], row["actor_kind"], row["channel"], row["changes"]) == (
            "updated",
            "customer",
            "stamp_page",
            '{"pinYn": ["N", "Y"]}',
        )
        (stamp,) = own_shop.data.rows("SELECT pin_hash FROM stamp WHERE stamp_id = :stamp", stamp=number)
        assert str(stamp["pin_hash"]).startswith("$argon2id$")

    def test_the_cookie_is_for_ninety_days_this_card_and_no_script(self, own_shop: Shop, path: str) -> None:
        (cookie,) = [
            line for line in chosen(own_shop.stranger(), path).headers.get_all("Set-Cookie") or [] if PIN_COOKIE in line
        ]
        assert "HttpOnly" in cookie
        assert "Max-Age=7776000" in cookie
        assert f"Path={path}" in cookie
        assert "SameSite=lax" in cookie


class TestTelling:
    def test_the_right_one_opens_the_card_for_ninety_days(self, own_shop: Shop, path: str, owner: DashboardClient) -> None:
        assert owner
        phone = own_shop.stranger()
        assert "2 of 3 stamps" in phone.follow(told(phone, path, PIN)).text
        own_shop.clock.advance(seconds=89 * 86_400)
        assert "Open card" not in phone.get(path).text
        own_shop.clock.advance(seconds=2 * 86_400)
        assert "Open card" in phone.get(path).text

    def test_five_wrong_ones_lock_for_a_quarter_of_an_hour_then_for_twice_as_long(
        self, own_shop: Shop, path: str, owner: DashboardClient
    ) -> None:
        assert owner
        phone = own_shop.stranger()
        for minutes in (15, 30, 60):
            for left in (4, 3, 2, 1, 0):
                page = told(phone, path, "0000")
                assert (page.status, f"{left} {'try' if left == 1 else 'tries'} left." in page.text) == (403, True)
            page = told(phone, path, PIN)
            assert (page.status, f"Try again in {minutes} min" in page.text) == (429, True)
            own_shop.clock.advance(seconds=minutes * 60 + 1)
        assert told(phone, path, PIN).status == 303

    def test_the_phone_that_knows_it_is_not_locked_out(self, own_shop: Shop, path: str, owner: DashboardClient) -> None:
        stranger = own_shop.stranger()
        for _ in range(6):
            told(stranger, path, "0000")
        assert "2 of 3 stamps" in owner.get(path).text

    def test_many_guesses_at_once_are_five(self, own_shop: Shop, path: str, owner: DashboardClient) -> None:
        assert owner
        form = dict(own_shop.stranger().get(path).form(f"{path}/pin").values)
        statuses: list[int] = []

        def guess(one: int) -> None:
            statuses.append(own_shop.stranger().post(f"{path}/pin", {**form, "pin": f"{one:04}"}.items()).status)

        threads = [threading.Thread(target=guess, args=(one,)) for one in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [403] * 5 + [429] * 25


class TestGate:
    def test_who_does_not_know_it_gets_nothing_of_the_stamp(self, own_shop: Shop, path: str, owner: DashboardClient) -> None:
        page = owner.get(path)
        token = dict(page.form(f"{path}/mark").values)
        stranger = own_shop.stranger()
        for tail in ("/events", "/version", "/staff", "/pin/choose"):
            assert stranger.get(f"{path}{tail}").status == 403, tail
        asked = dict(stranger.get(path).form(f"{path}/pin").values)
        for tail in ("/mark", "/redeem", "/pin/choose", "/pin/remove", "/undo/1"):
            fields = {**token, "token": asked["token"], "pin": "1234", "onsitePwd": "latte77"}
            assert stranger.post(f"{path}{tail}", fields.items()).status == 403, tail
        assert "2 of 3 stamps" in owner.get(path).text

    @pytest.mark.one_database
    @pytest.mark.parametrize("cookie", ["", "1.2", "99999999999.0" * 3, "9999999999." + "0" * 32, "é", "x" * 5000])
    def test_a_cookie_that_is_not_ours_is_nothing(self, own_shop: Shop, path: str, owner: DashboardClient, cookie: str) -> None:
        assert owner
        phone = own_shop.stranger()
        phone.cookies[PIN_COOKIE] = cookie.encode("ascii", "ignore").decode()
        assert "Open card" in phone.get(path).text

    def test_another_stamps_cookie_is_no_use(self, own_shop: Shop, path: str, owner: DashboardClient) -> None:
        assert owner
        other = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, own_shop.alice.card_id))}"
        phone = own_shop.stranger()
        chosen(phone, other)
        assert "Open card" in phone.get(path).text


class TestReset:
    def test_the_shop_takes_it_away_and_the_customer_chooses_anew(
        self, own_shop: Shop, number: int, path: str, owner: DashboardClient
    ) -> None:
        stamps.do(own_shop, "update", number, resetPinYn="Y")
        page = own_shop.stranger().get(path)
        assert "The shop removed your PIN." in page.text
        assert "2 of 3 stamps" in page.text
        assert chosen(owner, path, "1111").status == 303
        assert "The shop removed your PIN." not in owner.get(path).text
        assert "Open card" in own_shop.stranger().get(path).text

    def test_it_ends_a_lock(self, own_shop: Shop, number: int, path: str, owner: DashboardClient) -> None:
        assert owner
        phone = own_shop.stranger()
        for _ in range(6):
            told(phone, path, "0000")
        stamps.do(own_shop, "update", number, resetPinYn="Y")
        chosen(phone, path, "1111")
        assert told(own_shop.stranger(), path, "1111").status == 303

    def test_a_stamp_without_one_has_nothing_taken_away(self, own_shop: Shop, number: int, path: str) -> None:
        stamps.do(own_shop, "update", number, resetPinYn="Y")
        assert "removed your PIN" not in own_shop.stranger().get(path).text
