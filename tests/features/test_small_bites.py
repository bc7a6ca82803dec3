"""What the worker puts right or throws away: a bounded number at a time, and only what is far enough from now."""

from kit.data import Data
from stampwell.features.idempotency.model import IdempotencyKey
from stampwell.features.idempotency.queries import store
from stampwell.features.idempotency.service import heal_answers, prune
from stampwell.features.stamps.queries import insert_outbox
from stampwell.features.stamps.service import heal_outbox, prune_outbox

NOW_US = 1_772_442_000_000_000
DAY_US = 86_400_000_000


def _instants(data: Data, table: str) -> list[int]:
    return [row["created_at"] for row in data.rows(f"SELECT created_at FROM {table} ORDER BY created_at")]


class TestAnswers:
    def test_a_thousand_are_deleted_at_a_time(self, data: Data) -> None:
        data.write(store, [(IdempotencyKey(1, str(number), "", number), "{}") for number in range(1003)])
        assert [data.write(prune, before_us=1002) for _ in range(3)] == [1000, 2, 0]
        assert _instants(data, "idempotency") == [1002]

    def test_those_more_than_a_day_ahead_count_as_given_now(self, data: Data) -> None:
        data.write(store, [(IdempotencyKey(1, str(ahead), "", NOW_US + DAY_US + ahead), "{}") for ahead in (-1, 0, 1)])
        assert data.write(heal_answers, now_us=NOW_US) == 1
        assert _instants(data, "idempotency") == [NOW_US, NOW_US + DAY_US - 1, NOW_US + DAY_US]


class TestTheOutbox:
    def test_a_thousand_rows_are_deleted_at_a_time(self, data: Data) -> None:
        data.write(insert_outbox, [(1, number, "stamp.added", number) for number in range(1003)])
        assert [data.write(prune_outbox, before_us=1002) for _ in range(3)] == [1000, 2, 0]
        assert _instants(data, "outbox") == [1002]

    def test_rows_more_than_a_day_ahead_count_as_written_now(self, data: Data) -> None:
        data.write(insert_outbox, [(1, 1, "stamp.added", NOW_US + DAY_US + ahead) for ahead in (-1, 0, 1)])
        assert data.write(heal_outbox, now_us=NOW_US) == 1
        assert _instants(data, "outbox") == [NOW_US, NOW_US + DAY_US - 1, NOW_US + DAY_US]
