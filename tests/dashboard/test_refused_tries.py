"""Why only six? Tries that were refused stand in the history of the card, from every way in, and nowhere else."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import code_of, issue, make_card, refused
from stampwell.features.people.model import Role


def at(stamp: int) -> str:
    return f"/dashboard/stamps/{stamp}"


def wait_until_kept(shop: Shop, stamp: int, *, tries: int = 1) -> None:
    def kept() -> bool:
        rows = shop.data.rows("SELECT tries FROM refused_try WHERE stamp_id = :stamp", stamp=stamp)
        return sum(row["tries"] for row in rows) >= tries

    wait_for(kept)


class TestByTheApi:
    @pytest.mark.parametrize("name", ["number", "code"])
    def test_the_daily_limit_is_said_with_who_and_how_often(self, own_shop: Shop, name: str) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, dailyMax=1))
        named: object = stamp if name == "number" else code_of(shop, stamp)
        shop.put("/api/stamp/v1/add", shop.alice, stampIdx=named)
        for _ in range(3):
            assert refused(shop, "add", named)[0] == 409
        wait_until_kept(shop, stamp, tries=3)
        page = shop.dashboard(role=Role.STAFF).get(at(stamp))
        assert "No stamp: daily limit reached 3 tries" in page.text
        assert page.text.index("daily limit reached") < page.text.index("1 stamp added")

    def test_a_wrong_password_is_said(self, own_shop: Shop) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, onsiteYn="Y", onsitePwd="sesame", maxStamps=1), marks=1)
        refused(shop, "redeem", stamp, onsitePwd="wrong")
        wait_until_kept(shop, stamp)
        assert "Refused: wrong staff password" in shop.dashboard().get(at(stamp)).text

    def test_what_was_wrong_with_the_request_is_not_kept(self, own_shop: Shop) -> None:
        shop = own_shop
        card = make_card(shop, dailyMax=1)
        stamp, other = issue(shop, card), issue(shop, card)
        refused(shop, "remove", stamp, count=1)
        refused(shop, "add", stamp, count=0)
        shop.put("/api/stamp/v1/add", shop.alice, stampIdx=other)
        refused(shop, "add", other)
        # It was noted after the others, and is written after them.
        wait_until_kept(shop, other)
        assert shop.data.rows("SELECT * FROM refused_try WHERE stamp_id = :stamp", stamp=stamp) == []

    def test_another_shop_that_tries_leaves_nothing(self, own_shop: Shop) -> None:
        shop = own_shop
        card = make_card(shop, dailyMax=1)
        stamp, other = issue(shop, card), issue(shop, card)
        shop.put("/api/stamp/v1/add", shop.charlie, stampIdx=stamp)
        shop.put("/api/stamp/v1/add", shop.alice, stampIdx=other)
        refused(shop, "add", other)
        wait_until_kept(shop, other)
        assert shop.data.rows("SELECT * FROM refused_try WHERE stamp_id = :stamp", stamp=stamp) == []


class TestAtTheDesk:
    def test_it_is_said_who_tried(self, own_shop: Shop) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, cooldownSec=3600))
        staff = shop.dashboard(role=Role.STAFF, name="Bob")
        staff.done(staff.get(at(stamp)), f"{at(stamp)}/add")
        assert staff.submit(staff.get(at(stamp)), f"{at(stamp)}/add").status == 409
        wait_until_kept(shop, stamp)
        assert "No stamp: too soon after the last one \N{EN DASH} Bob, in the dashboard" in staff.get(at(stamp)).text


class TestInTheHistory:
    @pytest.fixture
    def dashboard(self, own_shop: Shop) -> DashboardClient:
        return own_shop.dashboard()

    def test_the_newest_five_are_shown_and_all_on_request(self, own_shop: Shop, dashboard: DashboardClient) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, maxStamps=10))
        for _ in range(5):
            shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp)
        page = dashboard.get(at(stamp))
        assert (page.text.count("1 stamp added"), "Issued 0" in page.text) == (5, False)
        every = dashboard.get(page.html.split('<p class="actions"><a class="button quiet" href="')[-1].split("#")[0])
        assert (every.text.count("1 stamp added"), "Issued 0" in every.text) == (5, True)

    def test_a_try_stands_on_the_page_of_its_time(self, own_shop: Shop, dashboard: DashboardClient) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, maxStamps=100, dailyMax=60))
        for number in range(60):
            shop.clock.advance(seconds=1)
            shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp)
            if number == 2:
                insert = """
                INSERT INTO refused_try VALUES (:account, :stamp, 0, 'too_soon', 'api_key', 1, 'api', 1, :now)
                """
                shop.data.run(insert, account=shop.alice.account_id, stamp=stamp, now=shop.clock.now_us())
        newest = dashboard.get(at(stamp), history="all")
        assert "too soon after the last one" not in newest.text
        older = newest.html.split('rel="next" href="')[1].split('"')[0]
        assert "too soon after the last one" in dashboard.get(older).text

    def test_it_goes_with_the_stamp(self, own_shop: Shop) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop, dailyMax=1), marks=0)
        shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp)
        refused(shop, "add", stamp)
        wait_until_kept(shop, stamp)
        shop.request("DELETE", "/api/stamp/v1/delete", by=shop.alice, query={"stampIdx": stamp})
        assert shop.data.rows("SELECT * FROM refused_try WHERE stamp_id = :stamp", stamp=stamp) == []
