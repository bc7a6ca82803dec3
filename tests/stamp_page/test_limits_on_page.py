"""Tries on the customer's page count by card and network: the staff password as in the API, and the PIN."""

import pytest
from structlog.testing import capture_logs

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.features.stamps.pins import MOST_CHANGES_A_DAY

PASSWORD, PIN = "latte77", "4071"
STRANGER, OTHER = "203.0.113.7", "198.51.100.9"
HOUSEHOLD, NEIGHBOUR = "2001:db8:1:2::", "2001:db8:1:3::1"
MOST_ON_A_CARD = 20


@pytest.fixture
def card(own_shop: Shop) -> int:
    return stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=9)


def paths(shop: Shop, card: int, number: int) -> list[str]:
    return [f"/stamp/{code_of(shop, stamps.issue(shop, card, marks=1))}" for _ in range(number)]


def send(phone: DashboardClient, path: str, tail: str, *, at: str, **fields: str) -> DashboardPage:
    """By the form of the page, as a client at that address."""
    form = phone.get(path).form(f"{path}{tail}")
    values = [(name, value) for name, value in form.values if name not in fields]
    return phone.post(f"{path}{tail}", [*values, *fields.items()], headers={"X-Forwarded-For": at})


def mark(shop: Shop, path: str, password: str = "wrong", *, at: str = STRANGER) -> DashboardPage:
    return send(shop.stranger(), path, "/mark", at=at, onsitePwd=password)


def tell(shop: Shop, path: str, pin: str = "0000", *, at: str = STRANGER) -> DashboardPage:
    return send(shop.stranger(), path, "/pin", at=at, pin=pin)


def choose(phone: DashboardClient, path: str, pin: str = PIN) -> DashboardPage:
    return phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin=pin, again=pin)


