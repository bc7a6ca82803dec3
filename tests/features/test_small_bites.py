"""What the worker puts right or throws away: a bounded number at a time, and only what is far enough from now."""

from kit.data import Data
from stampwell.features.events.model import NewEvent
from stampwell.features.events.service import heal_events, log, prune_events
from stampwell.features.idempotency.model import IdempotencyKey
from stampwell.features.idempotency.queries import store
from stampwell.features.idempotency.service import heal_answers, prune
from stampwell.features.webhooks.attempt_queries import insert as insert_attempts
from stampwell.features.webhooks.log import heal_attempts, prune_attempts
from stampwell.features.webhooks.model import Attempt

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


def _event(created_at: int) -> NewEvent:
    return NewEvent(1, 1, 1, 1, "stamp.added", "{}", None, created_at)


def _attempt(started_at: int) -> Attempt:
    return Attempt(1, 1, 1, started_at, 5, 200, "", None)


class TestEvents:
    def test_a_thousand_are_deleted_at_a_time(self, data: Data) -> None:
        data.write(log, [_event(number) for number in range(1003)])
        assert [data.write(prune_events, before_us=1002) for _ in range(3)] == [1000, 2, 0]
        assert _instants(data, "event") == [1002]

    def test_those_more_than_a_day_ahead_count_as_of_now(self, data: Data) -> None:
        data.write(log, [_event(NOW_US + DAY_US + ahead) for ahead in (-1, 0, 1)])
        assert data.write(heal_events, now_us=NOW_US) == 1
        assert _instants(data, "event") == [NOW_US, NOW_US + DAY_US - 1, NOW_US + DAY_US]


class TestAttempts:
    def test_a_thousand_are_deleted_at_a_time(self, data: Data) -> None:
        data.write(insert_attempts, [_attempt(number) for number in range(1003)])
        assert [data.write(prune_attempts, before_us=1002) for _ in range(3)] == [1000, 2, 0]
        assert data.rows("SELECT started_at FROM webhook_attempt") == [{"started_at": 1002}]

    def test_those_more_than_a_day_ahead_count_as_of_now(self, data: Data) -> None:
        data.write(insert_attempts, [_attempt(NOW_US + DAY_US + ahead) for ahead in (-1, 0, 1)])
        assert data.write(heal_attempts, now_us=NOW_US) == 1
        found = data.rows("SELECT started_at FROM webhook_attempt ORDER BY started_at")
        assert [row["started_at"] for row in found] == [NOW_US, NOW_US + DAY_US - 1, NOW_US + DAY_US]
