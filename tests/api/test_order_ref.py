"""`orderRef` on add: the number of a sale, which marks a stamp once, for tills that keep no headers."""

from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest

from kit.refusals import has_blank, wrong_fields
from kit.shop import Answer, Shop, least
from kit.stamps import unchanged
from stampwell.core.actors import key_actor
from stampwell.core.codes import new_stamp_code
from stampwell.core.errors import AppError, FieldsWrong
from stampwell.features.stamps.errors import NoRoom
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta

ADD = "/api/stamp/v1/add"
SHOWN: dict[str, str | bytes] = {"Prefer": "return=representation"}


@pytest.fixture
def stamp(shop: Shop) -> int:
    number: int = shop.create(shop.alice, least()).result
    return number


def _add(shop: Shop, stamp: int | str, order: object, **fields: object) -> Answer:
    return shop.put(ADD, shop.alice, stampIdx=stamp, orderRef=order, **fields)


def _other_count(first: int) -> dict[str, object]:
    problem = f"must be {first}, as when this orderRef was sent first; a new sale needs an orderRef of its own"
    return wrong_fields(("count", problem))


def _marking(shop: Shop, stamp: int, order: str, count: int) -> Marking:
    now_us = shop.clock.now_us()
    meta = EventMeta(key_actor(shop.alice.key_id), now_us, ZoneInfo("UTC"))
    return Marking(shop.alice.account_id, stamp, count, meta, order_ref=order)


def _marks(shop: Shop, stamp: int) -> int:
    return int(shop.data.stamp(stamp)["stamps"])


