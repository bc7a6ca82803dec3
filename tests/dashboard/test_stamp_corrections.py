"""What managers do with one stamp: extend it, switch it, reset its PIN, move it to another card; and what can be undone."""

from collections.abc import Callable

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import archive_card, do, issue, make_card, shown, stamp_in, unchanged
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State

HAVE_PIN = "UPDATE stamp SET pin_hash = 'a hash' WHERE stamp_id = :stamp_id"


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, cardNm="Coffee")


@pytest.fixture
def manager(shop: Shop) -> DashboardClient:
    return shop.dashboard(role=Role.MANAGER, name="Mina")


def at(stamp: int, part: str = "") -> str:
    return f"/dashboard/stamps/{stamp}" + (f"/{part}" if part else "")


def act(dashboard: DashboardClient, stamp: int, part: str, **fields: str) -> DashboardPage:
    """The form of that page, filled in and sent."""
    return dashboard.submit(dashboard.get(at(stamp, part)), at(stamp, part), **fields)


def undo_in(page: DashboardPage) -> str:
    return next(part.split('"')[0] for part in page.html.split('action="') if "/undo/" in part.split('"')[0])


def audited(shop: Shop, stamp: int) -> list[dict[str, object]]:
    return shop.data.rows("SELECT * FROM audit WHERE subject_id = :stamp AND action LIKE 'stamp.%'", stamp=stamp)


