"""A ledger that somebody has damaged holds back no events: not of other stamps, nor of the damaged one."""

from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.features.stamps.publishing import publish


def test_a_row_that_is_missing(data: Data) -> None:
    shop = SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))
    damaged, sound = shop.issue(), shop.issue()
    data.run("DELETE FROM stamp_event WHERE stamp_id = :stamp", stamp=damaged)
    assert data.write(publish, limit=100) == 2
    rows = data.rows("SELECT stamp_id, type FROM event ORDER BY event_id")
    assert [(row["stamp_id"], row["type"]) for row in rows] == [(damaged, "stamp.issued"), (sound, "stamp.issued")]
    assert data.count("outbox") == 0
