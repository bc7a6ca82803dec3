"""What staff do with a card's password: it is checked again under the lock, and only the newest change can be undone."""

from typing import Any

import pytest

from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.core.errors import DatabaseUnavailable
from stampwell.features.cards import service as cards
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.errors import StampRedeemed, TooLateToUndo
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.undo import ON_PHONE, undo

_META = EventMeta(OPERATOR, NOW_US, stored_zone("Asia/Seoul"))


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, now_us=NOW_US))


def _issue(search_shop: SearchShop, *, marks: int = 0, **fields: Any) -> int:
    """A stamp of a card for three marks."""
    card = search_shop.data.write(
        cards.add_card,
        search_shop.person.account_id,
        {"name": "Coffee", "max_stamps": 3, **fields},
        actor=OPERATOR,
        now_us=NOW_US,
    )
    stamp = search_shop.issue(card_id=card.card_id)
    search_shop.data.run("UPDATE stamp SET stamps = :marks WHERE stamp_id = :stamp", marks=marks, stamp=stamp)
    return stamp


def _redeem(search_shop: SearchShop, stamp: int, checked_hash: str | None) -> None:
    search_shop.data.write(redeeming.redeem, search_shop.person.account_id, stamp, checked_hash=checked_hash, meta=_META)


@pytest.mark.parametrize("checked", ["the old one's hash", None, ""])
def test_a_reward_is_not_handed_out_by_another_password(search_shop: SearchShop, checked: str | None) -> None:
    stamp = _issue(search_shop, marks=3, onsite=True, onsite_hash="the new one's hash")
    with pytest.raises(DatabaseUnavailable, match="nothing was stored"):
        _redeem(search_shop, stamp, checked)
    assert search_shop.data.stamp(stamp)["redeemed_at"] is None
    assert [row["kind"] for row in search_shop.data.ledger(stamp)] == ["issued"]
    _redeem(search_shop, stamp, "the new one's hash")
    assert search_shop.data.stamp(stamp)["redeemed_at"] == NOW_US
    # What another try cannot mend is said instead.
    with pytest.raises(StampRedeemed):
        _redeem(search_shop, stamp, checked)


@pytest.mark.parametrize("fields", [{"onsite": True, "onsite_hash": "new"}, {"onsite": False, "onsite_hash": "old"}])
def test_a_mark_is_not_made_by_another_password(search_shop: SearchShop, fields: dict[str, Any]) -> None:
    stamp = _issue(search_shop, **fields)
    with pytest.raises(DatabaseUnavailable):
        search_shop.data.write(service.mark_on_phone, search_shop.person.account_id, stamp, checked_hash="old", meta=_META)
    assert search_shop.data.stamp(stamp)["stamps"] == 0


class TestTakingBack:
    def _mark(self, search_shop: SearchShop, stamp: int) -> int:
        """Number of its row in the ledger."""
        meta = _META._replace(actor=ON_PHONE.by)
        done = search_shop.data.write(
            service.mark_on_phone, search_shop.person.account_id, stamp, checked_hash="hash", meta=meta
        )
        return int(done.event_id)

    def _take_back(self, search_shop: SearchShop, stamp: int, event_id: int) -> int:
        done = search_shop.data.write(undo, search_shop.person.account_id, stamp, event_id, rule=ON_PHONE, meta=_META)
        return int(done.after.stamps)

    def test_only_the_newest_mark(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop, onsite=True, onsite_hash="hash")
        first, second = self._mark(search_shop, stamp), self._mark(search_shop, stamp)
        for wrong in (first, second + 1, 0):
            with pytest.raises(TooLateToUndo):
                self._take_back(search_shop, stamp, wrong)
        assert self._take_back(search_shop, stamp, second) == 1
        # What is newest now is the taking back itself.
        for wrong in (first, second, search_shop.data.ledger(stamp)[-1]["event_id"]):
            with pytest.raises(TooLateToUndo):
                self._take_back(search_shop, stamp, wrong)

    def test_only_what_was_done_on_the_customers_page(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop, onsite=True, onsite_hash="hash")
        search_shop.data.write(mark_batch, [Marking(search_shop.person.account_id, stamp, 1, _META)])
        with pytest.raises(TooLateToUndo):
            self._take_back(search_shop, stamp, search_shop.data.ledger(stamp)[-1]["event_id"])
        assert search_shop.data.stamp(stamp)["stamps"] == 1
