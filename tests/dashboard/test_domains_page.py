"""Link Domain Management: add a domain, prove it by a real DNS record, issue on it, remove it. On both databases."""

from collections.abc import Iterator
from html import unescape

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.databases import Databases
from kit.dns import NameServer
from kit.people import Person
from kit.shop import Shop, least
from stampwell.features.people.model import Role

_LIST = "/dashboard/domains"
_MANY_STAMPS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title, user_id,
    created_at)
SELECT :account_id, :card_id, 'MANY' || i, :domain, '2026-01-01', '2026-12-31', TRUE, 0, 10, '', 'u', i FROM n
"""


@pytest.fixture(scope="module")
def search_shop(databases: Databases, dialect: str, name_server: NameServer) -> Iterator[Shop]:
    """A shop that asks the test's name server."""
    opened = Shop(databases.fresh(dialect), dns_servers=name_server.setting)
    yield opened
    opened.close()


@pytest.fixture
def owner(search_shop: Shop) -> Person:
    return search_shop.open_account(plan="premium", name="Tea & Co")


@pytest.fixture
def dashboard(search_shop: Shop, owner: Person) -> DashboardClient:
    return search_shop.dashboard(owner)


def _add(dashboard: DashboardClient, name: str) -> DashboardPage:
    return dashboard.done(dashboard.get(_LIST), _LIST, domain=name)


def _token(page: DashboardPage) -> str:
    return unescape(page.html).split("stampwell-domain=", 1)[1].split("<", 1)[0]


def _deeds(search_shop: Shop, owner: Person) -> list[str]:
    sql = "SELECT action, subject_name FROM audit WHERE account_id = :account_id ORDER BY audit_id"
    return [f"{row['action']} {row['subject_name']}" for row in search_shop.data.rows(sql, account_id=owner.account_id)]


