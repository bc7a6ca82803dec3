"""The home page: the first steps of a new shop, then today and the last four weeks."""

import re
from datetime import date, timedelta

import pytest

from kit.dashboard_client import DashboardPage
from kit.people import Person
from kit.projection import project
from kit.shop import Shop
from kit.stamps import do, issue, make_card
from stampwell.features.people.model import Role

HOME = "/dashboard"
TODAY = date(2026, 3, 2)


@pytest.fixture
def owner(shop: Shop) -> Person:
    """Of a shop of her own, in which a card was issued and a mark added."""
    opened = shop.open_account(name="Tea & Co")
    issue(shop, opened.card_id, marks=1, by=opened)
    return opened


def home(shop: Shop, of: Person, role: Role = Role.OWNER) -> DashboardPage:
    return shop.dashboard(of, role).get(HOME)


def steps(page: DashboardPage) -> list[str]:
    """What is said of each first step."""
    listed = page.html.partition('<ol class="steps">')[2].partition("</ol>")[0]
    return [re.sub(r".*?(Done|Next)?$", r"\1", title.replace("</span>", "")) for title in re.findall(r"<h3>(.*?)</h3>", listed)]


def primary(page: DashboardPage) -> list[str]:
    """Where the primary actions lead."""
    return re.findall(r'<a class="button primary" href="([^"]*)"', page.html)


class TestFirstSteps:
    @pytest.fixture
    def new(self, shop: Shop) -> Person:
        """An owner of a shop without a card."""
        opened = shop.open_account(name="New")
        shop.data.run("DELETE FROM card WHERE account_id = :account_id", account_id=opened.account_id)
        return opened

    def test_one_after_the_other_until_all_are_done(self, shop: Shop, new: Person) -> None:
        page = home(shop, new)
        assert (steps(page), primary(page)) == (["Next", "", ""], ["/dashboard/cards/new"])
        card = make_card(shop, by=new)
        page = home(shop, new)
        assert (steps(page), primary(page)) == (["Done", "Next", ""], [f"/dashboard/stamps/new?card={card}"])
        stamp = issue(shop, card, by=new)
        page = home(shop, new)
        assert (steps(page), primary(page)) == (["Done", "Done", "Next"], [f"/dashboard/stamps/{stamp}"])
        do(shop, "add", stamp, by=new)
        assert steps(home(shop, new)) == []

    def test_meanwhile_there_are_no_figures_and_no_charts(self, shop: Shop, new: Person) -> None:
        page = home(shop, new)
        assert "<svg width" not in page.html
        assert "You're all caught up." not in page.text
        assert "The last 4 weeks" not in page.text

    def test_once_done_they_never_come_back(self, shop: Shop, new: Person) -> None:
        card = make_card(shop, by=new)
        stamp = issue(shop, card, by=new)
        do(shop, "add", stamp, by=new)
        project(shop.data)
        do(shop, "delete", stamp, by=new)
        shop.data.run("DELETE FROM card WHERE account_id = :account_id", account_id=new.account_id)
        project(shop.data)
        assert steps(home(shop, new)) == []

    def test_staff_are_not_sent_where_they_may_not_go(self, shop: Shop, new: Person) -> None:
        page = home(shop, new, Role.STAFF)
        assert "/dashboard/cards/new" not in page.html
        assert "An owner or a manager of this shop can do this." in page.text
        card = make_card(shop, by=new)
        assert primary(home(shop, new, Role.STAFF)) == [f"/dashboard/stamps/new?card={card}"]

    def test_a_design_that_takes_no_cards_leads_to_the_designs(self, shop: Shop, new: Person) -> None:
        make_card(shop, by=new, activeYn="N")
        assert primary(home(shop, new)) == ["/dashboard/cards"]


class TestTheFigures:
    @pytest.fixture
    def busy(self, shop: Shop, owner: Person) -> Person:
        """Of a shop that added 12 marks a week ago, and 3 today."""
        stamp = issue(shop, make_card(shop, by=owner, maxStamps=20), by=owner)
        for days_ago, marks in ((7, 12), (0, 3)):
            do(shop, "add", stamp, by=owner, count=marks)
            shop.data.run(
                "UPDATE stamp_event SET local_day = :day WHERE stamp_id = :stamp AND stamps_after = :after",
                day=(TODAY - timedelta(days=days_ago)).isoformat(),
                stamp=stamp,
                after=12 if days_ago else 15,
            )
        project(shop.data)
        return owner

    def test_today_and_the_last_weeks_in_words(self, shop: Shop, busy: Person) -> None:
        text = home(shop, busy).text
        assert "Stamps added 3 today · 0 yesterday" in text
        assert "15 total, busiest day 12" in text
        assert "Last 7 days: 3 · the 7 before: 12" in text

    def test_the_axis_has_days_and_today(self, shop: Shop, busy: Person) -> None:
        chart = home(shop, busy).html.partition("<figure")[2].partition("</figure>")[0]
        assert re.findall(r">([^<>]+)</text>", chart) == ["12", "3 Feb", "10 Feb", "17 Feb", "24 Feb", "Today"]
        assert chart.count('class="chart-today"') == 1

    def test_the_same_as_a_table(self, shop: Shop, busy: Person) -> None:
        table = home(shop, busy).html.partition("data-chart-table")[2].partition("</table>")[0]
        assert table.count("<tr>") == 29
        assert re.search(r"Mon 2 Mar</time></th><td[^>]*>3</td><td[^>]*>2</td><td[^>]*>0</td>", table)

    def test_a_number_leads_to_the_list_that_it_counts(self, shop: Shop, busy: Person) -> None:
        assert '<a href="/dashboard/stamps">2</a>' in home(shop, busy).html

    def test_who_expires_this_week_is_one_link_away(self, shop: Shop, busy: Person) -> None:
        lookups = home(shop, busy).html.partition('<nav class="lookups"')[2].partition("</nav>")[0]
        assert re.search(r'href="([^"]*)">Expiring within 7 days<', lookups)

    def test_staff_see_a_search_and_today(self, shop: Shop, busy: Person) -> None:
        page = home(shop, busy, Role.STAFF)
        assert re.search(r'<input id="find" name="q"[^>]* autofocus ', page.html)
        assert "3 today" in page.text
        assert "The last 4 weeks" not in page.text

    def test_in_korean(self, shop: Shop, busy: Person) -> None:
        dashboard = shop.dashboard(busy)
        dashboard.language = "ko"
        page = dashboard.get(HOME)
        assert ">2월 24일</text>" in page.html
