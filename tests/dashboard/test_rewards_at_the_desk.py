"""A stamp's page and what it hands out: rewards on the way, surplus that begins the next card, and where it happens."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import change_card, count, do, issue, latest, make_card, merge, refused, unchanged
from stampwell.core.actors import OPERATOR
from stampwell.features.locations.service import change_location, create_location
from stampwell.features.locations.staffing import assign
from stampwell.features.people.model import Role

REWARDS = [{"stamps": 1, "rewardTtl": "a cookie"}, {"stamps": 2, "rewardTtl": "a cake"}]


def at(stamp: int, part: str = "") -> str:
    return f"/dashboard/stamps/{stamp}" + (f"/{part}" if part else "")


@pytest.fixture
def dashboard(shop: Shop) -> DashboardClient:
    return shop.dashboard()


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, rewards=REWARDS, rewardTtl="a coffee")


def add_location(shop: Shop, name: str) -> int:
    return shop.data.write(
        create_location, shop.alice.account_id, name=name, actor=OPERATOR, now_us=shop.clock.now_us()
    ).location_id


def buttons(page: DashboardPage) -> list[str]:
    """Values of the buttons that hand out a reward on the way."""
    return [part.split('"')[0] for part in page.html.split('name="reward" value="')[1:]]


class TestRewardsOnTheWay:
    def test_each_that_is_owed_has_its_button(self, shop: Shop, card: int) -> None:
        stamp, staff = issue(shop, card, marks=1), shop.dashboard(role=Role.STAFF, name="Bob")
        page = staff.get(at(stamp))
        assert buttons(page) == ["1"]
        assert "Redeem: a cookie" in page.text
        assert "a cake 1 more stamp" in page.text
        after = staff.done(page, at(stamp, "redeem"), reward="1", note="Birthday")
        assert "Reward redeemed." in after.text
        assert "a cookie Redeemed on 2 Mar 2026" in after.text
        assert "Redeemed: a cookie 1 Bob, in the dashboard Birthday" in after.text
        assert buttons(after) == []
        assert (latest(shop, stamp)["kind"], latest(shop, stamp)["rewards"]) == ("reward_redeemed", "[1]")

    def test_twice_hands_out_once(self, shop: Shop, card: int, dashboard: DashboardClient) -> None:
        stamp = issue(shop, card, marks=1)
        page, again = dashboard.get(at(stamp)), dashboard.get(at(stamp))
        assert dashboard.submit(page, at(stamp, "redeem"), reward="1").status == 303
        with unchanged(shop):
            assert dashboard.submit(page, at(stamp, "redeem"), reward="1").status == 303
            second = dashboard.submit(again, at(stamp, "redeem"), reward="1")
        assert (second.status, "This reward was redeemed on 2 Mar 2026." in second.text) == (409, True)

    def test_the_last_one_says_which_go_with_it(self, shop: Shop, card: int, dashboard: DashboardClient) -> None:
        stamp = issue(shop, card, marks=3)
        do(shop, "redeem", stamp, reward=1)
        page = dashboard.get(at(stamp))
        assert "These go with it: a cake." in page.text
        assert buttons(page) == ["2"]
        after = dashboard.done(page, at(stamp, "redeem"))
        assert "Reward redeemed With it: a cake" in after.text
        assert latest(shop, stamp)["rewards"] == "[2,3]"

    def test_whoever_is_signed_in_needs_no_staff_password(self, shop: Shop, dashboard: DashboardClient) -> None:
        stamp = issue(shop, make_card(shop, rewards=REWARDS, onsiteYn="Y", onsitePwd="sesame"), marks=1)
        dashboard.done(dashboard.get(at(stamp)), at(stamp, "redeem"), reward="1")
        assert latest(shop, stamp)["kind"] == "reward_redeemed"

    def test_of_an_expired_card_none_is_handed_out(self, shop: Shop, card: int, dashboard: DashboardClient) -> None:
        stamp = issue(shop, card, marks=1, endYmd="2026-03-01")
        page = dashboard.get(at(stamp))
        assert buttons(page) == []
        assert "a cookie Ready" in page.text

    def test_names_with_braces_and_markup_stay_texts(self, shop: Shop, dashboard: DashboardClient) -> None:
        evil = "<b>{0}</b>{{ 7*7 }}"
        card = make_card(shop, rewards=[{"stamps": 1, "rewardTtl": evil}], rewardTtl=evil)
        stamp = issue(shop, card, marks=3)
        do(shop, "redeem", stamp)
        page = dashboard.get(at(stamp))
        assert page.status == 200
        assert "<b>" not in page.html
        assert f"With it: {evil}" in page.text


class TestSurplus:
    def test_begins_the_next_card_and_its_undo_deletes_that(self, shop: Shop, dashboard: DashboardClient) -> None:
        stamp = issue(shop, make_card(shop, carryYn="Y"), marks=2)
        after = dashboard.done(dashboard.get(at(stamp)), at(stamp, "add"), count="3")
        following = int(shop.data.stamp(stamp)["renewed_stamp_id"])
        assert "3 stamps added: 3 of 3. The customer's next card begins with 2." in after.text
        assert "1 stamp added On the next card: 2" in after.text
        assert f'href="{at(following)}"' in after.html
        assert count(shop, following) == 2
        (form,) = [form for form in after.forms if "/undo/" in form.action]
        undone = dashboard.follow(dashboard.post(form.action, form.values))
        assert "Undone: 2 stamps again. The next card, which had just begun, is deleted." in undone.text
        assert shop.data.rows("SELECT * FROM stamp WHERE stamp_id = :stamp", stamp=following) == []
        assert (count(shop, stamp), shop.data.stamp(stamp)["renewed_stamp_id"]) == (2, None)

    def test_a_full_card_takes_marks_until_there_is_a_next_one(self, shop: Shop, dashboard: DashboardClient) -> None:
        stamp = issue(shop, make_card(shop, carryYn="Y"), marks=3)
        page = dashboard.get(at(stamp))
        assert "</svg>Add stamp</button>" in page.html
        after = dashboard.done(page, at(stamp, "add"), count="1")
        assert "Stamp added: 3 of 3. The customer's next card begins with 1." in after.text
        assert "</svg>Add stamp</button>" not in after.html
        (form,) = [form for form in after.forms if "/undo/" in form.action]
        undone = dashboard.follow(dashboard.post(form.action, form.values))
        assert "is deleted." in undone.text

    def test_what_was_used_since_is_not_undone(self, shop: Shop, dashboard: DashboardClient) -> None:
        stamp = issue(shop, make_card(shop, carryYn="Y"), marks=2)
        after = dashboard.done(dashboard.get(at(stamp)), at(stamp, "add"), count="3")
        do(shop, "remove", int(shop.data.stamp(stamp)["renewed_stamp_id"]))
        (form,) = [form for form in after.forms if "/undo/" in form.action]
        with unchanged(shop):
            page = dashboard.post(form.action, form.values)
        assert (page.status, "That cannot be undone any more" in page.text) == (409, True)


class TestLocations:
    @pytest.fixture
    def shop_of_two(self, shop: Shop) -> tuple[DashboardClient, int, int, int]:
        """A manager bound to one of two locations, the two, and a stamp with a reward to hand out."""
        harbour, market = (
            add_location(shop, f"Harbour {shop.clock.now_us()}"),
            add_location(shop, f"Market {shop.clock.now_us()}"),
        )
        dashboard = shop.dashboard(role=Role.STAFF)
        assert dashboard.person is not None
        given = {"actor": OPERATOR, "now_us": shop.clock.now_us()}
        shop.data.write(assign, shop.alice.account_id, dashboard.person.person_id, [harbour], **given)
        return dashboard, harbour, market, issue(shop, make_card(shop, rewards=REWARDS), marks=1)

    def test_is_chosen_kept_in_the_history_and_remembered(self, shop: Shop, dashboard: DashboardClient) -> None:
        place = add_location(shop, "The <old> mill")
        stamp, other = issue(shop, make_card(shop)), issue(shop, make_card(shop))
        page = dashboard.get(at(stamp))
        assert dict(page.form(at(stamp, "add")).values)["locationIdx"] == ""
        after = dashboard.done(page, at(stamp, "add"), locationIdx=str(place))
        assert "At: The <old> mill" in after.text
        assert latest(shop, stamp)["location_id"] == place
        assert dict(dashboard.get(at(other)).form(at(other, "add")).values)["locationIdx"] == str(place)

    def test_one_that_is_switched_off_is_not_offered_and_refused(self, shop: Shop, dashboard: DashboardClient) -> None:
        place = add_location(shop, "Winter market")
        stamp = issue(shop, make_card(shop))
        page = dashboard.get(at(stamp))
        given = {"active": False, "actor": OPERATOR, "now_us": shop.clock.now_us()}
        shop.data.write(change_location, shop.alice.account_id, place, **given)
        assert f'<option value="{place}"' not in dashboard.get(at(stamp)).html
        with unchanged(shop):
            answer = dashboard.submit(page, at(stamp, "add"), locationIdx=str(place))
        assert (answer.status, "the location is switched off" in answer.text) == (409, True)

    @pytest.mark.parametrize("wrong", ["999999999", "-1", "x", "9" * 30])
    def test_what_is_no_location_is_refused(self, shop: Shop, dashboard: DashboardClient, wrong: str) -> None:
        stamp = issue(shop, make_card(shop))
        with unchanged(shop):
            assert dashboard.submit(dashboard.get(at(stamp)), at(stamp, "add"), locationIdx=wrong).status in {400, 404}

    def test_somebody_bound_to_one_sees_and_marks_there_only(
        self, shop: Shop, shop_of_two: tuple[DashboardClient, int, int, int]
    ) -> None:
        dashboard, harbour, market, stamp = shop_of_two
        page = dashboard.get(at(stamp))
        assert f'<option value="{market}"' not in page.html
        assert {dict(page.form(at(stamp, part)).values)["locationIdx"] for part in ("add", "redeem")} == {str(harbour)}
        for part in ("add", "remove", "redeem"):
            for sent in (str(market), ""):
                form = page.form(at(stamp, "redeem" if part == "redeem" else "add"))
                values = [pair for pair in form.values if pair[0] != "locationIdx"] + [("locationIdx", sent), ("reward", "1")]
                with unchanged(shop):
                    answer = dashboard.post(at(stamp, part), values)
                assert answer.status == 400, (part, sent)
                assert ("You work at other locations: Harbour" if sent else "Choose where you are: Harbour") in answer.text
        dashboard.done(page, at(stamp, "add"))
        assert latest(shop, stamp)["location_id"] == harbour

    def test_a_card_that_is_valid_at_some_asks_for_one_of_those(self, shop: Shop, dashboard: DashboardClient) -> None:
        harbour, market = add_location(shop, "Harbour side"), add_location(shop, "Market side")
        card = make_card(shop)
        change_card(shop, card, locationIdxs=[harbour])
        stamp = issue(shop, card)
        page = dashboard.get(at(stamp))
        assert f'<option value="{market}"' not in page.html
        for sent in ("", str(market)):
            with unchanged(shop):
                answer = dashboard.submit(page, at(stamp, "add"), locationIdx=sent)
            assert (answer.status, "Choose another one." in answer.text) == (409, True)
        after = dashboard.done(page, at(stamp, "add"))
        assert latest(shop, stamp)["location_id"] == harbour
        taken = dashboard.follow(dashboard.post(at(stamp, "remove"), after.form(at(stamp, "add")).values))
        (form,) = {form.action: form for form in taken.forms if "/undo/" in form.action}.values()
        dashboard.follow(dashboard.post(form.action, form.values))
        assert (count(shop, stamp), latest(shop, stamp)["location_id"]) == (1, harbour)

    def test_without_locations_nothing_is_asked(self, shop: Shop) -> None:
        owner = shop.open_account(name="Tea & Co")
        stamp = issue(shop, owner.card_id, by=owner)
        assert "locationIdx" not in shop.dashboard(owner).get(at(stamp)).html


class TestHistory:
    def test_says_what_was_entered_later(self, shop: Shop, dashboard: DashboardClient) -> None:
        stamp = issue(shop, make_card(shop))
        shop.clock.advance(seconds=3 * 3600)
        do(shop, "add", stamp, occurredYmdt="2026-03-02 19:00:00", orderRef="S 1&2")
        page = dashboard.get(at(stamp))
        assert "Entered later:" in page.text
        assert 'href="/dashboard/stamps/refund?sale=S%201%262"' in page.html

    def test_of_a_merged_card(self, shop: Shop, dashboard: DashboardClient) -> None:
        card = make_card(shop, rewards=REWARDS, maxStamps=10)
        source, target = issue(shop, card, marks=2), issue(shop, card, marks=1)
        do(shop, "redeem", source, reward=1)
        merge(shop, source, target)
        old, new = dashboard.get(at(source)), dashboard.get(at(target))
        assert "Merged into another card The other card 2 → 0" in old.text
        assert "Another card was merged into this one Redeemed before: a cookie The other card 1 → 3" in new.text
        assert f'href="{at(source)}"' in new.html

    def test_a_merged_card_offers_nothing_but_the_other(self, shop: Shop, dashboard: DashboardClient) -> None:
        card = make_card(shop)
        source, target = issue(shop, card, marks=1), issue(shop, card)
        merge(shop, source, target)
        page = dashboard.get(at(source))
        assert f'href="{at(target)}">Open the other card' in page.html
        assert [form.action for form in page.forms if form.action.startswith(at(source))] == []
        assert f'href="{at(source)}/' not in page.html
        refused(shop, "add", source)
        do(shop, "delete", target)
        alone = dashboard.get(at(source))
        assert "The other card has been deleted." in alone.text
        assert f'href="{at(source, "delete")}"' in alone.html
