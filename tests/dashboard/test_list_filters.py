"""The list of customers' cards: filters beyond a state, orders by every column, page after page, and the API's call."""

from collections.abc import Iterator

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from kit.stamps import do, issue, make_card
from stampwell.core.units import DAY_US
from stampwell.features.people.model import Role
from stampwell.features.stamps.listing import filtered_list

STAMPS = "/dashboard/stamps"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


@pytest.fixture
def card(shop: Shop, owner: Person) -> int:
    return make_card(shop, by=owner, cardNm="Coffee", maxStamps=10)


def listed(page: DashboardPage) -> list[int]:
    assert page.status == 200
    return [int(part.split('"')[0]) for part in page.html.split(f'<th scope="row"><a href="{STAMPS}/')[1:]]


def _next(page: DashboardPage) -> str | None:
    parts = page.html.split('rel="next" href="')
    return parts[1].split('"')[0].replace("&amp;", "&") if len(parts) > 1 else None


def _pages(dashboard: DashboardClient, **asked: object) -> Iterator[list[int]]:
    page = dashboard.get(STAMPS, **asked)
    while True:
        yield listed(page)
        path = _next(page)
        if path is None:
            return
        page = dashboard.get(path)


class TestFilters:
    def test_those_that_expire_within_days(self, shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
        """The shop's day is 2 March 2026."""
        today, week, month, later = (
            issue(shop, card, by=owner, endYmd=f"2026-{day}") for day in ("03-02", "03-09", "04-01", "04-02")
        )
        issue(shop, card, by=owner, endYmd="2026-03-01")
        issue(shop, card, by=owner, endYmd="2026-03-05", activeYn="N")
        assert listed(dashboard.get(STAMPS, expiring="7")) == [week, today]
        assert listed(dashboard.get(STAMPS, expiring="30")) == [month, week, today]
        assert later in listed(dashboard.get(STAMPS, expiring="8"))

    def test_those_that_are_nearly_full(self, shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
        seven, eight, nine, ten = (issue(shop, card, by=owner, marks=marks) for marks in (7, 8, 9, 10))
        assert listed(dashboard.get(STAMPS, togo="1")) == [nine]
        assert listed(dashboard.get(STAMPS, togo="2")) == [nine, eight]
        assert listed(dashboard.get(STAMPS, togo="2", state="full")) == []
        assert listed(dashboard.get(STAMPS, state="full")) == [ten]
        assert seven in listed(dashboard.get(STAMPS))

    def test_those_that_were_not_seen(self, shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
        never, long_ago, lately, new = (issue(shop, card, by=owner) for _ in range(4))
        for stamp in (long_ago, lately):
            do(shop, "add", stamp, by=owner)
        for stamp in (never, long_ago, lately):
            shop.data.run(f"UPDATE stamp SET created_at = created_at - {100 * DAY_US} WHERE stamp_id = {stamp}")
        shop.data.run(f"UPDATE stamp_event SET occurred_at = occurred_at - {40 * DAY_US} WHERE stamp_id = {long_ago}")
        assert sorted(listed(dashboard.get(STAMPS, unseen="30"))) == [never, long_ago]
        assert listed(dashboard.get(STAMPS, unseen="90")) == [never]
        assert new not in listed(dashboard.get(STAMPS, unseen="30", order="customer-up"))

    def test_go_together_with_a_search(self, shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
        soon = issue(shop, card, by=owner, userId="kim", endYmd="2026-03-04")
        issue(shop, card, by=owner, userId="kim", endYmd="2026-12-31")
        assert listed(dashboard.get(STAMPS, q="kim", expiring="7")) == [soon]

    def test_are_counted_and_can_be_cleared(self, shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
        issue(shop, card, by=owner, endYmd="2026-03-04")
        page = dashboard.get(STAMPS, expiring="7", card=card)
        assert "Filters 2" in page.text
        assert "Clear filters" in page.text
        assert f"{STAMPS}/bulk?card={card}&amp;expiring=7" in page.html
        assert f"{STAMPS}/export?card={card}&amp;expiring=7" in page.html


class TestOrder:
    @pytest.fixture
    def stamps(self, shop: Shop, owner: Person, card: int) -> list[int]:
        """By name b, C, a, and one without."""
        tea = make_card(shop, by=owner, cardNm="apple tea", maxStamps=10)
        rows = (
            (card, {"userNm": "bea", "endYmd": "2026-12-03"}, 5),
            (tea, {"userNm": "Carl", "endYmd": "2026-12-01"}, 1),
            (card, {"userNm": "Ann", "endYmd": "2026-12-04"}, 0),
            (card, {"endYmd": "2026-12-02"}, 10),
        )
        return [issue(shop, number, by=owner, marks=marks, **given) for number, given, marks in rows]

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("", [3, 2, 1, 0]),
            ("issued-up", [0, 1, 2, 3]),
            ("customer-up", [2, 0, 1, 3]),
            ("customer-down", [3, 1, 0, 2]),
            ("card-up", [1, 0, 2, 3]),
            ("card-down", [3, 2, 0, 1]),
            ("marks-down", [3, 0, 1, 2]),
            ("marks-up", [2, 1, 0, 3]),
            ("ends-up", [1, 3, 0, 2]),
            ("ends-down", [2, 0, 3, 1]),
            ("nothing-up", [3, 2, 1, 0]),
        ],
    )
    def test_page_after_page(
        self, dashboard: DashboardClient, stamps: list[int], order: str, expected: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = [stamps[place] for place in expected]
        assert listed(dashboard.get(STAMPS, order=order)) == whole
        monkeypatch.setattr(filtered_list, "PAGE_SIZE", 2)
        pages = list(_pages(dashboard, order=order))
        assert pages == ([whole] if order in {"", "nothing-up"} else [whole[:2], whole[2:]])

    def test_is_that_of_the_newest_where_there_are_more(
        self, dashboard: DashboardClient, stamps: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(filtered_list, "MOST_STAMPS", 3)
        page = dashboard.get(STAMPS, order="customer-up")
        assert listed(page) == [stamps[2], stamps[1], stamps[3]]
        assert "In this order among the 3 newest" in page.text
        monkeypatch.setattr(filtered_list, "MOST_STAMPS", 4)
        assert "In this order among" not in dashboard.get(STAMPS, order="customer-up").text

    def test_of_a_filter_that_looks_far_goes_on(
        self, dashboard: DashboardClient, stamps: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(filtered_list, "MOST_STAMPS", 2)
        pages = list(_pages(dashboard, togo="2", order="issued-up"))
        assert [stamp for page in pages for stamp in page] == []
        assert len(pages) == len(stamps) / 2 + 1
        assert "looked through 2 cards" in dashboard.get(STAMPS, togo="2").text

    def test_headings_turn_it(self, dashboard: DashboardClient, stamps: list[int]) -> None:
        page = dashboard.get(STAMPS, order="customer-up")
        assert 'aria-sort="ascending"><a class="sorts" href="/dashboard/stamps?order=customer-down"' in page.html
        # What is searched for comes in the order of the search.
        assert "sorts" not in dashboard.get(STAMPS, q="ann").html
        assert stamps

    def test_a_cursor_of_another_order_is_refused(self, dashboard: DashboardClient, stamps: list[int]) -> None:
        page = dashboard.get(STAMPS, order="customer-up", cursor="IkEi.AAAA")
        assert (listed(page), "is not a nextCursor" in page.text) == ([], True)
        assert stamps


def test_the_api_is_shown_only_where_it_has_that_list(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    issue(shop, card, by=owner, endYmd="2026-03-04")
    assert f"/api/stamp/v1/list?cardIdx={card}&#39;" in dashboard.get(STAMPS, card=card).html
    for asked in ({"expiring": "7"}, {"order": "customer-up"}):
        page = dashboard.get(STAMPS, **asked)
        assert ("/api/stamp/v1/list" in page.html, "The API has no list with these filters" in page.text) == (False, True)


def test_who_may_not_change_cards_has_no_boxes(shop: Shop, owner: Person, card: int) -> None:
    issue(shop, card, by=owner)
    assert 'name="ids"' in shop.dashboard(owner).get(STAMPS).html
    page = shop.dashboard(owner, role=Role.STAFF).get(STAMPS)
    assert ('name="ids"' in page.html, "/dashboard/stamps/export" in page.html) == (False, False)


def test_a_chip_says_only_what_is_unusual(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    issue(shop, card, by=owner, endYmd="2026-12-31")
    assert "chip chip-" not in dashboard.get(STAMPS).html
    issue(shop, card, by=owner, endYmd="2026-03-08")
    assert "Expires soon" in dashboard.get(STAMPS).text
