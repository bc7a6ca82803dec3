"""Cool-down and daily cap together, and what a removal gives back: over HTTP, and the rules at their edges."""

from typing import Any

import pytest

from kit.shop import Shop
from kit.stamps import ask, count, do, issue, make_card, refused, reverse
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError
from stampwell.features.stamps import rules
from stampwell.features.stamps.errors import DailyCapReached, TooSoon
from stampwell.features.stamps.mark_times import PastMarks
from stampwell.features.stamps.model import KIND_ADDED, KIND_REMOVED, EventMeta, Stamp

REFUSED = 40910

_SECOND_US = 1_000_000
_SEOUL = stored_zone("Asia/Seoul")
# Midnight in Seoul, 2026-03-02.
_MIDNIGHT_US = 1_772_377_200 * _SECOND_US


def _refusal(shop: Shop, stamp: int, **fields: Any) -> tuple[int, str | None]:
    """Code and `Retry-After` of a mark that is not made."""
    _, body = refused(shop, "add", stamp, **fields)
    return body["code"], ask(shop, "add", stamp, **fields).headers["Retry-After"]


class TestOverHttp:
    def test_after_a_removal_the_cool_down_is_that_of_the_mark_before(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, cooldownSec=60, dailyMax=3))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=45)
        assert _refusal(shop, stamp) == (REFUSED, "15")
        shop.clock.advance(seconds=15)
        do(shop, "add", stamp)
        shop.clock.advance(seconds=10)
        # The last mark is ten seconds old, the one before it seventy.
        assert _refusal(shop, stamp) == (REFUSED, "50")
        do(shop, "remove", stamp)
        do(shop, "add", stamp)
        assert _refusal(shop, stamp) == (REFUSED, "60")
        assert count(shop, stamp) == 2

    def test_what_was_removed_does_not_count_for_the_day(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, cooldownSec=60, dailyMax=3))
        do(shop, "add", stamp, count=3)
        shop.clock.advance(seconds=60)
        assert _refusal(shop, stamp) == (REFUSED, None)
        do(shop, "remove", stamp, count=2)
        assert _refusal(shop, stamp, count=3) == (REFUSED, None)
        do(shop, "add", stamp, count=2)
        shop.clock.advance(seconds=60)
        assert _refusal(shop, stamp) == (REFUSED, None)
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp, count=3)
        assert count(shop, stamp) == 6

    def test_a_sale_that_is_reversed_gives_back_its_own_day_and_no_other(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=2))
        sale = f"of yesterday, on {stamp}"
        do(shop, "add", stamp, orderRef=sale)
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp, count=2)
        reverse(shop, sale)
        assert _refusal(shop, stamp) == (REFUSED, None)
        do(shop, "remove", stamp)
        do(shop, "add", stamp, orderRef=f"of today, on {stamp}")
        reverse(shop, f"of today, on {stamp}")
        do(shop, "add", stamp)
        assert count(shop, stamp) == 2

    def test_all_marks_removed_nothing_is_waited_for(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, cooldownSec=60, dailyMax=1))
        for _ in range(3):
            do(shop, "add", stamp)
            assert _refusal(shop, stamp) == (REFUSED, None)
            do(shop, "remove", stamp)
        assert count(shop, stamp) == 0


class TestTheRules:
    @pytest.mark.parametrize(
        ("ledger", "refusal"),
        [
            # Made at midnight, it is of the day that begins.
            ([(KIND_ADDED, 2, 0)], DailyCapReached),
            ([(KIND_ADDED, 2, -1)], None),
            # The latest mark counts, not the first of the day.
            ([(KIND_ADDED, 1, 0), (KIND_REMOVED, 1, 1), (KIND_ADDED, 1, 3_590 * _SECOND_US)], TooSoon),
            ([(KIND_ADDED, 1, 0), (KIND_ADDED, 1, 3_590 * _SECOND_US), (KIND_REMOVED, 1, 3_591 * _SECOND_US)], None),
            # A removal of more than there is to see takes all there is to see: the others are older.
            ([(KIND_ADDED, 2, 0), (KIND_REMOVED, 3, 1)], None),
            ([(KIND_ADDED, 3, 0), (KIND_REMOVED, 4, 1)], None),
        ],
    )
    def test_which_marks_stand_in_the_way(self, ledger: list[tuple[str, int, int]], refusal: type[AppError] | None) -> None:
        stamp = Stamp(**dict.fromkeys(Stamp._fields))._replace(
            active=True,
            card_location_ids="[]",
            rewards="[]",
            handed_out="[]",
            starts_on="2026-01-01",
            ends_on="2026-12-31",
            stamps=3,
            max_stamps=10,
            cooldown_s=60,
            daily_max=2,
        )
        meta = EventMeta(OPERATOR, _MIDNIGHT_US + 3_600 * _SECOND_US, _SEOUL)
        marked = [
            PastMarks(marks if kind == KIND_ADDED else -marks, _MIDNIGHT_US + after_us) for kind, marks, after_us in ledger
        ]
        if refusal is None:
            assert rules.with_marks(stamp, 1, meta, past=marked).stamps == 4
        else:
            with pytest.raises(refusal):
                rules.with_marks(stamp, 1, meta, past=marked)
