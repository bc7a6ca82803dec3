"""How many tries there are at an address and from a network: each limit by itself, so that none stands in for another."""

from collections.abc import Iterator

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.joining import BOB, OTHER, PASSWORD, PROFILE, SIGN_IN, invited, join, sign_in
from kit.mail import SENDER, Mailbox, serving
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.features.people import throttling

HOUR_S = 3600
FORGOT = "/dashboard/forgot"
HOUSEHOLD, NEIGHBOUR = "2001:db8:1:2::", "2001:db8:1:3::1"


def send(dashboard: DashboardClient, page: DashboardPage, path: str, *, at: str, **fields: str) -> int:
    """The status of the answer to the page's form, sent by a client at that address."""
    values = [(name, value) for name, value in page.form(path).values if name not in fields]
    return dashboard.post(path, [*values, *fields.items()], headers={"X-Forwarded-For": at}).status


def tried(shop: Shop, number: int, *, email: str = BOB) -> None:
    """So many tries at the address, each from a network of its own."""
    for one in range(number):
        at = f"192.0.{one // 250}.{one % 250}"
        shop.data.write(throttling.count_try, email, at, browser="", address="192.0.2.1", now_us=shop.clock.now_us())


@pytest.fixture
def bob(own_shop: Shop) -> DashboardClient:
    return join(own_shop, invited(own_shop, own_shop.alice).token)


@pytest.mark.usefixtures("bob")
class TestAtAnAddress:
    def test_are_thirty_an_hour_wherever_they_come_from(self, own_shop: Shop) -> None:
        tried(own_shop, 30)
        page = sign_in(own_shop)[1]
        assert (page.status, page.headers["Retry-After"]) == (429, "3600")
        # It is the address that is locked, not the network.
        assert sign_in(own_shop, "eve@x.example")[1].status == 403
        own_shop.clock.advance(seconds=HOUR_S + 1)
        assert sign_in(own_shop)[1].status == 303

    def test_that_go_well_are_none_and_take_back_none(self, own_shop: Shop) -> None:
        """Several people may give the address: whoever knows one password could else guess at another's for ever."""
        tried(own_shop, 29)
        assert [sign_in(own_shop)[1].status for _ in range(3)] == [303] * 3
        assert sign_in(own_shop, BOB, "wrong")[1].status == 403
        assert sign_in(own_shop)[1].status == 429

    def test_are_counted_whichever_way_it_is_spelled(self, own_shop: Shop) -> None:
        spellings = (BOB, BOB.upper(), BOB.title(), f" {BOB}", f"{BOB[0]}{BOB[1:].upper()}")
        assert [sign_in(own_shop, email, "wrong")[1].status for email in spellings] == [403] * 5
        assert sign_in(own_shop)[1].status == 429

    def test_of_one_household_are_counted_together(self, own_shop: Shop) -> None:
        dashboard = own_shop.stranger()
        page = dashboard.get(SIGN_IN)
        wrong = {"email": BOB, "password": "wrong"}
        assert [send(dashboard, page, SIGN_IN, at=f"{HOUSEHOLD}{one}", **wrong) for one in range(1, 7)] == [403] * 5 + [429]
        assert send(dashboard, page, SIGN_IN, at=NEIGHBOUR, **wrong) == 403


class TestFromANetwork:
    def test_are_a_hundred_an_hour_whomever_they_are_for(self, own_shop: Shop) -> None:
        now_us = own_shop.clock.now_us()
        for one in range(99):
            own_shop.data.write(
                throttling.count_try, f"x{one}@x.example", "127.0.0.1", browser="", address="192.0.2.1", now_us=now_us
            )
        assert sign_in(own_shop, "y@x.example")[1].status == 403
        page = sign_in(own_shop, "z@x.example")[1]
        assert (page.status, page.headers["Retry-After"]) == (429, "3600")
        dashboard = own_shop.stranger()
        assert send(dashboard, dashboard.get(SIGN_IN), SIGN_IN, at=NEIGHBOUR, email="z@x.example", password="wrong") == 403


class TestPresentPassword:
    def test_that_is_right_is_no_try(self, bob: DashboardClient) -> None:
        present, new = PASSWORD, OTHER
        for _ in range(7):
            assert bob.submit(bob.get(PROFILE), f"{PROFILE}/password", present=present, password=new).status == 303
            present, new = new, present

    def test_is_tried_with_those_at_the_address_form(self, bob: DashboardClient) -> None:
        wrong = {"email": "bob@home.example", "own": "wrong"}
        for _ in range(3):
            assert bob.submit(bob.get(PROFILE), f"{PROFILE}/address", **wrong).status == 400
        for _ in range(2):
            assert bob.submit(bob.get(PROFILE), f"{PROFILE}/password", present="wrong", password=OTHER).status == 400
        assert bob.submit(bob.get(PROFILE), f"{PROFILE}/address", **wrong).status == 429


@pytest.mark.one_database
class TestLetters:
    @pytest.fixture
    def shop(self, open_shop: OpenShop, dialect: str) -> Iterator[Shop]:
        for port in serving(Mailbox()):
            url = f"smtp://127.0.0.1:{port}"
            yield open_shop(dialect, smtp_url=url, mail_from=SENDER, dashboard_url="http://stamps.beans.example")

    @staticmethod
    def _asked(shop: Shop, *, at: str, email: str) -> int:
        dashboard = shop.stranger()
        return send(dashboard, dashboard.get(FORGOT), FORGOT, at=at, email=email)

    def test_to_an_address_are_three_an_hour_whichever_way_it_is_spelled(self, shop: Shop) -> None:
        spellings = (BOB, BOB.upper(), BOB.title(), f"B{BOB[1:]}")
        statuses = [self._asked(shop, at=f"192.0.2.{one}", email=email) for one, email in enumerate(spellings)]
        assert statuses == [303] * 3 + [429]
        shop.clock.advance(seconds=HOUR_S + 1)
        assert self._asked(shop, at="192.0.2.1", email=BOB) == 303

    def test_from_a_household_are_twenty_an_hour(self, shop: Shop) -> None:
        asked = [self._asked(shop, at=f"{HOUSEHOLD}{one:x}", email=f"x{one}@x.example") for one in range(1, 22)]
        assert asked == [303] * 20 + [429]
        assert self._asked(shop, at=NEIGHBOUR, email="y@x.example") == 303

    def test_that_prove_an_address_are_counted_with_them(self, shop: Shop) -> None:
        bob = join(shop, invited(shop, shop.alice).token)
        for one in range(20):
            assert self._asked(shop, at=f"{HOUSEHOLD}{one:x}", email=f"x{one}@x.example") == 303
        page, path = bob.get(PROFILE), f"{PROFILE}/address"
        given = {"email": "bob@home.example", "own": PASSWORD}
        assert send(bob, page, path, at=f"{HOUSEHOLD}ff", **given) == 429
        assert send(bob, page, path, at=NEIGHBOUR, **given) == 303
