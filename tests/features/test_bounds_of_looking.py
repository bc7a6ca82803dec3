"""How much one look at a large account may read: the figures themselves, on an account that goes beyond them.

The numbers are written out here, so that nobody lifts one by the way.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, TODAY, SearchShop
from stampwell.core.days import stored_zone
from stampwell.features.stamps.bulk import actions
from stampwell.features.stamps.bulk.actions import BulkAction, BulkFilter
from stampwell.features.stamps.bulk.export import export_page
from stampwell.features.stamps.counts import count_full, counts_of_card
from stampwell.features.stamps.listing.filtered_list import list_filtered
from stampwell.features.stamps.listing.filters import NEWEST_FIRST, Order, Sort, make_filter
from stampwell.features.stamps.states import State

# One like that of the house, so often. What is asked of such a row is its place in an index.
_MULTIPLY = """
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :count)
INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title, user_id,
    cooldown_s, daily_max, created_at)
SELECT s.account_id, s.card_id, s.card_id || '-' || n.n, s.domain, s.starts_on, s.ends_on, s.active, s.stamps, s.max_stamps,
    s.reward_title, s.user_id, s.cooldown_s, s.daily_max, s.created_at FROM n CROSS JOIN stamp s
"""
_MULTIPLY_WORDS = """
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :count)
INSERT INTO stamp_word (account_id, word, created_at, stamp_id)
SELECT s.account_id, 'kim', s.created_at, s.stamp_id FROM n CROSS JOIN stamp s WHERE s.stamp_id = n.n
"""


@pytest.fixture(scope="module")
def crowd(databases: Databases) -> Iterator[SearchShop]:
    """A shop with 20,003 stamps that are on and not full."""
    with Data(databases.fresh("sqlite")) as data:
        search_shop = SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))
        search_shop.issue(user_id="seat")
        project(data)
        data.run(_MULTIPLY, count=20_002)
        yield search_shop


@pytest.mark.one_database
class TestALook:
    @pytest.mark.parametrize("state", [State.EXPIRED, State.NOT_YET_VALID])
    def test_at_a_state_reads_20_000_stamps(self, crowd: SearchShop, state: State) -> None:
        first = crowd.look(state=state)
        assert (first.stamps, first.looked_at, first.cursor is None) == ([], 20_000, False)
        last = crowd.look(state=state, cursor=first.cursor)
        assert (last.stamps, last.looked_at, last.cursor) == ([], None, None)

    # Neither is shown: full ones of another card, and those that are off and redeemed.
    @pytest.mark.parametrize(
        ("state", "card", "change", "back"),
        [
            (State.FULL, 1, "stamps = max_stamps", "stamps = 0"),
            (State.INACTIVE, 0, "active = FALSE, redeemed_at = 1", "active = TRUE, redeemed_at = NULL"),
        ],
    )
    def test_at_a_rare_state_reads_10_000(self, crowd: SearchShop, state: State, card: int, change: str, back: str) -> None:
        crowd.data.run(f"UPDATE stamp SET {change} WHERE stamp_id <= 10002")
        first = crowd.look(state=state, card_id=crowd.person.card_id + card)
        last = crowd.look(state=state, card_id=crowd.person.card_id + card, cursor=first.cursor)
        crowd.data.run(f"UPDATE stamp SET {back}")
        assert (first.stamps, first.looked_at, first.cursor is None) == ([], 10_000, False)
        assert (last.stamps, last.looked_at, last.cursor) == ([], None, None)

    def test_at_a_word_reads_2_000_entries(self, crowd: SearchShop) -> None:
        crowd.data.run(_MULTIPLY_WORDS, count=2_003)
        try:
            first = crowd.look("kim", state=State.REDEEMED)
            assert (first.stamps, first.looked_at, first.cursor is None) == ([], 2_000, False)
            last = crowd.look("kim", state=State.REDEEMED, cursor=first.cursor)
            assert (last.stamps, last.looked_at, last.cursor) == ([], None, None)
        finally:
            crowd.data.run("DELETE FROM stamp_word WHERE word = 'kim'")

    def test_counts_a_thousand(self, crowd: SearchShop) -> None:
        account_id, card_id = crowd.person.account_id, crowd.person.card_id
        assert str(crowd.data.read(counts_of_card, account_id, card_id, today=TODAY, since_us=0).held) == "1,000+"
        crowd.data.run("UPDATE stamp SET stamps = max_stamps WHERE stamp_id <= 1000")
        assert str(crowd.data.read(count_full, account_id, today=TODAY)) == "1,000"
        crowd.data.run("UPDATE stamp SET stamps = max_stamps WHERE stamp_id <= 1001")
        assert str(crowd.data.read(count_full, account_id, today=TODAY)) == "1,000+"
        crowd.data.run("UPDATE stamp SET stamps = 0")

    def test_before_a_bulk_action_takes_10_000_and_says_that_there_are_more(self, crowd: SearchShop) -> None:
        chosen = BulkFilter(crowd.person.card_id)
        seen = crowd.data.read(actions.preview, crowd.person.account_id, BulkAction.DELETE, chosen)
        assert (seen.stamps, seen.more) == (10_000, True)
        ten_thousandth = crowd.data.rows("SELECT stamp_id FROM stamp ORDER BY created_at, stamp_id LIMIT 1 OFFSET 9999")
        assert seen.last[1] == ten_thousandth[0]["stamp_id"]
        crowd.data.run("UPDATE stamp SET active = FALSE WHERE stamp_id > :last", last=seen.last[1])
        seen = crowd.data.read(actions.preview, crowd.person.account_id, BulkAction.SWITCH_OFF, chosen)
        crowd.data.run("UPDATE stamp SET active = TRUE")
        assert (seen.stamps, seen.more) == (10_000, False)

    def test_at_what_expires_soon_reads_20_000_stamps_and_goes_on(self, crowd: SearchShop) -> None:
        wanted = make_filter(today=TODAY, zone=stored_zone("Asia/Seoul"), within_days=7)
        first = crowd.data.read(list_filtered, crowd.person.account_id, wanted, NEWEST_FIRST)
        assert (first.stamps, first.looked_at) == ([], 20_000)
        last = crowd.data.read(list_filtered, crowd.person.account_id, wanted, NEWEST_FIRST, cursor=first.cursor)
        assert (last.stamps, last.looked_at, last.cursor) == ([], None, None)

    def test_at_histories_reads_those_of_5_000(self, crowd: SearchShop) -> None:
        """None is there that has stamps to go and was not seen."""
        tomorrow = TODAY + timedelta(days=31)
        wanted = make_filter(today=tomorrow, zone=stored_zone("Asia/Seoul"), unseen_days=30, within_days=7)
        first = crowd.data.read(list_filtered, crowd.person.account_id, wanted, NEWEST_FIRST)
        assert (first.stamps, first.looked_at) == ([], 5_000)

    def test_in_another_order_is_at_the_20_000_newest(self, crowd: SearchShop) -> None:
        wanted = make_filter(today=TODAY, zone=stored_zone("Asia/Seoul"))
        order = Order(Sort.CUSTOMER, descending=False)
        page = crowd.data.read(list_filtered, crowd.person.account_id, wanted, order)
        assert (len(page.stamps), page.among) == (50, 20_000)

    def test_exports_a_thousand_at_a_time(self, crowd: SearchShop) -> None:
        page = crowd.data.read(export_page, crowd.person.account_id, card_id=None, zone=stored_zone("Asia/Seoul"))
        assert (len(page.stamps), page.next is None) == (1_000, False)