class TestExtending:
    def test_sets_the_last_day_and_the_history_says_so(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        page = manager.follow(act(manager, stamp, "extend", endYmd="2027-05-03", note="She was ill"))
        assert "Valid until 3 May 2027 now." in page.text
        assert "Valid until 3 May 2027 (was 31 Dec 2026) 0 Mina, in the dashboard She was ill" in page.text
        assert shown(shop, stamp)["endYmd"] == "2027-05-03"

    def test_offers_nothing_where_it_is_valid_for_as_long_as_can_be(
        self, shop: Shop, card: int, manager: DashboardClient
    ) -> None:
        stamp = issue(shop, card)
        shop.data.run("UPDATE stamp SET ends_on = '9999-12-31' WHERE stamp_id = :stamp", stamp=stamp)
        page = manager.get(at(stamp, "extend"))
        assert (page.status, "Quick extend" in page.text) == (200, False)

    @pytest.mark.parametrize(("days_left", "choices"), [("2026-03-31", ["2026-04-30", "2026-06-30", "2027-03-31"])])
    def test_offers_a_month_three_and_a_year(
        self, shop: Shop, card: int, manager: DashboardClient, days_left: str, choices: list[str]
    ) -> None:
        stamp = issue(shop, card, endYmd=days_left)
        html = manager.get(at(stamp, "extend")).html
        assert [part.split('"')[0] for part in html.split('name="until" value="')[1:]] == choices
        assert manager.follow(act(manager, stamp, "extend", until=choices[1])).status == 200
        assert shown(shop, stamp)["endYmd"] == choices[1]

    def test_counts_from_today_where_the_stamp_is_over(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = stamp_in(shop, State.EXPIRED, card)
        assert 'name="until" value="2026-04-02"' in manager.get(at(stamp, "extend")).html

    def test_offers_nothing_beyond_five_years(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card, endYmd="2031-01-15")
        html = manager.get(at(stamp, "extend")).html
        assert [part.split('"')[0] for part in html.split('name="until" value="')[1:]] == ["2031-02-15"]

    @pytest.mark.parametrize(
        ("day", "problem"),
        [
            ("2031-03-03", "Choose 2 Mar 2031 or earlier: a card is valid for at most 5 years from today."),
            ("2025-12-31", "Choose 1 Jan 2026 or later."),
            ("soon", "Enter a day"),
            ("", "Enter a day"),
        ],
    )
    def test_a_wrong_day_is_told_beside_it(
        self, shop: Shop, card: int, manager: DashboardClient, *, day: str, problem: str
    ) -> None:
        stamp = issue(shop, card)
        with unchanged(shop):
            page = act(manager, stamp, "extend", endYmd=day)
        assert page.status == 400
        assert f'id="endYmd-error">{problem}' in page.html

    def test_a_day_that_is_the_same_changes_nothing(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        with unchanged(shop):
            page = manager.follow(act(manager, stamp, "extend"))
        assert "Nothing changed." in page.text
        assert audited(shop, stamp) == []


class TestSwitching:
    def test_off_and_on(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        off = manager.follow(act(manager, stamp, "switch", note="Lost phone"))
        assert "Switched off 0 Mina, in the dashboard Lost phone" in off.text
        assert shown(shop, stamp)["activeYn"] == "N"
        on = manager.follow(act(manager, stamp, "switch"))
        assert "The card is switched on." in on.text
        assert shown(shop, stamp)["activeYn"] == "Y"


class TestResettingThePin:
    def test_the_customer_chooses_a_new_one(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        shop.data.run(HAVE_PIN, stamp_id=stamp)
        page = manager.follow(act(manager, stamp, "pin", note="Forgotten"))
        assert "PIN reset 0 Mina, in the dashboard Forgotten" in page.text
        assert "/undo/" not in page.html
        assert shop.data.stamp(stamp)["pin_hash"] is None

    def test_there_is_nothing_to_reset_without_one(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        assert f'href="{at(stamp, "pin")}"' not in manager.get(at(stamp)).html
        assert "The customer hasn't chosen a PIN" in manager.get(at(stamp, "pin")).text


class TestMoving:
    def test_takes_on_the_other_card_s_rules(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp, other = issue(shop, card, marks=2), make_card(shop, cardNm="Tea & cake", maxStamps=5)
        page = manager.follow(act(manager, stamp, "move", cardIdx=str(other), note="Wrong card"))
        assert "Moved to Tea & cake (was Coffee) Stamps to collect: 5 (was 3) 2 Mina, in the dashboard Wrong card" in page.text
        assert (shown(shop, stamp)["cardIdx"], shown(shop, stamp)["maxStamps"]) == (other, 5)

    def test_a_card_without_room_is_told_beside_it(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp, other = issue(shop, card, marks=2), make_card(shop, maxStamps=1)
        with unchanged(shop):
            page = act(manager, stamp, "move", cardIdx=str(other))
        assert page.status == 409
        assert 'id="cardIdx-error">The new design has only' in page.html

    def test_another_shop_s_card_is_none(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        with unchanged(shop):
            foreign = act(manager, stamp, "move", cardIdx=str(shop.charlie.card_id))
        assert foreign.status == 404
        assert 'id="cardIdx-error">There is no such card design.' in foreign.html

    @pytest.mark.parametrize("number", ["", "x"])
    def test_no_card_is_told_beside_it(self, shop: Shop, card: int, manager: DashboardClient, number: str) -> None:
        stamp = issue(shop, card)
        page = act(manager, stamp, "move", cardIdx=number)
        assert (page.status, 'id="cardIdx-error"' in page.html) == (400, True)

    def test_offers_open_cards_only(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp, gone = issue(shop, card), make_card(shop)
        issue(shop, gone)
        archive_card(shop, gone)
        html = manager.get(at(stamp, "move")).html
        assert (f'value="{gone}"' in html, f'value="{card}"' in html) == (False, False)
        page = act(manager, stamp, "move", cardIdx=str(gone))
        assert (page.status, "This card design is archived or switched off" in page.text) == (409, True)


# What each action is sent, and what it must leave behind once it is undone.
Fields = Callable[[Shop], dict[str, str]]
ACTIONS: dict[str, Fields] = {
    "extend": lambda _: {"endYmd": "2027-05-03"},
    "switch": lambda _: {},
    "move": lambda shop: {"cardIdx": str(make_card(shop, maxStamps=7))},
    "edit": lambda _: {"strtYmd": "2026-02-01", "endYmd": "2026-06-30"},
}
each_action = pytest.mark.parametrize("action", [*ACTIONS, "pin"])


def fields_of(action: str, shop: Shop) -> dict[str, str]:
    return ACTIONS[action](shop) if action in ACTIONS else {}


class TestUndoing:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_puts_back_what_was(self, shop: Shop, card: int, manager: DashboardClient, action: str) -> None:
        stamp = issue(shop, card, marks=1)
        before = shown(shop, stamp)
        page = manager.follow(act(manager, stamp, action, **fields_of(action, shop)))
        assert shown(shop, stamp) != before
        back = manager.done(page, undo_in(page))
        assert "Undone." in back.text
        assert "Undone" in back.text
        assert shown(shop, stamp) == before
        assert [row["kind"] for row in shop.data.ledger(stamp)][-2:] == ["updated", "updated"]

    def test_stays_possible_on_the_stamp_s_page_and_happens_once(self, shop: Shop, card: int, manager: DashboardClient) -> None:
        stamp = issue(shop, card)
        act(manager, stamp, "extend", endYmd="2027-05-03")
        page = manager.get(at(stamp))
        assert {manager.submit(page, undo_in(page)).status for _ in range(3)} == {303}
        assert len(shop.data.ledger(stamp)) == 3

    def test_is_not_offered_to_others_nor_after_ten_minutes(self, own_shop: Shop) -> None:
        stamp, dashboard = issue(own_shop, make_card(own_shop)), own_shop.dashboard()
        act(dashboard, stamp, "extend", endYmd="2027-05-03")
        page = dashboard.get(at(stamp))
        assert "/undo/" not in own_shop.dashboard().get(at(stamp)).html
        own_shop.clock.advance(seconds=601)
        assert "/undo/" not in dashboard.get(at(stamp)).html
        refused = dashboard.submit(page, undo_in(page))
        assert (refused.status, "That cannot be undone any more" in refused.text) == (409, True)
        assert shown(own_shop, stamp)["endYmd"] == "2027-05-03"

    def test_is_refused_when_the_former_card_asks_for_another_number_by_now(
        self, shop: Shop, card: int, manager: DashboardClient
    ) -> None:
        stamp, other = issue(shop, card), make_card(shop, maxStamps=7)
        page = manager.follow(act(manager, stamp, "move", cardIdx=str(other)))
        changed = shop.request("PUT", "/api/card/v1/update", by=shop.alice, body={"cardIdx": card, "maxStamps": 4})
        assert changed.status == 200
        assert manager.submit(page, undo_in(page)).status == 409
        assert shown(shop, stamp)["cardIdx"] == other


class TestEveryAction:
    @each_action
    def test_sent_twice_is_done_once(self, shop: Shop, card: int, manager: DashboardClient, action: str) -> None:
        stamp = issue(shop, card)
        shop.data.run(HAVE_PIN, stamp_id=stamp)
        fields, page = fields_of(action, shop), manager.get(at(stamp, action))
        answers = [manager.submit(page, at(stamp, action), **fields).status for _ in range(3)]
        assert (answers, len(shop.data.ledger(stamp)), len(audited(shop, stamp))) == ([303] * 3, 2, 1)

    @each_action
    def test_is_in_the_audit_log_as_in_the_ledger(self, shop: Shop, card: int, manager: DashboardClient, action: str) -> None:
        stamp = issue(shop, card)
        shop.data.run(HAVE_PIN, stamp_id=stamp)
        act(manager, stamp, action, **fields_of(action, shop))
        (entry,) = audited(shop, stamp)
        assert (entry["action"], entry["changes"]) == ("stamp.updated", shop.data.ledger(stamp)[-1]["changes"])

    @each_action
    def test_is_not_for_staff(self, shop: Shop, card: int, action: str) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard(role=Role.STAFF)
        page = dashboard.get(at(stamp))
        assert f'href="{at(stamp, action)}"' not in page.html
        assert dashboard.get(at(stamp, action)).status == 403
        tokens = page.form(at(stamp, "add")).values
        with unchanged(shop):
            assert dashboard.post(at(stamp, action), [*tokens, *fields_of(action, shop).items()]).status == 403

    @each_action
    def test_another_shop_s_stamp_is_none(self, shop: Shop, card: int, action: str) -> None:
        stamp, dashboard = issue(shop, card), shop.dashboard(shop.charlie)
        own = issue(shop, shop.charlie.card_id, by=shop.charlie)
        page, nowhere = dashboard.get(at(stamp, action)), dashboard.get(at(10**17, action))
        assert (page.status, page.text) == (nowhere.status, nowhere.text) == (404, page.text)
        tokens = dashboard.get(at(own)).form(at(own, "add")).values
        with unchanged(shop):
            assert dashboard.post(at(stamp, action), [*tokens, ("active", "N"), *fields_of(action, shop).items()]).status == 404

    @pytest.mark.parametrize("action", ["extend", "switch", "pin", "move"])
    def test_is_refused_of_a_stamp_that_is_redeemed(self, shop: Shop, card: int, manager: DashboardClient, action: str) -> None:
        stamp, on = stamp_in(shop, State.REDEEMED, card), issue(shop, card)
        fields, page = fields_of(action, shop), manager.get(at(stamp, action))
        assert (page.status, "This card was redeemed on" in page.text) == (409, True)
        tokens = manager.get(at(on)).form(at(on, "add")).values
        with unchanged(shop):
            answer = manager.post(at(stamp, action), [*tokens, ("endYmd", "2027-05-03"), *fields.items()])
        assert answer.status == 409

    @pytest.mark.parametrize("action", ["extend", "switch", "pin", "move", "edit", "delete"])
    def test_a_reason_that_cannot_be_is_told_beside_it(
        self, shop: Shop, card: int, manager: DashboardClient, action: str
    ) -> None:
        stamp = issue(shop, card)
        make_card(shop)
        shop.data.run(HAVE_PIN, stamp_id=stamp)
        with unchanged(shop):
            page = act(manager, stamp, action, note="a" * 1001)
        assert page.status == 400
        assert 'id="note-error">Use at most 1000 characters.' in page.html


def test_the_history_names_keys_and_where_it_was(shop: Shop, card: int, manager: DashboardClient) -> None:
    stamp = issue(shop, card)
    do(shop, "add", stamp, location="Till 2", orderRef="A-17", note="Latte <b>")
    shop.data.run("UPDATE api_key SET name = 'Web shop' WHERE key_id = :key", key=shop.alice.key_id)
    text = manager.get(at(stamp)).text
    assert f"Web shop (API key {shop.alice.key_id}) Latte <b> At: Till 2 Sale: A-17" in text