class TestAdding:
    def test_the_page_shows_the_record_to_add(self, dashboard: DashboardClient) -> None:
        page = _add(dashboard, "HTTPS://Stamps.Tea.example/")
        assert "Domain added: stamps.tea.example. Now verify that it's yours." in page.text
        assert "_stampwell.stamps.tea.example" in page.text
        assert "https://stamps.tea.example/.well-known/stampwell-domain.txt" in page.text
        assert "Not verified yet" in page.text
        assert len(_token(page)) == 32

    def test_a_name_of_other_letters_is_shown_in_them(self, dashboard: DashboardClient) -> None:
        page = _add(dashboard, "https://커피.example")
        assert "Domain added: 커피.example." in page.text
        assert "_stampwell.xn--ve7b29i.example" in page.text

    def test_again_leads_to_the_one_there_is(self, dashboard: DashboardClient) -> None:
        first, again = _add(dashboard, "tea.example"), _add(dashboard, "https://tea.example")
        assert first.path == again.path
        assert "You already have this domain: tea.example." in again.text

    def test_what_is_no_domain_stays_in_the_field(self, dashboard: DashboardClient) -> None:
        page = dashboard.submit(dashboard.get(_LIST), _LIST, domain="https://192.0.2.1")
        assert page.status == 400
        assert "Enter the full name of a domain, such as stamps.example.com." in page.text
        assert dict(page.form(_LIST).values)["domain"] == "https://192.0.2.1"

    def test_a_plan_without_them_is_told_which_has_them(self, search_shop: Shop) -> None:
        dashboard = search_shop.dashboard(search_shop.open_account(plan="personal"))
        page = dashboard.get(_LIST)
        assert "You are on the personal plan; custom domains come with premium or higher." in page.text
        assert f'action="{_LIST}"' not in page.html

    def test_nor_can_it_add_one(self, search_shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = dashboard.get(_LIST)
        search_shop.data.run("UPDATE account SET plan = 'personal' WHERE account_id = :id", id=owner.account_id)
        refused = dashboard.submit(page, _LIST, domain="tea.example")
        assert refused.status == 403
        assert search_shop.data.rows("SELECT 1 FROM domain WHERE account_id = :id", id=owner.account_id) == []


class TestChecking:
    def test_a_record_verifies_and_create_takes_it_at_once(
        self, search_shop: Shop, dashboard: DashboardClient, owner: Person, name_server: NameServer, dialect: str
    ) -> None:
        host = f"proved.{dialect}.example"
        page = _add(dashboard, host)
        name_server.set_text(f"_stampwell.{host}", f"stampwell-domain={_token(page)}")
        checked = dashboard.done(page, f"{page.path}/check")
        assert f"Domain verified: {host}. You can issue cards on it now." in checked.text
        assert "Verified by DNS record" in checked.text
        assert f'"domain": "https://{host}"' in unescape(checked.html)
        stamp_id = search_shop.create(owner, least(cardIdx=owner.card_id, domain=f"https://{host}")).result
        assert search_shop.data.stamp(stamp_id)["domain"] == f"https://{host}"
        assert _deeds(search_shop, owner) == [f"domain.added {host}", f"domain.verified {host}"]
        assert "Verified" in dashboard.get(_LIST).text

    def test_without_a_record_it_says_what_to_do(self, dashboard: DashboardClient) -> None:
        page = _add(dashboard, "unproved.example")
        checked = dashboard.done(page, f"{page.path}/check")
        assert "Not verified yet: unproved.example. See below what we found." in checked.text
        sentence = "There is no TXT record at _stampwell.unproved.example yet. Add one that says stampwell-domain="
        assert sentence in checked.text
        assert sentence in dashboard.get(_LIST).text

    def test_who_presses_again_at_once_has_nobody_asked(
        self, search_shop: Shop, dashboard: DashboardClient, name_server: NameServer, dialect: str
    ) -> None:
        host = f"again.{dialect}.example"
        page = _add(dashboard, host)
        dashboard.done(page, f"{page.path}/check")
        name_server.set_text(f"_stampwell.{host}", f"stampwell-domain={_token(page)}")
        search_shop.clock.advance(seconds=4)
        assert f"Not verified yet: {host}." in dashboard.done(page, f"{page.path}/check").text
        search_shop.clock.advance(seconds=1)
        assert f"Domain verified: {host}." in dashboard.done(page, f"{page.path}/check").text

    def test_another_text_is_shown_and_cannot_be_markup(self, dashboard: DashboardClient, name_server: NameServer) -> None:
        name_server.set_text("_stampwell.marked.example", "<b>bold</b>{token}")
        page = _add(dashboard, "marked.example")
        checked = dashboard.done(page, f"{page.path}/check")
        assert "<b>bold" not in checked.html
        assert "says <b>bold</b>{token}, but it has to say" in unescape(checked.html)

    def test_a_lost_record_is_a_warning_and_the_domain_goes_on(
        self, search_shop: Shop, dashboard: DashboardClient, owner: Person, name_server: NameServer, dialect: str
    ) -> None:
        host = f"lost.{dialect}.example"
        page = _add(dashboard, host)
        name_server.set_text(f"_stampwell.{host}", f"stampwell-domain={_token(page)}")
        page = dashboard.done(page, f"{page.path}/check")
        name_server.set(f"_stampwell.{host}", "TXT")
        search_shop.clock.advance(seconds=60)
        checked = dashboard.done(page, f"{page.path}/check")
        assert f"The record or file wasn't found this time, but {host} stays verified." in checked.text
        assert "Verified, record missing" in checked.text
        assert search_shop.create(owner, least(cardIdx=owner.card_id, domain=f"https://{host}")).status == 200

    def test_two_shops_cannot_both_have_it(
        self, search_shop: Shop, dashboard: DashboardClient, name_server: NameServer, dialect: str
    ) -> None:
        host = f"shared.{dialect}.example"
        others = search_shop.dashboard(search_shop.open_account(plan="premium"))
        pages = [_add(one, host) for one in (dashboard, others)]
        name_server.set_text(f"_stampwell.{host}", *(f"stampwell-domain={_token(page)}" for page in pages))
        first, second = (one.done(page, f"{page.path}/check") for one, page in zip((dashboard, others), pages, strict=True))
        assert f"Domain verified: {host}." in first.text
        assert f"another account of this Stampwell has {host} verified already" in second.text


class TestRemoving:
    def test_it_says_how_many_links_are_on_it(self, search_shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        search_shop.add_domain(owner, "https://links.example")
        for domain in ("https://links.example", "https://links.example", "https://vvd.bz"):
            search_shop.create(owner, least(cardIdx=owner.card_id, domain=domain))
        search_shop.clock.advance(seconds=60)
        (row,) = search_shop.data.rows("SELECT domain_id FROM domain WHERE account_id = :id", id=owner.account_id)
        path = f"{_LIST}/{row['domain_id']}"
        page = dashboard.get(f"{path}/remove")
        assert "Cards with links on this domain: 2." in page.text
        after = dashboard.done(page, f"{path}/remove")
        assert "Domain removed: links.example." in after.text
        assert dashboard.get(path).status == 404
        refused = search_shop.create(owner, least(cardIdx=owner.card_id, domain="https://links.example"))
        assert (refused.status, refused.json["code"]) == (404, 40404)
        assert _deeds(search_shop, owner) == ["domain.removed links.example"]
        search_shop.data.run("DELETE FROM domain WHERE origin = 'https://links.example'")

    def test_beyond_a_thousand_it_does_not_count_on(self, search_shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        search_shop.add_domain(owner, "https://many.example")
        (row,) = search_shop.data.rows("SELECT domain_id FROM domain WHERE account_id = :id", id=owner.account_id)
        path = f"{_LIST}/{row['domain_id']}/remove"
        assert "No card has its link on this domain." in dashboard.get(path).text
        search_shop.data.run(_MANY_STAMPS, account_id=owner.account_id, card_id=owner.card_id, domain="https://many.example")
        assert "More than 1,000 cards have links on this domain." in dashboard.get(path).text
        search_shop.data.run("DELETE FROM domain WHERE origin = 'https://many.example'")


class TestWhoMay:
    def test_staff_do_not_see_them(self, search_shop: Shop, owner: Person) -> None:
        assert search_shop.dashboard(owner, Role.STAFF).get(_LIST).status == 403

    @pytest.mark.parametrize("suffix", ["", "/remove"])
    def test_another_shops_domain_is_not_there(self, search_shop: Shop, dashboard: DashboardClient, suffix: str) -> None:
        page = _add(dashboard, "mine.example")
        assert search_shop.dashboard(search_shop.charlie).get(f"{page.path}{suffix}").status == 404
        form = [value for value in page.form(f"{page.path}/check").values if value[0] != "csrf"]
        stranger = search_shop.dashboard(search_shop.charlie)
        own = dict(stranger.get(_LIST).form(_LIST).values)["csrf"]
        for action in ("check", "remove"):
            assert stranger.post(f"{page.path}/{action}", [*form, ("csrf", own)]).status == 404
        assert dashboard.get(page.path).status == 200