class TestTheStaffPassword:
    def test_twenty_wrong_ones_on_a_card_refuse_that_network_and_no_other(self, own_shop: Shop, card: int) -> None:
        links = paths(own_shop, card, 6)
        assert {mark(own_shop, links[one % 5]).status for one in range(MOST_ON_A_CARD)} == {403}
        page = mark(own_shop, links[5], PASSWORD)
        assert (page.status, page.headers["Retry-After"]) == (429, "900")
        assert "Too many wrong passwords from this network. Try again in 15 min." in page.text
        assert mark(own_shop, links[0], PASSWORD, at=OTHER).status == 303

    def test_they_count_with_those_of_the_api(self, own_shop: Shop, card: int) -> None:
        links = paths(own_shop, card, 4)
        assert {mark(own_shop, links[one % 4]).status for one in range(MOST_ON_A_CARD - 4)} == {403}
        full = stamps.issue(own_shop, card, marks=9)
        headers = {"X-Forwarded-For": STRANGER}
        codes = [stamps.ask(own_shop, "redeem", full, onsitePwd="wrong", headers=headers).json["code"] for _ in range(5)]
        assert codes == [40305] * 4 + [42902]

    def test_five_wrong_ones_of_a_stranger_do_not_lock_the_stamp_for_staff(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        assert [mark(own_shop, link).status for _ in range(6)] == [403] * 5 + [429]
        assert mark(own_shop, link, PASSWORD, at=OTHER).status == 303

    def test_those_of_one_household_are_one_networks(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        assert [mark(own_shop, link, at=f"{HOUSEHOLD}{one}").status for one in range(6)] == [403] * 5 + [429]
        assert mark(own_shop, link, PASSWORD, at=NEIGHBOUR).status == 303

    def test_the_network_is_not_kept_as_it_is(self, own_shop: Shop, card: int) -> None:
        """Nobody needs to read it: it is a customer's address."""
        (link,) = paths(own_shop, card, 1)
        assert mark(own_shop, link).status == 403
        rows = own_shop.data.rows("SELECT network FROM secret_try WHERE network <> ''")
        assert len(rows) == 2
        assert STRANGER not in str(rows)


class TestThePin:
    def test_twenty_wrong_ones_over_the_stamps_of_a_card_refuse_that_network(self, own_shop: Shop, card: int) -> None:
        links = paths(own_shop, card, 6)
        phones = [own_shop.stranger() for _ in links]
        for phone, link in zip(phones, links, strict=True):
            assert choose(phone, link).status == 303
        assert {tell(own_shop, links[one % 5]).status for one in range(MOST_ON_A_CARD)} == {403}
        page = tell(own_shop, links[5], PIN)
        assert (page.status, page.headers["Retry-After"]) == (429, "900")
        assert "Too many wrong PINs from your network. Try again in 15 min." in page.text
        # Whoever knows it elsewhere, and the phones that know it here, go on; so do staff.
        assert tell(own_shop, links[5], PIN, at=OTHER).status == 303
        assert phones[5].send("GET", links[5], headers={"X-Forwarded-For": STRANGER}).status == 200
        assert send(phones[5], links[5], "/mark", at=STRANGER, onsitePwd=PASSWORD).status == 303

    def test_those_of_one_household_are_one_networks(self, own_shop: Shop, card: int) -> None:
        links = paths(own_shop, card, 6)
        for link in links:
            choose(own_shop.stranger(), link)
        tries = [tell(own_shop, links[one % 5], at=f"{HOUSEHOLD}{one:x}") for one in range(MOST_ON_A_CARD)]
        assert {page.status for page in tries} == {403}
        assert tell(own_shop, links[5], PIN, at=f"{HOUSEHOLD}ff").status == 429
        assert tell(own_shop, links[5], PIN, at=NEIGHBOUR).status == 303

    def test_right_ones_are_none(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        choose(own_shop.stranger(), link)
        assert {tell(own_shop, link, PIN).status for _ in range(MOST_ON_A_CARD + 2)} == {303}

    def test_a_lock_says_how_long_in_its_header(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        choose(own_shop.stranger(), link)
        assert [tell(own_shop, link).status for _ in range(5)] == [403] * 5
        assert tell(own_shop, link, PIN).headers["Retry-After"] == "900"

    @pytest.mark.one_database
    def test_every_refused_one_is_one_line_in_the_log(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        choose(own_shop.stranger(), link)
        with capture_logs() as logs:
            for _ in range(6):
                tell(own_shop, link, "9182")
        lines = [line for line in logs if line["event"] == "pin refused"]
        assert [(line["reason"], line["network"]) for line in lines] == [("wrong", STRANGER)] * 5 + [("locked", STRANGER)]
        assert "9182" not in str(lines)

    def test_a_lock_of_a_clock_that_was_ahead_ends_in_its_time(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        choose(own_shop.stranger(), link)
        own_shop.clock.advance(seconds=200 * 86_400)
        assert [tell(own_shop, link).status for _ in range(5)] == [403] * 5
        own_shop.clock.advance(seconds=-200 * 86_400)
        assert tell(own_shop, link, PIN).headers["Retry-After"] == "900"
        own_shop.clock.advance(seconds=900)
        assert tell(own_shop, link, PIN).status == 303


class TestChangingThePin:
    def test_ten_times_a_day_and_no_more(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        phone = own_shop.stranger()
        assert {choose(phone, link, f"10{one:02}").status for one in range(MOST_CHANGES_A_DAY)} == {303}
        page = choose(phone, link, "9999")
        assert page.status == 429
        assert "The PIN was changed too often today. Try again in 1440 min." in page.text
        assert page.headers["Retry-After"] == "86400"
        removed = phone.get(f"{link}/pin/choose")
        assert phone.submit(removed, f"{link}/pin/remove").status == 429
        assert tell(own_shop, link, "1009").status == 303
        own_shop.clock.advance(seconds=86_400)
        assert choose(phone, link, "9999").status == 303

    def test_the_shop_can_take_it_away_all_the_same(self, own_shop: Shop, card: int) -> None:
        number = stamps.issue(own_shop, card)
        link, phone = f"/stamp/{code_of(own_shop, number)}", own_shop.stranger()
        for one in range(MOST_CHANGES_A_DAY):
            choose(phone, link, f"10{one:02}")
        stamps.do(own_shop, "update", number, resetPinYn="Y")
        assert "The shop removed your PIN." in own_shop.stranger().get(link).text

    def test_another_card_is_not_concerned(self, own_shop: Shop, card: int) -> None:
        first, other = paths(own_shop, card, 2)
        phone = own_shop.stranger()
        for one in range(MOST_CHANGES_A_DAY):
            choose(phone, first, f"10{one:02}")
        assert choose(own_shop.stranger(), other).status == 303

    def test_changes_by_a_clock_that_was_ahead_do_not_count(self, own_shop: Shop, card: int) -> None:
        (link,) = paths(own_shop, card, 1)
        phone = own_shop.stranger()
        own_shop.clock.advance(seconds=200 * 86_400)
        for one in range(MOST_CHANGES_A_DAY):
            choose(phone, link, f"10{one:02}")
        own_shop.clock.advance(seconds=-200 * 86_400)
        assert choose(phone, link, "9999").status == 303
