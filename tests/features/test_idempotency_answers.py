"""Stored answers: whose they are, and what counts as the same request."""

from datetime import date
from typing import NamedTuple

import pytest

from kit.data import Data
from stampwell.features.idempotency import service
from stampwell.features.idempotency.errors import KeyReused
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.features.stamps.contract.requests import AddMarks, CreateStamp, CreateStamps

KEY = IdempotencyKey(account_id=1, key_digest="ab" * 32, fingerprint="cd" * 32, created_at=1_772_442_000_000_000)


class Day(NamedTuple):
    today: date


def _asked(key: IdempotencyKey | None) -> IdempotentRequest:
    return IdempotentRequest(lambda _tx: "done", key, lambda outcome: f'"{outcome}"'.encode())


class TestAfterACommitThatNobodyHeardTheEndOf:
    def test_the_request_that_stored_the_answer_is_not_told_of_a_replay(self, data: Data) -> None:
        data.write(service.answer_once, _asked(KEY))
        assert data.read(service.find_answers, [_asked(KEY)]) == [StoredResponse(b'"done"', replayed=False)]

    def test_a_later_one_is(self, data: Data) -> None:
        data.write(service.answer_once, _asked(KEY))
        later = KEY._replace(created_at=KEY.created_at + 1)
        assert data.read(service.find_answers, [_asked(later)]) == [StoredResponse(b'"done"', replayed=True)]

    def test_another_request_with_the_key_is_not_answered_as_the_first(self, data: Data) -> None:
        data.write(service.answer_once, _asked(KEY))
        (outcome,) = data.read(service.find_answers, [_asked(KEY._replace(fingerprint="ef" * 32))])
        assert isinstance(outcome, KeyReused)

    def test_what_was_not_stored_or_had_no_key_is_not_found(self, data: Data) -> None:
        assert data.read(service.find_answers, [_asked(KEY), _asked(None)]) == [None, None]


class TestTheSameRequest:
    def test_what_is_absent_leaves_no_trace(self) -> None:
        assert AddMarks(stampIdx=1).canonical() == b'{"stampIdx": 1}'

    @pytest.mark.parametrize("least", [True, False])
    def test_days_and_texts_are_said_in_one_way(self, *, least: bool) -> None:
        body = {"cardIdx": 1, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"} | ({} if least else {"userNm": "김하늘"})
        one = CreateStamp.model_validate(body, context=Day(date(2026, 3, 2)))
        other = CreateStamp.model_validate(dict(reversed(body.items())), context=Day(date(2026, 3, 2)))
        assert one.canonical() == other.canonical()

    def test_the_order_of_members_and_nulls_in_rows_do_not_matter(self) -> None:
        row = {"cardIdx": 1, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        same = {"memo": None, "endYmd": "2026-12-31", "userNm": "", "strtYmd": "2026-01-01", "cardIdx": 1}
        assert CreateStamps(stamps=[row, 7]).canonical() == CreateStamps(stamps=[same, 7]).canonical()
        assert CreateStamps(stamps=[row]).canonical() != CreateStamps(stamps=[{**row, "userNm": "Kim"}]).canonical()