class TestTheSameSale:
    def test_marks_once_and_is_answered_as_the_first_time(self, shop: Shop, stamp: int) -> None:
        answers = [_add(shop, stamp, "R-1", count=2) for _ in range(3)]
        assert {(answer.status, answer.content) for answer in answers} == {(200, b'{"code":0,"message":"","result":null}')}
        assert _marks(shop, stamp) == 2
        assert len(shop.data.ledger(stamp)) == len(shop.data.told(stamp)) == 2

    def test_shows_the_stamp_as_it_is_now(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1")
        shop.put(ADD, shop.alice, stampIdx=stamp, count=3)
        answer = shop.put(ADD, shop.alice, headers=SHOWN, stampIdx=stamp, orderRef="R-1")
        assert (answer.result["stampIdx"], answer.result["stamps"]) == (stamp, 4)

    def test_by_number_and_by_code(self, shop: Shop, stamp: int) -> None:
        code = shop.data.stamp(stamp)["code"]
        for name in (stamp, code, stamp):
            assert _add(shop, name, "R-1").result is None
        assert _marks(shop, stamp) == 1

    def test_without_a_count_is_one_with_a_count_of_one(self, shop: Shop, stamp: int) -> None:
        counts: list[dict[str, object]] = [{}, {"count": 1}, {"count": None}, {}]
        assert [_add(shop, stamp, "R-1", **count).result for count in counts] == [None] * 4
        assert _marks(shop, stamp) == 1

    def test_marks_nothing_after_its_marks_were_taken_back(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1")
        assert shop.put("/api/stamp/v1/remove", shop.alice, stampIdx=stamp).result is None
        assert _add(shop, stamp, "R-1").result is None
        assert _marks(shop, stamp) == 0

    def test_is_answered_so_in_any_later_state(self, shop: Shop, stamp: int) -> None:
        """A till that never heard the answer may ask again when the stamp is long full, off or redeemed."""
        _add(shop, stamp, "R-1", count=10)
        assert _add(shop, stamp, "R-1", count=10).result is None
        assert shop.put("/api/stamp/v1/update", shop.alice, stampIdx=stamp, activeYn="N").result is None
        assert _add(shop, stamp, "R-1", count=10).result is None
        assert shop.put("/api/stamp/v1/update", shop.alice, stampIdx=stamp, activeYn="Y", useYn="Y").result is None
        assert _add(shop, stamp, "R-1", count=10).result is None
        assert _add(shop, stamp, "R-2").json["code"] == 40904

    def test_is_answered_so_within_a_cool_down(self, shop: Shop) -> None:
        card = {"cardNm": "Slow", "maxStamps": 5, "cooldownSec": 3600, "dailyMax": 1}
        card_idx = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=card).result
        stamp = shop.create(shop.alice, least(cardIdx=card_idx)).result
        assert [_add(shop, stamp, "R-1").result for _ in range(2)] == [None, None]
        assert _add(shop, stamp, "R-2").json["code"] == 40910

    def test_fifty_at_once(self, shop: Shop, stamp: int) -> None:
        with ThreadPoolExecutor(25) as threads:
            answers = list(threads.map(lambda _: _add(shop, stamp, "R-1"), range(50)))
        assert [answer.result for answer in answers] == [None] * 50
        assert _marks(shop, stamp) == 1

    def test_stays_in_the_history(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1")
        rows = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=stamp).result["list"]
        assert [row["orderRef"] for row in rows] == ["R-1", None]


class TestTheSameSaleWithAnotherCount:
    """A till that gave two sales one number hears of it, instead of losing the second."""

    @pytest.mark.parametrize(("first", "again"), [(2, 5), (5, 2), (None, 2), (2, None), (1, 20)])
    def test_is_refused_and_names_the_first_ones(self, shop: Shop, stamp: int, first: int | None, again: int | None) -> None:
        assert _add(shop, stamp, "R-1", count=first).result is None
        with unchanged(shop):
            answer = _add(shop, stamp, "R-1", count=again)
        assert (answer.status, answer.json) == (400, _other_count(first or 1))
        assert _add(shop, stamp, "R-1", count=first).result is None
        assert _marks(shop, stamp) == (first or 1)

    def test_is_refused_in_any_later_state(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1", count=10)
        for changes in ({"activeYn": "N"}, {"activeYn": "Y", "useYn": "Y"}):
            assert shop.put("/api/stamp/v1/update", shop.alice, stampIdx=stamp, **changes).result is None
            assert _add(shop, stamp, "R-1", count=1).json == _other_count(10)

    def test_is_refused_after_its_marks_were_taken_back(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1", count=2)
        assert shop.put("/api/stamp/v1/remove", shop.alice, stampIdx=stamp, count=2).result is None
        assert _add(shop, stamp, "R-1", count=1).json == _other_count(2)
        assert _marks(shop, stamp) == 0

    def test_is_no_answer_that_an_idempotency_key_keeps(self, shop: Shop, stamp: int) -> None:
        def add(count: int) -> Answer:
            key: dict[str, str | bytes] = {"Idempotency-Key": f"sale-{stamp}"}
            return shop.put(ADD, shop.alice, headers=key, stampIdx=stamp, orderRef="R-1", count=count)

        _add(shop, stamp, "R-1", count=2)
        assert [add(3).json for _ in range(2)] == [_other_count(2)] * 2
        assert (add(2).result, add(2).headers["Idempotency-Replayed"]) == (None, "true")
        assert add(3).json["code"] == 42201

    def test_in_one_batch(self, shop: Shop, stamp: int) -> None:
        """Two sales of one number that the database is given together: the first counts, also where it was refused."""
        other = shop.create(shop.alice, least()).result
        asked = [
            (stamp, "R-1", 2),
            (stamp, "R-1", 3),
            (other, "R-1", 3),
            (stamp, "R-1", 2),
            (stamp, "R-2", 9),
            (stamp, "R-2", 1),
        ]
        outcomes = shop.data.write(mark_batch, [_marking(shop, *one) for one in asked])
        marks = [type(outcome) if isinstance(outcome, AppError) else outcome.stamps for outcome in outcomes]
        assert marks == [2, FieldsWrong, 3, 2, NoRoom, 3]

    def test_two_counts_at_once(self, shop: Shop, stamp: int) -> None:
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda number: _add(shop, stamp, "R-1", count=1 + number % 2), range(40)))
        first = _marks(shop, stamp)
        assert first in {1, 2}
        assert [answer.json for answer in answers] == [
            {"code": 0, "message": "", "result": None} if 1 + number % 2 == first else _other_count(first)
            for number in range(40)
        ]
        assert len(shop.data.ledger(stamp)) == 2


class TestAnotherSale:
    def test_marks_again(self, shop: Shop, stamp: int) -> None:
        for order in ("R-1", "r-1", "R-1 ", "R-2", "ⓇⅠ", "R" * 100):
            assert _add(shop, stamp, order).result is None
        assert _marks(shop, stamp) == 6

    def test_is_the_same_number_on_another_stamp(self, shop: Shop, stamp: int) -> None:
        other = shop.create(shop.alice, least()).result
        for number in (stamp, other):
            _add(shop, number, "R-1")
        assert [_marks(shop, stamp), _marks(shop, other)] == [1, 1]

    def test_is_the_same_number_in_another_account(self, shop: Shop, stamp: int) -> None:
        theirs = shop.create(shop.charlie, least(cardIdx=shop.charlie.card_id)).result
        _add(shop, stamp, "R-1")
        assert shop.put(ADD, shop.charlie, stampIdx=theirs, orderRef="R-1").result is None
        assert [_marks(shop, stamp), _marks(shop, theirs)] == [1, 1]

    def test_a_refused_one_may_be_sent_again(self, shop: Shop, stamp: int) -> None:
        assert _add(shop, stamp, "R-1", count=11).json["code"] == 40905
        assert _add(shop, stamp, "R-1", count=10).result is None
        assert _marks(shop, stamp) == 10

    @pytest.mark.parametrize("nothing", ["", None], ids=["empty", "null"])
    def test_none_is_no_number(self, shop: Shop, stamp: int, nothing: str | None) -> None:
        for _ in range(2):
            _add(shop, stamp, nothing)
        assert _marks(shop, stamp) == 2


class TestBesideAnIdempotencyKey:
    def test_the_key_replays_and_the_sale_does_not_mark(self, shop: Shop, stamp: int) -> None:
        def add(key: str) -> Answer:
            headers = {**SHOWN, "Idempotency-Key": f"{key}-{stamp}"}
            return shop.put(ADD, shop.alice, headers=headers, stampIdx=stamp, orderRef="R-1")

        first = add("one")
        shop.put(ADD, shop.alice, stampIdx=stamp)
        assert (add("one").content, add("one").headers["Idempotency-Replayed"]) == (first.content, "true")
        another = add("two")
        assert (another.result["stamps"], another.headers["Idempotency-Replayed"]) == (2, None)


class TestWrong:
    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("order", "problem"),
        [
            ("R" * 101, "must have at most 100 characters"),
            (17, "must be a string in double quotes"),
            ("R\n1", has_blank("\n", where="inside")),
            ("R\x001", "must not contain control characters"),
        ],
        ids=["long", "number", "newline", "nul"],
    )
    def test_order_refs(self, shop: Shop, stamp: int, order: object, problem: str) -> None:
        answer = _add(shop, stamp, order)
        assert (answer.status, answer.json) == (400, wrong_fields(("orderRef", problem)))
        assert _marks(shop, stamp) == 0

    @pytest.mark.one_database
    def test_a_removal_has_none(self, shop: Shop, stamp: int) -> None:
        answer = shop.put("/api/stamp/v1/remove", shop.alice, stampIdx=stamp, orderRef="R-1")
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "orderRef")

    def test_of_another_accounts_stamp_it_tells_nothing(self, shop: Shop, stamp: int) -> None:
        _add(shop, stamp, "R-1")
        answer = shop.put(ADD, shop.charlie, stampIdx=stamp, orderRef="R-1")
        assert (answer.status, answer.json["code"]) == (404, 40403)

    def test_of_a_code_that_is_nobodys_it_is_a_stamp_that_is_not_there(self, shop: Shop) -> None:
        answer = shop.put(ADD, shop.alice, stampIdx=new_stamp_code(), orderRef="R-1")
        assert (answer.status, answer.json["code"]) == (404, 40403)
