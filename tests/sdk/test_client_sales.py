"""The Python client: sales, refunds, merges, and writes to the version that was read."""

from itertools import count
from typing import Any

import pytest
from flavours import Connect

from kit.shop import Shop
from stampwell_client import (
    CannotMerge,
    LocationNotFound,
    NotFull,
    NotValidHere,
    RewardHandedOut,
    SaleNotFound,
    SaleReversed,
    StampMerged,
    VersionMismatch,
)

pytestmark = pytest.mark.one_database

_SALES = count(1)

VALIDITY = {"strtYmd": "2026-01-01", "endYmd": "2026-12-31"}


@pytest.fixture
def api(shop: Shop, connect: Connect) -> Any:
    """Alice's."""
    return connect(shop.server.base, api_key=shop.alice.key)


@pytest.fixture
def stamp(api: Any) -> Any:
    """The number of a fresh stamp on Alice's card, which takes ten marks."""
    return api.stamps.create(cardIdx=123, **VALIDITY)


class TestSales:
    @pytest.fixture
    def card(self, api: Any) -> int:
        number: int = api.cards.create(cardNm="Ten teas", maxStamps=10, rewards=[{"stamps": 5, "rewardTtl": "a cookie"}])
        return number

    @pytest.fixture
    def sale(self) -> str:
        """No other test has it."""
        return f"sale {next(_SALES)}"

    def test_a_reward_on_the_way(self, api: Any, card: int, sale: str) -> None:
        idx = api.stamps.create(cardIdx=card, stamps=4, **VALIDITY)
        (reward,) = api.stamps.get(idx).rewards
        assert (reward.stamps, reward.rewardTtl, reward.useYmdt, reward.extra) == (5, "a cookie", None, {})
        with pytest.raises(NotFull):
            api.stamps.redeem(idx, reward=5)
        api.stamps.add(idx)
        redeemed = api.stamps.redeem(idx, reward=5, orderRef=sale, return_stamp=True)
        assert (redeemed.useYn, redeemed.rewards[0].useYmdt) == ("N", "2026-03-02 18:00:00")
        with pytest.raises(RewardHandedOut):
            api.stamps.redeem(idx, reward=5)
        newest, _, oldest = api.stamps.history(idx)
        assert (newest.rewards, newest.sequence, newest.orderRef, newest.extra) == ((5,), 3, sale, {})
        assert (oldest.rewards, oldest.stampsBefore, oldest.stampsAfter) == (None, 0, 4)

    def test_a_sale_that_is_reversed(self, api: Any, card: int, sale: str) -> None:
        idx = api.stamps.create(cardIdx=card, stamps=3, **VALIDITY)
        place = api.locations.create(locationNm=f"Till of {sale}")
        api.stamps.add(idx, count=2, orderRef=sale, locationIdx=place, occurredYmdt="2026-03-02 18:00:00")
        api.stamps.redeem(idx, reward=5, orderRef=sale)
        for _ in range(2):
            (row,) = api.stamps.reverse(sale, note="wrong order")
            assert (row.stampIdx, row.removed, row.short, row.returned, row.extra) == (idx, 2, 0, (5,), {})
        stamp = api.stamps.get(idx)
        assert (stamp.stamps, stamp.rewards[0].useYmdt, stamp.code) == (3, None, row.code)
        with pytest.raises(SaleReversed):
            api.stamps.add(idx, orderRef=sale)
        with pytest.raises(SaleNotFound):
            api.stamps.reverse(f"no {sale}")
        assert place in [event.locationIdx for event in api.stamps.history(idx)]

    def test_two_stamps_of_one_customer(self, api: Any, card: int) -> None:
        lost, kept = (api.stamps.create(cardIdx=card, stamps=stamps, **VALIDITY) for stamps in (4, 3))
        assert api.stamps.merge(lost, kept, note="a new phone") is None
        assert (api.stamps.get(kept).stamps, api.stamps.get(lost).mergedStampIdx) == (7, kept)
        assert next(iter(api.stamps.history(kept))).mergedStampIdx == lost
        with pytest.raises(StampMerged, match=str(kept)):
            api.stamps.add(lost)
        with pytest.raises(CannotMerge):
            api.stamps.merge(lost, kept)

    def test_a_location_that_is_none(self, api: Any, card: int) -> None:
        with pytest.raises(LocationNotFound):
            api.stamps.create(cardIdx=card, locationIdx=999_999, **VALIDITY)
        place = api.locations.create(locationNm=f"Closed {next(_SALES)}")
        api.locations.update(place, activeYn="N")
        idx = api.stamps.create(cardIdx=card, **VALIDITY)
        with pytest.raises(NotValidHere):
            api.stamps.add(idx, locationIdx=place)


class TestVersions:
    def test_a_write_meets_the_version_that_was_read(self, api: Any, stamp: int) -> None:
        seen = api.stamps.get(stamp)
        assert seen.etag
        assert api.stamps.validate(stamp).etag == seen.etag
        assert api.stamps.add(stamp, if_match=seen, return_stamp=True).stamps == 1
        for change in (api.stamps.add, api.stamps.remove, api.stamps.redeem, api.stamps.delete):
            with pytest.raises(VersionMismatch):
                change(stamp, if_match=seen)
        with pytest.raises(VersionMismatch):
            api.stamps.update(stamp, memo="x", if_match=seen.etag)
        with pytest.raises(VersionMismatch):
            api.stamps.merge(stamp, api.stamps.create(cardIdx=123, **VALIDITY), if_match=seen)
        assert api.stamps.get(stamp).stamps == 1
        api.stamps.delete(stamp, if_match=api.stamps.get(stamp))

    def test_a_stamp_without_one_is_no_condition(self, api: Any, stamp: int) -> None:
        returned = api.stamps.add(stamp, return_stamp=True)
        (listed, *_) = api.stamps.list(cardIdx=123, limit=1)
        for unknown in (returned, listed):
            assert unknown.etag is None
            with pytest.raises(ValueError, match="this stamp came without an ETag"):
                api.stamps.add(stamp, if_match=unknown)
        assert api.stamps.get(stamp) == returned
