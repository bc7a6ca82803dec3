"""Stamps in the dashboard: found, issued, looked at, marked, undone, redeemed."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import count, issue, make_card, shown, stamp_in
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State

STAMPS = "/dashboard/stamps"


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop)


def path_of(stamp: int) -> str:
    return f"{STAMPS}/{stamp}"


def act(dashboard: DashboardClient, stamp: int, action: str, **fields: str) -> DashboardPage:
    page = dashboard.get(path_of(stamp))
    # `remove` is a second button of the form that adds.
    form = page.form(f"{path_of(stamp)}/{'add' if action == 'remove' else action}")
    values = [(name, value) for name, value in form.values if name not in fields]
    return dashboard.post(f"{path_of(stamp)}/{action}", [*values, *fields.items()])


class TestFinding:
    def test_a_shop_without_stamps_is_told_what_they_are(self, shop: Shop) -> None:
        stranger = shop.open_account(name="New shop")
        assert "No cards yet Here are the cards that your customers hold." in shop.dashboard(stranger).get(STAMPS).text

    @pytest.mark.parametrize("spelling", ["+82 10-1234-5678", "821012345678", "82 (10) 1234 5678"])
    def test_by_phone_in_any_spelling(self, shop: Shop, card: int, spelling: str) -> None:
        stamp = issue(shop, card, userNm="Kim Min-ji", userPhnno="+82-10-1234-5678")
        assert f'href="{path_of(stamp)}"' in shop.dashboard().get(STAMPS, q=spelling, card=card).html

    def test_by_email_and_by_user_id(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, userId="member-7", userEml="Min@shop.example")
        dashboard = shop.dashboard()
        for text in ("min@SHOP.example", "member-7"):
            assert f'href="{path_of(stamp)}"' in dashboard.get(STAMPS, q=text, card=card).html

    def test_by_code_leads_to_the_stamp(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        code = str(shown(shop, stamp)["code"])
        assert shop.dashboard().get(STAMPS, q=code.lower()).location == path_of(stamp)
        assert "No card fits" in shop.dashboard(shop.charlie).get(STAMPS, q=code).text

    def test_by_state(self, shop: Shop, card: int) -> None:
        on, off = issue(shop, card), stamp_in(shop, State.INACTIVE, card)
        html = shop.dashboard().get(STAMPS, card=card, state="inactive").html
        assert (path_of(off) in html, f'"{path_of(on)}"' in html) == (True, False)

    def test_goes_on_with_older_ones(self, shop: Shop, card: int) -> None:
        stamps = [issue(shop, card) for _ in range(51)]
        dashboard = shop.dashboard()
        page = dashboard.get(STAMPS, card=card)
        older = page.html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert f'"{path_of(stamps[0])}"' not in page.html
        assert f'"{path_of(stamps[0])}"' in dashboard.get(older).html

    @pytest.mark.parametrize("query", [{"card": "x"}, {"cursor": "x"}, {"q": "a" * 300}, {"state": "x", "card": "9" * 18}])
    def test_nonsense_is_told_in_words(self, shop: Shop, query: dict[str, str]) -> None:
        assert shop.dashboard().get(STAMPS, **query).status == 200


class TestIssuing:
    def test_a_stamp_for_a_customer(self, shop: Shop, card: int) -> None:
        dashboard = shop.dashboard(role=Role.STAFF)
        new = dashboard.get(f"{STAMPS}/new", card=card)
        page = dashboard.done(new, f"{STAMPS}/new", userNm="Brown Smith", userPhnno="010-1234-5678")
        assert "The card is issued." in page.text
        assert "0 of 3 stamps" in page.text
        (row,) = shop.data.ledger(int(page.path.rsplit("/", 1)[1]))
        assert dashboard.person is not None
        assert (row["actor_kind"], row["actor_id"], row["channel"]) == ("staff", dashboard.person.person_id, "dashboard")

    def test_the_same_form_twice_issues_one(self, shop: Shop, card: int) -> None:
        dashboard = shop.dashboard()
        new, before = dashboard.get(f"{STAMPS}/new", card=card), shop.data.count("stamp")
        answers = {dashboard.submit(new, f"{STAMPS}/new", userId="twice").location for _ in range(2)}
        assert (len(answers), shop.data.count("stamp")) == (1, before + 1)

    def test_wrong_fields_come_back_with_what_was_typed(self, shop: Shop, card: int) -> None:
        dashboard = shop.dashboard()
        new, before = dashboard.get(f"{STAMPS}/new", card=card), shop.data.stored()
        page = dashboard.submit(
            new, f"{STAMPS}/new", userNm="Brown", userEml="brown", endYmd="2020-01-01", strtYmd="2026-01-01"
        )
        assert page.status == 400
        assert 'id="userEml-error">Enter an e-mail address' in page.html
        assert 'id="endYmd-error">Choose 1 Jan 2026 or later.' in page.html
        assert 'value="Brown"' in page.html
        assert shop.data.stored() == before

    def test_another_shop_s_card_is_none(self, shop: Shop, card: int) -> None:
        dashboard = shop.dashboard(shop.charlie)
        page = dashboard.submit(dashboard.get(f"{STAMPS}/new"), f"{STAMPS}/new", cardIdx=str(card))
        assert (page.status, "There is no such card design." in page.text) == (404, True)


class TestMarking:
    def test_adds_and_tells_who(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard(role=Role.STAFF, name="Bob")
        page = dashboard.follow(act(dashboard, stamp, "add", count="2", note="Two coffees"))
        assert "2 stamps added: 2 of 3." in page.text
        assert "2 stamps added 0 → 2 Bob, in the dashboard Two coffees" in page.text

    def test_the_same_form_twice_marks_once(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard()
        page = dashboard.get(path_of(stamp))
        answers = [dashboard.submit(page, f"{path_of(stamp)}/add").status for _ in range(3)]
        assert (answers, count(shop, stamp)) == ([303] * 3, 1)

    def test_undo_takes_back_what_was_added(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card, marks=1), shop.dashboard()
        page = dashboard.follow(act(dashboard, stamp, "add", count="2"))
        undo = next(part.split('"')[0] for part in page.html.split('action="') if "/undo/" in part.split('"')[0])
        assert "Undone: 1 stamp again." in dashboard.done(page, undo).text
        assert [row["kind"] for row in shop.data.ledger(stamp)][-2:] == ["added", "removed"]

    def test_undo_is_refused_when_something_came_in_between(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard()
        page = dashboard.follow(act(dashboard, stamp, "add"))
        undo = next(part.split('"')[0] for part in page.html.split('action="') if "/undo/" in part.split('"')[0])
        act(shop.dashboard(), stamp, "add")
        refused = dashboard.submit(page, undo)
        assert (refused.status, "That cannot be undone any more" in refused.text) == (409, True)
        assert count(shop, stamp) == 2

    def test_takes_back_by_the_second_button(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card, marks=3), shop.dashboard()
        assert "2 stamps removed: 1 of 3." in dashboard.follow(act(dashboard, stamp, "remove", count="2")).text

    @pytest.mark.parametrize(
        ("action", "fields", "status", "problem"),
        [
            ("add", {"count": "21"}, 400, "Enter 20 or less."),
            ("add", {"count": "x"}, 400, "Enter a whole number"),
            ("add", {"count": "4"}, 409, "That's too many: the card would have 5 stamps, and it is full with 3."),
            ("remove", {"count": "2"}, 409, "The card has only 1 stamp, so 2 can't be removed."),
        ],
    )
    def test_what_cannot_be_is_told_and_changes_nothing(
        self, shop: Shop, card: int, *, action: str, fields: dict[str, str], status: int, problem: str
    ) -> None:
        stamp, dashboard = issue(shop, card, marks=1), shop.dashboard()
        page = act(dashboard, stamp, action, **fields)
        assert page.status == status
        assert problem in page.text
        assert count(shop, stamp) == 1

    def test_another_shop_s_stamp_is_none(self, shop: Shop, card: int) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard(shop.charlie)
        page, nowhere = dashboard.get(path_of(stamp)), dashboard.get(path_of(10**17))
        assert (page.status, page.text) == (nowhere.status, nowhere.text) == (404, page.text)


class TestRedeeming:
    def test_a_full_one(self, shop: Shop, card: int) -> None:
        stamp, dashboard = stamp_in(shop, State.FULL, card), shop.dashboard(role=Role.STAFF)
        page = dashboard.follow(act(dashboard, stamp, "redeem"))
        assert "Reward redeemed." in page.text
        assert f'action="{path_of(stamp)}/add"' not in page.html

    def test_on_site_whoever_is_signed_in_needs_no_staff_password(self, shop: Shop) -> None:
        card = make_card(shop, onsiteYn="Y", onsitePwd="espresso")
        stamp, dashboard = stamp_in(shop, State.FULL, card), shop.dashboard(role=Role.STAFF)
        assert "onsitePwd" not in dashboard.get(path_of(stamp)).html
        assert dashboard.follow(act(dashboard, stamp, "redeem")).status == 200
        assert shown(shop, stamp)["useYn"] == "Y"
